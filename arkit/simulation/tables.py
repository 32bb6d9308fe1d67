"""The book as the ledger's documents and applications: readable ids, dates, words; cut off at the last day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arkit.simulation import terms
from arkit.simulation.calendar import NEVER, Days, as_date
from arkit.simulation.documents import KINDS, METHODS, PREFIX, Book
from arkit.simulation.invoicing import ITEM_TYPES, PRODUCTS, VAT_PERCENT
from arkit.simulation.world import World

PRODUCT_NAMES = {
    "gate_valves": "Gate valves 闸阀", "control_valves": "Control valves 调节阀",
    "process_pumps": "Process pumps 工业泵", "household_pumps": "Household pumps 家用泵",
    "spare_parts": "Spare parts 备件",
}  # fmt: skip
UNIT_NAMES = {"valves": "Valves 阀门事业部", "pumps": "Pumps 泵业事业部", "service": "Service 服务部"}


class Posted(NamedTuple):
    """Documents and applications of the ledger, and the id of each document by its number in the book."""

    documents: pd.DataFrame
    applications: pd.DataFrame
    ids: pa.StringArray


def words(codes: NDArray[np.int64], choices: list[str] | tuple[str, ...]) -> pd.Series:
    """Return words by their codes, as text; -1 is missing."""
    index = pa.array(codes.astype(np.int32), mask=codes < 0)
    return text(pa.DictionaryArray.from_arrays(index, pa.array(choices, pa.string())).cast(pa.string()))


def text(array: pa.Array) -> pd.Series:
    """Return an Arrow array of text as a pandas column."""
    return pd.Series(pd.array(array, dtype="str"))


def dates(days: Days) -> pd.Series:
    """Return days as a column of dates; ``NEVER`` is missing."""
    return pd.Series(as_date(days).astype("datetime64[us]"))


def post(world: World, customers: pd.DataFrame, planned: pd.DataFrame, book: Book) -> Posted:
    """Return the documents and applications up to the last simulated day."""
    last = world.calendar.last
    everything = pd.concat(book.documents, ignore_index=True)
    ids = _ids(everything, planned)
    shown = everything["day"].to_numpy() <= last
    number = np.flatnonzero(shown)
    number = number[np.lexsort((everything["kind"].to_numpy()[number], everything["day"].to_numpy()[number]))]
    known = everything.take(number)
    invoice = np.where(known["kind"] == KINDS.index("invoice"), known["invoice"], -1)
    sold = planned.iloc[np.maximum(invoice, 0)]
    is_sale = invoice >= 0
    customer = known["customer"].to_numpy()
    frame = pd.DataFrame(
        {
            "document_id": text(ids.take(pa.array(number))),
            "customer_id": words(customer, customers["customer_id"].tolist()),
            "kind": words(known["kind"].to_numpy(), KINDS),
            "date": dates(known["day"].to_numpy()),
            "due_date": dates(_due(known, is_sale, sold)),
            "amount": known["minor"].to_numpy() / 100,
            "currency": words(*_coded(customers["currency"], customer)),
            "invoice_id": text(pc.if_else(pa.array(is_sale), _invoice_ids(ids, number), None)),
            "salesperson": words(*_coded(customers["owner"], customer)),
            "region": words(*_coded(customers["region"], customer)),
            "business_unit": words(np.where(is_sale, _unit()[sold["product"]], -1), list(UNIT_NAMES.values())),
            "product": words(np.where(is_sale, sold["product"], -1), list(PRODUCT_NAMES.values())),
            "order_number": text(
                pc.if_else(
                    pa.array(is_sale & sold["has_order"].to_numpy()),
                    _numbers("PO", sold["sale"].to_numpy() * 7 + 410_003),
                    None,
                )
            ),
            "delivered_on": dates(np.where(is_sale, sold["delivered"], NEVER)),
            "terms": words(np.where(is_sale & sold["due_known"], sold["terms"], -1), terms.TERMS),
            "item_type": words(np.where(is_sale, sold["item"], -1), ITEM_TYPES),
            "tax": _tax(known, is_sale, sold, (customers["currency"] != "CNY").to_numpy()[customer]) / 100,
            "payer": _payers(customers, known),
            "method": words(known["method"].to_numpy() - 1, METHODS[1:]),
            "reference": text(
                pc.if_else(
                    pa.array(known["source"].to_numpy() >= 0),
                    ids.take(pa.array(np.maximum(known["source"].to_numpy(), 0))),
                    None,
                )
            ),
        }
    )
    return Posted(frame, _applications(book, everything["day"].to_numpy(), ids, last), ids)


def _applications(book: Book, document_day: Days, ids: pa.StringArray, last: int) -> pd.DataFrame:
    applied = pd.concat([part for part in book.applications if len(part)], ignore_index=True)
    item, by, day = (applied[name].to_numpy() for name in ("item", "by", "day"))
    keep = (day <= last) & (document_day[item] <= last) & ((by < 0) | (document_day[by] <= last))
    applied, item, by, day = applied[keep], item[keep], by[keep], day[keep]
    order = np.lexsort((by, item, day))
    applied, item, by, day = applied.take(order), item[order], by[order], day[order]
    return pd.DataFrame(
        {
            "document_id": text(ids.take(pa.array(item))),
            "by_document_id": text(pc.if_else(pa.array(by >= 0), ids.take(pa.array(np.maximum(by, 0))), None)),
            "date": dates(day),
            "amount": applied["minor"].to_numpy() / 100,
            "kind": pd.Series(applied["kind"].to_numpy()).astype("str"),
        }
    )


def _numbers(prefix: str, number: NDArray[np.int64]) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(number).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def _ids(documents: pd.DataFrame, planned: pd.DataFrame) -> pa.StringArray:
    """Give numbers to the documents of each kind by date; instalments share their invoice's number and get a suffix."""
    kind, day = documents["kind"].to_numpy(), documents["day"].to_numpy()
    key = np.arange(len(documents)) + len(planned)
    key[: len(planned)] = planned["sale"].to_numpy()
    place = np.empty(len(documents), dtype=np.int64)
    order = np.lexsort((key, day, kind))
    step = np.append(True, np.diff(key[order]) != 0)
    running = np.cumsum(step)
    first = np.append(True, np.diff(kind[order]) != 0)
    running -= np.repeat(running[first] - 1, np.diff(np.append(np.flatnonzero(first), len(order))))
    place[order] = running
    prefix = pa.DictionaryArray.from_arrays(pa.array(kind.astype(np.int32)), pa.array(list(PREFIX.values()))).cast(
        pa.string()
    )
    part = np.zeros(len(documents), dtype=np.int32)
    part[: len(planned)] = planned["part"].to_numpy()
    suffix = pa.DictionaryArray.from_arrays(pa.array(part), pa.array(["", "-1", "-2"])).cast(pa.string())
    digits = pc.utf8_lpad(pa.array(place).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(prefix, digits, suffix, "")


def _invoice_ids(ids: pa.StringArray, number: NDArray[np.int64]) -> pa.Array:
    return pc.utf8_slice_codeunits(ids.take(pa.array(number)), 0, 10)


def _due(known: pd.DataFrame, is_sale: NDArray[np.bool_], sold: pd.DataFrame) -> Days:
    claims = known["kind"].isin(
        [KINDS.index(kind) for kind in ("invoice", "debit_note", "bill", "bounced", "recovery")]
    )
    own = (is_sale & (known["due"].to_numpy() == sold["due"].to_numpy())) & ~sold["due_known"].to_numpy()
    return np.where(claims.to_numpy() & ~own, known["due"].to_numpy(), NEVER)


def _unit() -> NDArray[np.int64]:
    units = list(UNIT_NAMES)
    return np.array([units.index(unit) for unit in PRODUCTS.values()])


def _tax(
    known: pd.DataFrame, is_sale: NDArray[np.bool_], sold: pd.DataFrame, abroad: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the tax within: as invoiced, its share of a credit or debit note, none elsewhere (NaN)."""
    notes = known["kind"].isin([KINDS.index("credit_note"), KINDS.index("debit_note")]).to_numpy()
    share = np.rint(known["minor"].to_numpy() * VAT_PERCENT / (100 + VAT_PERCENT))
    whole = known["minor"].to_numpy() == -sold["minor"].to_numpy()
    share = np.where(abroad, 0.0, np.where(whole, -sold["tax"].to_numpy(), share))
    return np.where(is_sale, sold["tax"].to_numpy(), np.where(notes, share, np.nan))


def _payers(customers: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return who paid, where it was not the customer himself: the treasury of his group."""
    code, groups = pd.factorize(customers["group"])
    through = np.where(np.arange(len(customers)) % 2 == 0, code, -1)[known["customer"].to_numpy()]
    return words(np.where(known["kind"] == KINDS.index("payment"), through, -1), groups.tolist())


def _coded(column: pd.Series, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    code, choices = pd.factorize(column)
    return code[rows], choices.tolist()
