"""Every measure, on pandas and on DuckDB, against the slow reference: equal to the cent."""

from __future__ import annotations

import datetime as dt
from functools import cache
from math import nan

import pytest
from ledgers import ENGINES
from random_ledgers import Tables, day, make, to_engine
from reference import Reference, without_zeros

import arkit
from arkit.columns import APPLICATION_KINDS, DOCUMENT_KINDS

SEEDS = (0, 2)
MID, LATE = day("2024-09-17"), day("2025-02-28")
GROUPS = [(), ("customer_id",), ("type",), ("region", "industry")]


@cache
def tables(seed: int) -> Tables:
    return make(seed)


@cache
def reference(seed: int) -> Reference:
    return Reference(*tables(seed))


@cache
def ledger(seed: int, engine: str) -> arkit.Ledger:
    return to_engine(tables(seed), engine)


def cells(frame) -> dict[tuple, dict[str, float]]:
    """A frame as the reference keys it, without zeros."""
    keys = [key if isinstance(key, tuple) else (key,) for key in frame.index]
    return without_zeros(dict(zip(keys, frame.to_dict("records"), strict=True)))


def exact(table: dict) -> dict[tuple, dict[str, float]]:
    """The reference's decimals as the nearest floats."""
    return {key: {name: float(value) for name, value in row.items()} for key, row in table.items()}


on_every_engine = pytest.mark.parametrize("engine", ENGINES)
from_seeds = pytest.mark.parametrize("seed", SEEDS)


def test_the_ledgers_hold_all_that_can_happen():
    documents = [row for seed in SEEDS for row in tables(seed).documents]
    applications = [row for seed in SEEDS for row in tables(seed).applications]
    assert {row["kind"] for row in documents} == set(DOCUMENT_KINDS)
    assert {row["kind"] for row in applications} == set(APPLICATION_KINDS) - {"other"}
    assert {row["currency"] for row in documents} == {"USD", "CNY", "JPY", "KWD"}
    assert any(row["amount"] < 0 for row in applications)
    assert any(row["by_document_id"] is None and row["kind"] == "payment" for row in applications)
    assert any(row["due_date"] is None and row["kind"] == "invoice" for row in documents)
    dates = {row["document_id"]: row["date"] for row in documents}
    assert any(row["date"] < dates[row["document_id"]] for row in applications)


@from_seeds
@on_every_engine
@pytest.mark.parametrize("as_of", [MID, LATE])
def test_open_items(seed, engine, as_of):
    items = ledger(seed, engine).open_items(as_of)
    wanted = {row["document_id"]: float(left) for row, left in reference(seed).open_items(as_of)}
    assert dict(zip(items["document_id"], items["open"], strict=True)) == wanted
    late = {
        row["document_id"]: max(0, (as_of - reference(seed).aged_from(row, "due")).days)
        for row, _ in reference(seed).open_items(as_of)
    }
    assert dict(zip(items["document_id"], items["days_overdue"], strict=True)) == late


@from_seeds
@on_every_engine
@pytest.mark.parametrize("by", GROUPS, ids=lambda by: "+".join(by) or "all")
def test_aging_by_any_group(seed, engine, by):
    got = arkit.aging(ledger(seed, engine), as_of=MID, by=list(by))
    assert cells(got) == exact(reference(seed).aging(MID, by))


@from_seeds
@on_every_engine
@pytest.mark.parametrize("basis", ["due", "document"])
@pytest.mark.parametrize("credits", ["separate", "by_age"])
@pytest.mark.parametrize("bills", ["with", "without"])
def test_aging_by_any_convention(seed, engine, basis, credits, bills):
    chosen = {"basis": basis, "credits": credits, "bills": bills, "buckets": (7, 30, 45, 120)}
    got = arkit.aging(ledger(seed, engine), as_of=MID, **chosen)
    assert cells(got) == exact(reference(seed).aging(MID, **chosen))


@from_seeds
@on_every_engine
@pytest.mark.parametrize("by", [(), ("region",)], ids=["all", "region"])
@pytest.mark.parametrize("bills", ["with", "without"])
def test_aging_history(seed, engine, by, bills):
    got = cells(arkit.aging_history(ledger(seed, engine), as_of=MID, months=6, by=list(by), bills=bills))
    wanted = {}
    for date in [
        *(day(f"2024-{month:02}-{last}") for month, last in ((4, 30), (5, 31), (6, 30), (7, 31), (8, 31))),
        MID,
    ]:
        for key, row in exact(reference(seed).aging(date, by, bills=bills)).items():
            wanted[(*key, dt.datetime.combine(date, dt.time()))] = row
    assert got == wanted


def near(wanted: dict) -> dict:
    """Figures to compare with: not defined is NaN."""
    return {key: pytest.approx(nan if value is None else float(value), nan_ok=True) for key, value in wanted.items()}


def column(frame, name: str) -> dict[tuple, float]:
    keys = [key if isinstance(key, tuple) else (key,) for key in frame.index]
    return dict(zip(keys, frame[name].tolist(), strict=True))


METHODS = ["simple", "rolling", "countback", "best_possible", "sales_weighted", "true"]


@from_seeds
@on_every_engine
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("by", [(), ("type",)], ids=["all", "type"])
def test_dso(seed, engine, method, by):
    got = arkit.dso(ledger(seed, engine), as_of=LATE, method=method, by=list(by))
    assert column(got, "dso") == near(reference(seed).dso(LATE, method, by))


@from_seeds
@on_every_engine
@pytest.mark.parametrize(
    "chosen",
    [
        {"method": "countback", "days": "360"},
        {"method": "countback", "vat": "net", "credit_notes": "after"},
        {"method": "countback", "bills": "without"},
        {"method": "simple", "months": 6, "days": "365"},
        {"method": "simple", "receivables": "average", "vat": "net"},
        {"method": "best_possible", "bills": "without", "months": 1},
        {"method": "rolling", "months": 5, "credit_notes": "after"},
        {"method": "sales_weighted", "vat": "net"},
        {"method": "true", "months": 4},
    ],
    ids=lambda chosen: " ".join(map(str, chosen.values())),
)
def test_dso_by_any_convention(seed, engine, chosen):
    got = arkit.dso(ledger(seed, engine), as_of=MID, **chosen)
    assert column(got, "dso") == near(reference(seed).dso(MID, **chosen))


@from_seeds
@on_every_engine
def test_dso_terms_are_receivables_and_sales_to_the_cent(seed, engine):
    got = arkit.dso(ledger(seed, engine), as_of=MID, method="simple")
    for (currency,) in reference(seed).groups(MID, ()):
        months = reference(seed).months((currency,), MID)
        row = got.loc[currency]
        assert row["receivables"] == float(months[0].receivables)
        assert row["credit_sales"] == pytest.approx(float(sum(month.sales for month in months[:3])), abs=1e-6)
        assert row["days"] == 31 + 31 + 17


@from_seeds
@on_every_engine
def test_dso_history_is_dso_at_every_month_end(seed, engine):
    methods = ["countback", "simple", "best_possible", "rolling"]
    got = arkit.dso_history(ledger(seed, engine), as_of=MID, months=4, methods=methods)
    for date in [*map(day, ("2024-06-30", "2024-07-31", "2024-08-31")), MID]:
        at = got.xs(dt.datetime.combine(date, dt.time()), level="as_of")
        for method in methods:
            none_yet = dict.fromkeys(reference(seed).groups(MID, ()))  # a currency's rows begin with the ledger
            assert column(at, method) == near(none_yet | reference(seed).dso(date, method))


@from_seeds
@on_every_engine
@pytest.mark.parametrize("by", [(), ("customer_id",), ("region",)], ids=["all", "customer", "region"])
@pytest.mark.parametrize(("as_of", "months"), [(MID, 3), (LATE, 12)])
def test_payment_days(seed, engine, by, as_of, months):
    got = arkit.payment_days(ledger(seed, engine), as_of=as_of, months=months, by=list(by))
    wanted = reference(seed).payment_days(as_of, months, by)
    assert {key for key, amount in column(got, "amount").items() if amount} == {
        key for key, row in wanted.items() if row["amount"]
    }
    for name in got.columns:
        have = {key: value for key, value in column(got, name).items() if key in wanted}
        assert have == near({key: row[name] for key, row in wanted.items()}), name


@from_seeds
@on_every_engine
@pytest.mark.parametrize("sales", ["period", "monthly"])
@pytest.mark.parametrize("bills", ["with", "without"])
def test_collection_effectiveness(seed, engine, sales, bills):
    for by in ((), ("salesperson",)):
        got = arkit.collection_effectiveness(ledger(seed, engine), as_of=MID, by=list(by), sales=sales, bills=bills)
        wanted = reference(seed).collection_effectiveness(MID, by=by, sales=sales, bills=bills)
        assert column(got, "cei") == near(wanted)


@from_seeds
@on_every_engine
@pytest.mark.parametrize("base", ["sales", "receivables"])
def test_bad_debt_rate(seed, engine, base):
    for by in ((), ("type",)):
        got = arkit.bad_debt_rate(ledger(seed, engine), as_of=LATE, months=9, by=list(by), base=base)
        assert column(got, "rate") == near(reference(seed).bad_debt_rate(LATE, 9, by, base))


@from_seeds
@on_every_engine
@pytest.mark.parametrize("by", ["customer_id", "region"])
def test_concentration(seed, engine, by):
    got = arkit.concentration(ledger(seed, engine), as_of=MID, by=by, top=(1, 2))
    for currency, amounts in reference(seed).concentration(MID, by).items():
        total = sum(amounts)
        row = got.loc[currency]
        assert row["customers"] == len(amounts)
        assert row["total"] == float(total)
        assert row["top_1"] == pytest.approx(float(amounts[0] / total))
        assert row["top_2"] == pytest.approx(float(sum(amounts[:2]) / total))
        assert row["herfindahl"] == pytest.approx(float(sum((100 * amount / total) ** 2 for amount in amounts)))


@from_seeds
@on_every_engine
@pytest.mark.parametrize("by", [(), ("customer_id",)], ids=["all", "customer"])
def test_flows(seed, engine, by):
    got = cells(arkit.flows(ledger(seed, engine), as_of=MID, months=3, by=list(by)))
    wanted = {}
    for first, last in (("2024-07-01", "2024-07-31"), ("2024-08-01", "2024-08-31"), ("2024-09-01", "2024-09-17")):
        for key, row in exact(reference(seed).flows(day(first), day(last), by)).items():
            wanted[(*key, dt.datetime.combine(day(last), dt.time()))] = row
    assert got == wanted
