"""What holds of every ledger, whatever is in it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pandas as pd
import pytest
from ledgers import ENGINES
from pandas.testing import assert_frame_equal
from random_ledgers import COLUMNS, Tables, day, make, to_engine, to_frames, to_pandas

import arkit

SEEDS = (11, 13)
MID = day("2024-10-05")
METHODS = ("simple", "rolling", "countback", "best_possible", "sales_weighted", "true")

MEASURES = {
    "open items": lambda ledger, as_of: ledger.open_items(as_of)[["document_id", "open", "days_overdue"]],
    "aging": lambda ledger, as_of: arkit.aging(ledger, as_of=as_of),
    "aging by customer and age": lambda ledger, as_of: arkit.aging(
        ledger, as_of=as_of, by="customer_id", basis="document", credits="by_age"
    ),
    "aging without bills": lambda ledger, as_of: arkit.aging(ledger, as_of=as_of, by="type", bills="without"),
    "aging history": lambda ledger, as_of: arkit.aging_history(ledger, as_of=as_of, months=5, by="region"),
    "flows": lambda ledger, as_of: arkit.flows(ledger, as_of=as_of, months=5, by="customer_id"),
    **{
        f"dso {method}": lambda ledger, as_of, method=method: arkit.dso(ledger, as_of=as_of, method=method)
        for method in METHODS
    },
    "dso by group": lambda ledger, as_of: arkit.dso(ledger, as_of=as_of, by=["region", "type"]),
    "dso history": lambda ledger, as_of: arkit.dso_history(ledger, as_of=as_of, months=5),
    "payment days": lambda ledger, as_of: arkit.payment_days(ledger, as_of=as_of, by="salesperson"),
    "cei": lambda ledger, as_of: arkit.collection_effectiveness(ledger, as_of=as_of, by="customer_id"),
    "bad debt": lambda ledger, as_of: arkit.bad_debt_rate(ledger, as_of=as_of, months=6),
    "concentration": lambda ledger, as_of: arkit.concentration(ledger, as_of=as_of),
    "kpis": lambda ledger, as_of: arkit.kpis(ledger, as_of=as_of),
}


@cache
def tables(seed: int) -> Tables:
    return make(seed)


@cache
def ledger(seed: int) -> arkit.Ledger:
    return to_pandas(tables(seed))


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    if "terms" in left:  # dicts, in which NaN would not equal NaN
        left, right = (frame.assign(terms=frame["terms"].map(repr)) for frame in (left, right))
    assert_frame_equal(left, right, check_exact=True)
    assert left.attrs == right.attrs


from_seeds = pytest.mark.parametrize("seed", SEEDS)
of_every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)


@of_every_measure
def test_what_happens_after_the_date_changes_nothing(measure):
    assert {row["currency"] for row in tables(13).until(MID).documents} == set(ledger(13).currencies)
    same(measure(ledger(13), MID), measure(_until_mid(), MID))


@cache
def _until_mid() -> arkit.Ledger:
    return to_pandas(tables(13).until(MID))


@of_every_measure
def test_row_order_is_irrelevant(measure):
    same(measure(ledger(SEEDS[1]), MID), measure(_shuffled(), MID))


@cache
def _shuffled() -> arkit.Ledger:
    return to_pandas(tables(SEEDS[1]).shuffled(1))


def test_frames_that_are_given_are_not_changed():
    given = to_frames(tables(SEEDS[0]))
    copies = {name: frame.copy(deep=True) for name, frame in given.items()}
    built = arkit.Ledger(**given)
    for measure in MEASURES.values():
        measure(built, MID)
    for name, frame in given.items():
        assert_frame_equal(frame, copies[name], check_exact=True)


def test_a_result_that_is_changed_does_not_change_the_next():
    for name, measure in MEASURES.items():
        if name != "kpis":  # which is made of the others
            first = measure(ledger(SEEDS[0]), MID)
            kept = first.copy(deep=True)
            first[first.columns[0]] = first.columns[0]
            same(measure(ledger(SEEDS[0]), MID), kept)


def cents(frame: pd.DataFrame, column: str) -> dict[str, int]:
    """A column's sum by currency, each amount taken as a whole number of a thousandth."""
    amounts = frame.reset_index()[["currency", column]]
    amounts["thousandths"] = (amounts[column] * 1000).round().astype("int64")
    return amounts.groupby("currency")["thousandths"].sum().to_dict()


@from_seeds
@pytest.mark.parametrize("by", [(), ("customer_id",), ("region", "type")], ids=["all", "customer", "region+type"])
@pytest.mark.parametrize("credits", ["separate", "by_age"])
def test_parts_add_up_to_the_total_and_groups_to_the_whole(seed, by, credits):
    frame = arkit.aging(ledger(seed), as_of=MID, by=list(by), credits=credits, buckets=(10, 20, 90))
    parts = [cents(frame, name) for name in frame.columns if name != "total"]
    total = cents(frame, "total")
    assert {code: sum(part[code] for part in parts) for code in total} == total
    assert total == cents(arkit.aging(ledger(seed), as_of=MID), "total")
    assert total == cents(ledger(seed).open_items(MID), "open")


@from_seeds
def test_due_date_and_document_date_have_one_total(seed):
    due, document = (arkit.aging(ledger(seed), as_of=MID, basis=basis) for basis in ("due", "document"))
    assert due["total"].tolist() == document["total"].tolist()
    assert due["unapplied"].tolist() == document["unapplied"].tolist()


@from_seeds
def test_bills_in_hand_are_what_the_two_totals_differ_by(seed):
    with_bills, without = (cents(arkit.aging(ledger(seed), as_of=MID, bills=b), "total") for b in ("with", "without"))
    items = ledger(seed).open_items(MID)
    in_hand = cents(items[items["kind"] == "bill"], "open")
    assert {code: with_bills[code] - without[code] for code in with_bills} == dict.fromkeys(with_bills, 0) | in_hand


@pytest.mark.parametrize(
    ("seed", "by", "conventions"),
    [
        (11, "region", {}),
        (13, "customer_id", {"basis": "document", "credits": "by_age", "buckets": (15, 45)}),
        (13, "type", {"bills": "without"}),
    ],
)
def test_trace_adds_up_to_every_cell_of_an_ageing(seed, by, conventions):
    frame = arkit.aging(ledger(seed), as_of=MID, by=by, **conventions)
    for currency, group in frame.index[:2]:
        behind: list[str] = []
        for name in frame.columns:
            where = {"currency": currency, by: group}
            items = ledger(seed).trace(as_of=MID, column=name, where=where, **conventions)
            traced = sum((Decimal(str(amount)) for amount in items["open"]), Decimal(0))
            assert traced == Decimal(str(frame.loc[(currency, group), name])), name
            if name != "total":
                behind += items["document_id"].tolist()
            else:
                assert sorted(behind) == sorted(items["document_id"])


@pytest.mark.parametrize("engine", ENGINES)
def test_trace_of_a_whole_currency(engine):
    built = to_engine(tables(SEEDS[0]), engine)
    frame = arkit.aging(built, as_of=MID)
    for code in built.currencies:
        items = built.trace(as_of=MID, column="unapplied", where={"currency": code})
        assert set(items["kind"]) <= {"payment", "credit_note", "refund"}
        assert items["open"].sum() == pytest.approx(frame.loc[code, "unapplied"], abs=1e-6)


@from_seeds
def test_every_row_of_the_history_is_the_ageing_of_its_date(seed):
    history = arkit.aging_history(ledger(seed), as_of=MID, months=7)
    dates = history.index.get_level_values("as_of").unique()
    assert [date.date().isoformat() for date in dates] == [
        "2024-04-30", "2024-05-31", "2024-06-30", "2024-07-31", "2024-08-31", "2024-09-30", "2024-10-05"
    ]  # fmt: skip
    for date in dates:
        row = arkit.aging(ledger(seed), as_of=date.date())
        assert_frame_equal(history.xs(date, level="as_of"), row, check_exact=True)


@from_seeds
def test_flows_lead_from_one_position_to_the_next(seed):
    """Opening and what came in, less what went out, is the closing; a bill and what it replaces are alike."""
    moved = arkit.flows(ledger(seed), as_of=MID, months=6).groupby("currency").sum()
    opening = arkit.aging(ledger(seed), as_of="2024-04-30")["total"]
    closing = arkit.aging(ledger(seed), as_of=MID)["total"]
    other = dict.fromkeys(ledger(seed).currencies, 0.0)
    for row in tables(seed).documents:
        if day("2024-04-30") < row["date"] <= MID and row["kind"] in ("refund", "adjustment"):
            other[row["currency"]] += float(row["amount"])
    came = moved["credit_sales"] + moved["recoveries"] + pd.Series(other)
    went = moved["credit_notes"] + moved["cash"] + moved["discounts"] + moved["write_offs"]
    assert (opening + came - went).to_dict() == pytest.approx(closing.to_dict(), abs=1e-3)


@pytest.mark.parametrize(("seed", "as_of"), [(11, "2024-01-20"), (13, "2024-04-30"), (13, "2025-06-30")])
def test_what_is_not_defined_has_a_reason_and_what_is_defined_has_none(seed, as_of):
    frame = arkit.kpis(ledger(seed), as_of=as_of)
    unknown = frame["value"].isna()
    assert frame.loc[unknown, "reason"].map(bool).all()
    assert frame.loc[~unknown, "reason"].isna().all()
    for method in METHODS:
        result = arkit.dso(ledger(seed), as_of=as_of, method=method, by="region")
        noted = {
            (note["where"]["currency"], note["where"]["region"])
            for note in result.attrs["notes"]
            if "region" in note["where"]
        }
        assert noted == set(result.index[result["dso"].isna()])


@pytest.mark.parametrize("engine", ENGINES)
def test_currency_without_events_yet_has_a_row_that_says_so(engine):
    early = entry("1", "invoice", "2024-01-10", 100, "2024-02-09", "EUR")
    late = entry("2", "invoice", "2024-07-10", 100, "2024-08-09", "JPY")
    two = Tables([early, late], [], [])
    built = to_engine(two, engine)
    for as_of in ("2024-03-31", "2023-12-31") if engine == "pandas" else ("2024-03-31",):
        for name in ("dso", "collection_effectiveness", "bad_debt_rate", "payment_days", "concentration", "aging"):
            assert list(getattr(arkit, name)(built, as_of=as_of).index) == ["EUR", "JPY"], name
        unknown = arkit.kpis(built, as_of=as_of).loc["JPY"]
        assert unknown.loc["dso_countback", "reason"] == "nothing is on record by this date"
        assert unknown.loc["receivables", "value"] == 0


def test_an_invoice_that_is_opened_again_later_was_closed_then():
    """A payment of March is taken back in June, and the invoice is paid for good in August."""
    documents = [entry("1", "invoice", "2024-01-10", 100, "2024-02-10")]
    applications = [
        {"document_id": "1", "by_document_id": None, "date": day(date), "amount": amount, "kind": "payment"}
        for date, amount in (("2024-03-01", 100), ("2024-06-01", -100), ("2024-08-01", 100))
    ]
    built = to_pandas(Tables(documents, applications, []))
    closed = {
        as_of: arkit.payment_days(built, as_of=as_of).loc["EUR", ["invoices", "average_days"]].tolist()
        for as_of in ("2024-05-31", "2024-08-31")
    }
    assert closed == {"2024-05-31": [1, 51], "2024-08-31": [1, 204]}
    assert arkit.payment_days(built, as_of="2024-07-31").loc["EUR", "invoices"] == 0
    assert arkit.aging(built, as_of="2024-07-31").loc["EUR", "total"] == 100


def entry(number: str, kind: str, date: str, amount: float, due: str | None = None, currency: str = "EUR") -> dict:
    return dict.fromkeys(COLUMNS[0]) | {
        "document_id": number,
        "customer_id": "C1",
        "kind": kind,
        "date": day(date),
        "due_date": day(due) if due else None,
        "amount": float(amount),
        "currency": currency,
    }


def test_settlement_by_a_document_and_by_a_day_alone_are_one_position():
    invoice = entry("1", "invoice", "2024-01-10", 100, "2024-02-10")
    payment = entry("2", "payment", "2024-03-01", -60)
    settled = {"document_id": "1", "date": day("2024-03-01"), "amount": 60, "kind": "payment"}
    by_document = to_pandas(Tables([invoice, payment], [settled | {"by_document_id": "2"}], []))
    by_day = to_pandas(Tables([invoice], [settled | {"by_document_id": None}], []))
    for as_of in ("2024-02-29", "2024-03-01", "2024-12-31"):
        same(arkit.aging(by_document, as_of=as_of), arkit.aging(by_day, as_of=as_of))
        same(arkit.flows(by_document, as_of=as_of), arkit.flows(by_day, as_of=as_of))
        same(arkit.payment_days(by_document, as_of=as_of), arkit.payment_days(by_day, as_of=as_of))


@pytest.mark.parametrize(
    ("payment_on", "applied_on"), [("2024-03-20", "2024-03-01"), ("2024-03-01", "2024-03-20"), ("2024-03-20",) * 2]
)
def test_an_application_takes_effect_on_the_latest_of_its_three_dates(payment_on, applied_on):
    invoice = entry("1", "invoice", "2024-01-10", 100, "2024-02-10")
    payment = entry("2", "payment", payment_on, -100)
    applied = {"document_id": "1", "by_document_id": "2", "date": day(applied_on), "amount": 100, "kind": "payment"}
    built = to_pandas(Tables([invoice, payment], [applied], []))
    paid = -100.0 if payment_on < "2024-03-20" else 0.0
    (before,) = arkit.aging(built, as_of="2024-03-19").to_dict("records")
    assert before["d31_60"] == 100
    assert before["unapplied"] == paid
    assert arkit.aging(built, as_of="2024-03-20").to_numpy().tolist() == [[0.0] * 7]
