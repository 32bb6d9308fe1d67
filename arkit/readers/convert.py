"""From text cells to typed columns under canonical names: one table at a time, whole columns at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from arkit.columns import ACTIVITY_KINDS, APPLICATION_KINDS, DOCUMENT_KINDS, NO_CURRENCY
from arkit.messages import Message
from arkit.money import known_currencies
from arkit.readers import composing, dates, derive, folding, kinds_of_rows, numbers, words
from arkit.readers.findings import Findings, Sheet
from arkit.readers.grid import DATE, TEXT, RawTable
from arkit.readers.matching import Match
from arkit.readers.profiles import Profile
from arkit.readers.refusal import rule

IDS = ("document_id", "by_document_id", "customer_id", "invoice_id", "applies_to")
DATES = (
    "date", "due_date", "delivered_on", "due_on", "month", "settled_on", "created_on", "entered_on", "baseline_on",
    "exported_on", "document_date",
)  # fmt: skip
NUMBERS = (
    "amount", "tax", "credit_limit", "open", "paid", "credited", "reduced", "debit", "credit", "balance", "net_days",
    "net_days_2", "net_days_3", "discount", "discount_2",
)  # fmt: skip
HELPERS = (
    "customer_name", "settled_on", "settled_by", "is_open", "open", "paid", "credited", "reduced", "debit", "credit",
    "balance", "applies_to", "net_days", "net_days_2", "net_days_3", "exported_on", "debit_credit", "closes_as",
    "discount", "discount_2",
)  # fmt: skip
"""Columns of a layout that become something else."""
RESERVED = frozenset({*IDS, *DATES, *NUMBERS, *HELPERS, "currency", "kind"})
"""Names that mean something to the reader: a file's own column of such a name, not recognised, is carried as name.1."""
CLOSED = {
    "documents.kind": DOCUMENT_KINDS,
    "documents.settled_by": APPLICATION_KINDS,
    "applications.kind": APPLICATION_KINDS,
    "activities.kind": ACTIVITY_KINDS,
}
"""Columns whose every value must be one of the ledger's own."""
COUNTED = frozenset({*IDS, *DATES, *NUMBERS, "kind", "settled_by", "currency", "customer_name"})
"""Columns that a figure depends on: two of a file's for one of them are refused; of others the first is taken."""
NEEDED = {
    "documents": ("document_id", "customer_id", "date", "amount"),
    "applications": ("document_id", "date", "amount"),
    "customers": ("customer_id",),
    "activities": ("customer_id", "date"),
    "targets": ("month", "amount"),
}
"""Columns that no row may leave empty."""


@dataclass(frozen=True)
class Options:
    """What the caller settles where the file leaves it open."""

    dates: str | None = None
    decimal: str | None = None
    currency: str | None = None
    exported_on: dt.date | None = None


def convert(match: Match, profile: Profile, options: Options, findings: Findings) -> Sheet:
    """Return a table with its columns typed; what can not be is reported, all of it."""
    raw = match.grid.body(match.header)
    grid, count = match.grid, len(raw.rows)
    sheet = Sheet(
        match.table, grid.file, grid.sheet, raw.rows, refused=np.zeros(count, dtype=bool),
        folded=np.zeros(count, dtype=bool), totals=np.zeros(count, dtype=bool), ragged=len(raw.ragged),
        encoding=grid.encoding, delimiter=grid.delimiter,
    )  # fmt: skip
    for row, text in raw.ragged:
        findings.add(
            rule("ragged_row", table=sheet.table, file=sheet.file, sheet=sheet.sheet, row=row, value=text[:80])
        )
    table = profile.tables[match.table]
    taken = _name_columns(match, raw, sheet, findings)
    folding.headings(sheet, raw, table)
    own = composing.compose(sheet, raw, match, table, findings)
    folding.fold(sheet, raw, table, findings)
    unnumbered = composing.choose(sheet, match, own, table)
    kinds_of_rows.told_elsewhere(sheet, table)
    if match.table == "documents" and (table.names_are_keys or "customer_id" not in sheet.texts):
        _names_as_keys(sheet, findings, told=table.names_are_keys)
    sheet.opening = opening = derive.opening_rows(sheet, table)
    kinds = {name: raw.kinds[taken[name]] if name in taken else None for name in sheet.texts}
    for name in list(sheet.texts):
        if name in IDS:
            sheet.texts[name], rounded = words.ids(sheet.texts[name])
            findings.set_aside(sheet, "destroyed_id", name, rounded)
            sheet.columns[name] = words.as_series(sheet.texts[name])
        elif name not in (*DATES, *NUMBERS):
            sheet.columns[name] = words.as_series(_own_words(sheet, name, profile, findings))
    _dates(sheet, [n for n in sheet.texts if n in DATES], kinds, profile, options, findings)
    derive.opening_dates(sheet, opening, findings)
    _numbers(sheet, [n for n in taken if n in NUMBERS], kinds, profile, options, findings)
    derive.amounts(sheet, table, opening, findings)
    kinds_of_rows.against_sign(sheet, table, findings)
    kinds_of_rows.paid_by_bill(sheet, table, findings)
    derive.due_dates(sheet)
    if table.lines_of is not None:
        folding.repeated_lines(sheet, table.lines_of, unnumbered, findings)
    if table.sum_of is not None:
        folding.added_up(sheet, table.sum_of, findings)
    _carry(match, raw, sheet)
    for name in NEEDED[sheet.table]:
        if name in sheet.texts:
            dated = opening if name == "date" else np.zeros(count, dtype=bool)
            findings.set_aside(sheet, "missing_value", name, _empty(sheet, name) & ~dated, name=name)
    return sheet


def _names_as_keys(sheet: Sheet, findings: Findings, *, told: bool) -> None:
    """Take the customer's name as its number, where the layout or the caller says that names are unique."""
    source = "customer_id" if "customer_id" in sheet.texts else "customer_name"
    for column in ("customer_id", "customer_name"):
        sheet.texts[column], sheet.words[column] = sheet.texts[source], sheet.words[source]
    if not told:
        findings.add(rule("no_customer_number", **sheet.at("customer_name")))
    findings.assume(Message("The file has no customer numbers: each name is taken as a customer's number"))


def _name_columns(match: Match, raw: RawTable, sheet: Sheet, findings: Findings) -> dict[str, int]:
    """Take the cells of each column that the profile knows; two for one that figures depend on are a problem."""
    taken = {}
    for name, positions in match.positions.items():
        if len(positions) > 1 and name in COUNTED:
            headers = ", ".join(match.words[position] for position in positions)
            findings.add(rule("duplicate_column", **sheet.at(name), name=name, headers=headers))
        position = positions[0]
        taken[name] = position
        sheet.words[name] = match.words[position].strip()
        sheet.texts[name] = words.trimmed(raw.cells[position])
    return taken


def _empty(sheet: Sheet, name: str) -> Any:  # noqa: ANN401 (a mask)
    import pyarrow.compute as pc

    return pc.equal(sheet.texts[name], "").to_numpy(zero_copy_only=False)


def _own_words(sheet: Sheet, name: str, profile: Profile, findings: Findings) -> Any:  # noqa: ANN401
    """Return a text column with the layout's words replaced by the ledger's; report words it may not have."""
    key = f"{sheet.table}.{name}"
    cells = sheet.texts[name]
    if key in profile.values or key in CLOSED:
        known = {value.casefold(): value for value in CLOSED.get(key, ())}

        def own(text: str) -> str:
            return profile.canonical(sheet.table, name, text) or known.get(text.casefold(), text)

        cells = words.each_distinct(cells, own)
    if key in CLOSED:
        import pyarrow as pa
        import pyarrow.compute as pc

        wrong = pc.invert(pc.is_in(cells, value_set=pa.array([*CLOSED[key], ""]))).to_numpy(zero_copy_only=False)
        findings.set_aside(sheet, "unknown_value", name, wrong, name=name, allowed=", ".join(CLOSED[key]))
        if name != "settled_by":
            nothing = pc.equal(cells, "").to_numpy(zero_copy_only=False)
            findings.set_aside(sheet, "missing_value", name, nothing, name=name)
    return cells


def _dates(
    sheet: Sheet, names: list[str], kinds: dict[str, Any], profile: Profile, options: Options, findings: Findings
) -> None:
    columns = {name: dates.analyse(words.unquoted(sheet.texts[name])) for name in names}
    orders = dates.decide(columns, options.dates, profile.dates)
    for name, column in columns.items():
        order, undecided = orders.get(name), column.open[column.codes]
        sheet.columns[name] = column.days(order).astype("datetime64[us]")
        if name in orders and order is None:
            _whole_column(sheet, name, "ambiguous_date", undecided, findings, orders=" / ".join(column.possible()))
            continue
        if order is not None or not np.isnat(column.certain).all():
            sheet.date_order = order or sheet.date_order or "ymd"
        if order is not None and len(column.possible()) > 1 and options.dates is None:
            findings.assume(Message("{column} reads both ways; read as {order}", column=sheet.words[name], order=order))
        kind = kinds[name]
        if kind is not None and options.dates is None and ((kind == DATE).any() and ((kind == TEXT) & undecided).any()):
            _whole_column(sheet, name, "half_converted_dates", (kind == TEXT) & undecided, findings)
        lost = column.destroyed[column.codes]
        unread = np.isnat(sheet.columns[name]) & ~column.empty[column.codes] & ~lost
        findings.set_aside(sheet, "destroyed_date", name, lost)
        mixed = unread & undecided if options.dates is None else np.zeros_like(unread)
        findings.set_aside(sheet, "mixed_dates", name, mixed, order=order)
        findings.set_aside(sheet, "not_a_date", name, unread & ~mixed)
        if name in NEEDED[sheet.table]:
            said = column.empty[column.codes] & ~_empty(sheet, name)
            findings.set_aside(sheet, "missing_value", name, said, name=name)


def _numbers(
    sheet: Sheet, names: list[str], kinds: dict[str, Any], profile: Profile, options: Options, findings: Findings
) -> None:
    columns = {name: numbers.analyse(words.unquoted(sheet.texts[name]), kinds[name]) for name in names}
    marks = numbers.decide(columns, options.decimal, profile.decimal)
    for name, column in columns.items():
        mark = marks[name]
        sheet.columns[name] = column.values(mark)
        findings.set_aside(sheet, "not_a_number", name, column.bad)
        if mark is None:
            _whole_column(sheet, name, "ambiguous_number", column.either, findings)
            continue
        findings.set_aside(sheet, "mixed_numbers", name, column.wrong(mark), mark=mark)
        if name in NEEDED[sheet.table]:
            said = column.empty & ~_empty(sheet, name)
            findings.set_aside(sheet, "missing_value", name, said, name=name)


def _whole_column(sheet: Sheet, name: str, rule_name: str, mask: Any, findings: Findings, **params: Any) -> None:  # noqa: ANN401
    """Report a column that can not be read, with the first of the rows that show it."""
    mask = mask & ~sheet.folded
    if mask.any():
        first = int(np.flatnonzero(mask)[0])
        row, value = int(sheet.rows[first]), sheet.texts[name][first].as_py()
        findings.add(rule(rule_name, **sheet.at(name), row=row, value=value, count=int(mask.sum()), **params))


def _carry(match: Match, raw: RawTable, sheet: Sheet) -> None:
    """Carry further columns through as text, under the file's own headers."""
    import pyarrow.compute as pc

    taken = {positions[0] for positions in match.positions.values()}
    taken |= {part.position for parts in match.parts.values() for part in parts}
    for position, header in enumerate([*match.words, *raw.header[len(match.words) :]]):
        if position in taken:
            continue
        name = header.strip()
        if not name:
            if pc.all(pc.equal(raw.cells[position], "")).as_py():
                continue
            name = f"column {position + 1}"
        while name in sheet.columns or name in RESERVED:
            name += ".1"
        sheet.columns[name] = words.as_series(raw.cells[position])


def settle_currency(sheet: Sheet, options: Options, findings: Findings) -> None:
    """Give every document its currency: the file's, what the caller says, or the code for none."""
    count = len(sheet.rows)
    if "currency" not in sheet.texts:
        if options.currency is None and sheet.used.any():
            findings.warn(sheet, "no_currency", "currency", count=int(sheet.used.sum()))
        sheet.columns["currency"] = np.full(count, options.currency or NO_CURRENCY, dtype=object)
        return
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = pc.utf8_upper(pa.array(sheet.columns["currency"], type=pa.string()).fill_null(""))
    empty = pc.equal(cells, "").to_numpy(zero_copy_only=False)
    unknown = pc.invert(pc.is_in(cells, value_set=pa.array(sorted(known_currencies())))).to_numpy(zero_copy_only=False)
    if options.currency is not None and (empty & sheet.used).any():
        findings.assume(
            Message(
                "{n} rows without a currency are taken as {currency}",
                n=int((empty & sheet.used).sum()),
                currency=options.currency,
            )
        )
        cells = pc.if_else(pc.equal(cells, ""), options.currency, cells)
    else:
        findings.set_aside(sheet, "missing_value", "currency", empty, name="currency")
    findings.set_aside(sheet, "unknown_currency", "currency", unknown & ~empty)
    sheet.columns["currency"] = words.as_series(cells)
