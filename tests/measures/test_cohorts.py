"""Vintages against a slow reference on every engine, and by hand (on 200 ledgers in tests/proofs)."""

from __future__ import annotations

from math import isnan

import pandas as pd
import pytest
from random_ledgers import Tables, day, make, to_engine
from reference import Reference
from roll_reference import vintages

import arkit
from arkit.errors import ArkitError
from tests.ledgers import ENGINES, applied, document, ledger

LAST = day("2025-02-28")
WAYS = (
    {"months": 12, "what": "collected"},
    {"months": 14, "what": "uncollected", "by": ("region",)},
    {"months": 5, "what": "credited"},
    {"months": 9, "what": "written_off", "by": ("type", "industry")},
)


def found(frame: pd.DataFrame) -> dict[tuple, list[float]]:
    """A triangle as the reference keys it: months with sales, up to the last age seen."""
    rows = {(*key[:-1], key[-1].date()): row for key, row in zip(frame.index, frame.to_numpy().tolist(), strict=True)}
    return {key: [value for value in row if not isnan(value)] for key, row in rows.items() if row[0]}


def wanted(tables: Tables, months: int, what: str, by: tuple[str, ...] = ()) -> dict[tuple, list[float]]:
    table = vintages(Reference(*tables), LAST, months, what, by)
    return {key: [float(value) for value in row] for key, row in table.items()}


def triangle(held: arkit.Ledger, **way) -> pd.DataFrame:
    return arkit.collection_triangle(held, as_of=LAST, **{**way, "by": list(way.get("by", ()))})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_engine_agrees_with_the_reference_to_the_cent(engine, way):
    tables = make(7)
    assert found(triangle(to_engine(tables, engine), **way)) == wanted(tables, **way)


DOCUMENTS = [
    document("1", "invoice", "2025-01-05", 1000.0, "2025-02-10"),
    document("2", "invoice", "2025-02-01", 500.0, "2025-02-26"),
    document("4", "invoice", "2025-04-10", 9.0, "2025-05-10"),
]
APPLICATIONS = [
    applied("1", None, "2025-01-20", 100.0),
    applied("1", None, "2025-02-20", 600.0),
    applied("1", None, "2025-03-02", 50.0, "discount"),
    applied("1", None, "2025-03-03", 150.0, "write_off"),
    applied("2", None, "2025-03-20", 400.0),
]


def test_vintages_by_hand():
    held = ledger(DOCUMENTS, APPLICATIONS)
    left = arkit.vintages(held, as_of="2025-04-10", months=3)
    assert [str(month.date()) for month in left.index.unique("month")] == ["2025-01-31", "2025-02-28", "2025-03-31"]
    assert left.iloc[0].tolist() == [1000.0, 0.9, 0.3, 0.1]
    assert left.iloc[1].tolist()[:3] == [500.0, 1.0, 0.2]
    assert isnan(left.iloc[1]["m2"])
    assert left.iloc[2][["m0", "m1"]].isna().all()
    said = {(n["column"], str(n["where"]["month"].date())): str(n["reason"]) for n in left.attrs["notes"]}
    assert said["m2", "2025-02-28"] == "this age lies after the last whole month: not yet observed"
    assert said["m0", "2025-03-31"] == "no credit sales in the period"
    came = arkit.vintages(held, as_of="2025-04-10", months=3, what="collected")
    assert came.iloc[0].tolist() == [1000.0, 0.1, 0.7, 0.75]


def test_completion_factors_by_hand():
    factors = arkit.completion_factors(ledger(DOCUMENTS, APPLICATIONS), as_of="2025-03-31", months=3).loc["CNY"]
    assert factors["months"].tolist() == [3.0, 2.0, 1.0]
    assert factors["share"].tolist() == pytest.approx([100 / 1500, 1100 / 1500, 0.75])
    assert factors["factor"].tolist()[:2] == pytest.approx([1100 / 100, 750 / 700])
    assert factors["to_end"].tolist() == pytest.approx([11 * 750 / 700, 750 / 700, 1.0])


def test_a_month_to_date_is_not_observed_yet():
    held = ledger(DOCUMENTS, APPLICATIONS)
    frames = [arkit.vintages(held, as_of=date, months=3) for date in ("2025-03-31", "2025-04-29")]
    pd.testing.assert_frame_equal(*frames)
    assert frames[1].attrs["conventions"]["last_month"] == "2025-03-31"


def test_a_snapshot_says_why_there_is_no_vintage():
    held = ledger(DOCUMENTS, scope="snapshot", snapshot_on=LAST)
    for measure in (arkit.vintages, arkit.collection_triangle, arkit.completion_factors):
        frame = measure(held, as_of="2025-04-30")
        assert frame.isna().all(axis=None)
        assert "a snapshot" in str(frame.attrs["notes"][0]["reason"])


@pytest.mark.parametrize(("options", "said"), [({"months": 0}, "1 or more"), ({"what": "lost"}, "what must be")])
def test_what_is_no_convention_is_refused(options, said):
    with pytest.raises(ArkitError, match=said):
        arkit.vintages(ledger(DOCUMENTS), as_of="2025-04-30", **options)
