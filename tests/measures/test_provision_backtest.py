"""The back-test: on paper, without a look ahead; tests/proofs hold it against what simulated firms went on to lose."""

from __future__ import annotations

import pandas as pd
import pytest
from ledgers import applied, document, ledger

import arkit
from arkit.errors import ArkitError


def test_nothing_later_than_the_month_is_in_its_prediction():
    world = arkit.simulate(seed=7, months=48, customers=40)
    found = arkit.provision_backtest(world.ledger, as_of="2026-12-31", follow=12, walk=18).frame
    for month in ("2025-09-30", "2026-03-31"):
        then = arkit.provision(world.ledger, as_of=month, follow=12).total
        row = found.xs(pd.Timestamp(month), level="month")
        assert row["predicted"].tolist() == then["allowance"].tolist()
        assert row["base"].tolist() == then["base"].tolist()


def test_the_record_on_paper():
    """What stands open at the end of January 2025 is 300; of it 60 is lost in June."""
    rows = [
        document("A", "invoice", "2024-01-01", 100, "2024-01-31"),
        document("B", "invoice", "2025-01-01", 300, "2025-01-31"),
        document("P", "payment", "2025-06-20", -240),
    ]
    moves = [
        applied("A", None, "2024-03-15", 100, "write_off"),
        applied("B", "P", "2025-06-20", 240),
        applied("B", None, "2025-06-30", 60, "write_off"),
    ]
    found = arkit.provision_backtest(
        ledger(rows, moves), as_of="2025-12-31", follow=6, buckets=(30,), method="percentage_of_balance", rates=0.1
    )
    row = found.frame.xs("2025-01-31", level="month").iloc[0]
    assert row[["base", "predicted", "lost"]].tolist() == [300, 30, 60]
    assert row["ratio"] == 0.5
    late = found.frame.xs("2025-11-30", level="month").iloc[0]
    assert not late["complete"]
    assert pd.isna(late["ratio"])
    assert found.pooled[["month_ends", "predicted", "lost"]].iloc[0].tolist() == [7, 5 * 30, 5 * 60]


def yearly_losses() -> arkit.Ledger:
    """An invoice of 100 is due on the last day of each month; every December those overdue since May are lost."""
    days = pd.date_range("2020-01-31", "2026-12-31", freq="ME")
    rows, moves = [], []
    for place, day in enumerate(days):
        due = str(day.date())
        rows.append(document(f"A{place}", "invoice", due[:8] + "01", 100, due))
        if day.month == 5:
            moves.append(applied(f"A{place}", None, f"{day.year}-12-15", 100, "write_off"))
        else:
            rows.append(document(f"P{place}", "payment", due, -100))
            moves.append(applied(f"A{place}", f"P{place}", due, 100))
    return ledger(rows, moves)


def test_only_a_matrix_with_a_past_as_long_as_losses_take_is_judged():
    """The last age comes up in August 2020; a year of cohorts that are each followed for a year later tests begin."""
    books = yearly_losses()
    found = arkit.provision_backtest(books, as_of="2026-12-31", follow=12, walk=84, buckets=(30, 90))
    frame = found.frame.loc["CNY"]
    assert frame["complete"].sum() == frame.index.get_loc("2025-12-31") + 1
    first = frame.index[frame["tested"]].min()
    assert first == pd.Timestamp("2022-08-31")  # over 90 days since August 2020
    assert frame.loc[first, "on_record"] == 24
    assert frame.loc[frame.index < first, "ratio"].isna().all()
    tested = frame[frame["tested"]]
    assert found.pooled.loc["CNY", "month_ends"] == len(tested)
    assert found.pooled.loc["CNY", "lost"] == tested["lost"].sum() > 0
    assert any("shown and not judged" in said for said in found.notes)


def test_given_rates_need_no_past():
    found = arkit.provision_backtest(
        yearly_losses(), as_of="2026-12-31", follow=12, walk=84, buckets=(30,), method="aging", rates=[0.1, 0.1, 0.5]
    )
    assert found.frame["on_record"].isna().all()
    assert (found.frame["tested"] == found.frame["complete"]).all()
    assert not any("shown and not judged" in said for said in found.notes)


def test_a_method_without_a_matrix_can_not_be_tested():
    books = ledger([document("A", "invoice", "2024-01-01", 100, "2024-01-31")])
    with pytest.raises(ArkitError, match="no matrix that could be tested"):
        arkit.provision_backtest(books, as_of="2025-12-31", method="direct")


def test_a_young_ledger_proves_nothing_and_says_so():
    books = ledger([document("A", "invoice", "2024-01-01", 100, "2024-01-31")])
    assert "nothing is proved yet" in " ".join(arkit.provision_backtest(books, as_of="2025-06-30").notes)
    assert "too young" in " ".join(arkit.provision_backtest(books, as_of="2024-06-30").notes)
