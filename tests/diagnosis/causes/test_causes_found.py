"""The whole diagnosis: sums, words, what it does not know, and that it does not look ahead."""

import pickle

import numpy as np
import pandas as pd
import pytest
from cause_ledgers import AS_OF, Firm, regulars
from hypothesis import given
from hypothesis import strategies as st

import arkit
from arkit.diagnosis.causes import causes, diagnose
from arkit.diagnosis.causes.evidence import Table, table
from arkit.diagnosis.causes.families import UNKNOWN, families, keys
from arkit.diagnosis.causes.weighing import Weighed, split, weigh
from arkit.diagnosis.past import Past
from arkit.errors import ArkitError
from arkit.ledger import Ledger
from arkit.simulation import CAUSES


@pytest.fixture(scope="module")
def world():
    return arkit.simulate(seed=811, months=18, customers=40, late_share=0.4, export_share=0.1)


@pytest.fixture(scope="module")
def result(world):
    return causes(world.ledger, as_of="2024-06-30")


def test_the_families_are_those_of_the_domain():
    assert keys() == ("credit", "liquidity", "wilful", "habit", "customer_process", "market", "contract", "dispute",
                      "paperwork", "approval", "unapplied", "follow_up")  # fmt: skip
    assert set(keys()) == set(CAUSES)
    assert [family.key for family in families() if family.confirm] == ["wilful"]


def test_every_overdue_document_has_one_row(world, result):
    past = Past.of(world.ledger, "2024-06-30")
    assert sorted(result.frame["document_id"]) == sorted(past.overdue["document_id"])
    assert result.frame["cause"].isin([*keys(), UNKNOWN]).all()
    assert result.frame["confidence"].between(0, 1).all()


def test_shares_add_up_to_each_document_and_to_the_overdue_total_to_the_cent(world, result):
    cents = (result.shares["amount"] * 100).round().astype("int64")
    by_document = cents.groupby(result.shares["document_id"]).sum()
    overdue = (result.frame.set_index("document_id")["overdue"] * 100).round().astype("int64")
    pd.testing.assert_series_equal(by_document.sort_index(), overdue.sort_index(), check_names=False)
    aged = arkit.aging(world.ledger, as_of="2024-06-30")[["d1_30", "d31_60", "d61_90", "over_90"]].sum(axis=1)
    totals = result.totals["amount"].groupby(level="currency").sum()
    assert {code: round(v * 100) for code, v in totals.items()} == {code: round(v * 100) for code, v in aged.items()}
    assert result.totals["primary"].sum() == pytest.approx(result.frame["overdue"].sum())


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.lists(st.floats(0.001, 1), min_size=4, max_size=4))))
def test_splitting_loses_no_cent_and_stays_within_one_of_the_share(rows):
    minor = np.array([row[0] for row in rows], dtype=np.int64)
    share = np.array([row[1] for row in rows]).reshape(-1, 4)
    share = share / share.sum(axis=1, keepdims=True)
    parts = split(minor, share)
    assert parts.sum(axis=1).tolist() == minor.tolist()
    assert (np.abs(parts - minor[:, None] * share) <= 1 + 1e-3).all()


def test_points_are_log_odds():
    def two(points: float) -> Weighed:
        from arkit.diagnosis.causes.evidence import Found

        found = [Found(key, np.array([1.0]), lambda row: row) for key in ("milestone", "no_order_number")]
        rules = table().model_dump()
        rules["evidence"]["milestone"]["points"] = {"contract": points}
        rules["evidence"]["no_order_number"]["points"] = {"paperwork": 1.0}
        rules["settings"]["floor_share"] = 0.0
        return weigh(found, 1, Table.model_validate(rules))

    order = list(keys())
    odds = [two(p).share[0, order.index("contract")] / two(p).share[0, order.index("paperwork")] for p in (1.0, 2.0)]
    assert odds[1] / odds[0] == pytest.approx(np.e)


def test_a_cause_for_which_nothing_speaks_is_not_named():
    firm = Firm().customer("X", months=0).invoice("late", "X", "2025-10-15")
    found = causes(firm.ledger(), as_of=AS_OF)
    assert found.frame["cause"].tolist() == [UNKNOWN]
    assert found.frame["evidence"].tolist() == ["Not known: nothing that the ledger holds explains it."]
    assert found.shares["cause"].tolist() == [UNKNOWN]


def test_what_the_papers_say_is_stated_and_what_is_inferred_is_a_hypothesis(result):
    for row in result.frame[~result.frame["logged"]].itertuples():
        start = {"wilful": ("Hypothesis, for a person to confirm",), UNKNOWN: ("Not known",)}
        assert row.evidence.startswith(start.get(row.cause, ("Hypothesis:", "The papers point to")))


def test_wilful_delay_is_never_stated_as_a_fact():
    firm = regulars().customer("X", lambda m: 100 if m < 19 else None)
    for month in range(24):
        due = pd.Timestamp("2024-01-03") + pd.DateOffset(months=month) + pd.Timedelta(days=30)
        for days in (10, 30, 50):
            firm.log("promise", str(due + pd.Timedelta(days=days)), f"X-{month:02d}",
                     due_on=str(due + pd.Timedelta(days=days + 8)), outcome="promised")  # fmt: skip
        firm.log("acknowledgement", str(due + pd.Timedelta(days=20)), f"X-{month:02d}")
    frame = causes(firm.ledger(), as_of=AS_OF).frame.set_index("document_id")
    assert frame.loc["X-20", "cause"] == "wilful"
    assert frame.loc["X-20", "evidence"].startswith(
        "Hypothesis, for a person to confirm before anything is said or done"
    )


def test_families_are_said_in_chinese_from_their_own_file_also_after_pickling(result):
    told = result.frame.loc[result.frame["cause"] == "liquidity", "evidence"].iloc[0]
    assert told.params["cause"].to("zh") == "客户资金周转困难"
    again = pickle.loads(pickle.dumps(told))
    assert (again, again.params["cause"].to("zh")) == (told, "客户资金周转困难")


def test_the_evidence_table_has_words_and_families_for_every_piece():
    for key, evidence in table().evidence.items():
        assert evidence.points, key
        assert evidence.en, key
        assert evidence.zh, key


def test_a_misspelt_family_in_the_table_is_refused():
    rules = table().model_dump()
    rules["evidence"]["milestone"]["points"] = {"kontrakt": 1.0}
    with pytest.raises(ValueError, match="kontrakt"):
        Table.model_validate(rules)


def test_an_edited_table_changes_the_diagnosis():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15", order_number=None)
    past = Past.of(firm.ledger(), AS_OF)
    rules = table().model_dump()
    rules["evidence"]["no_order_number"]["points"] = {"paperwork": 0.0}
    assert diagnose(past).frame["cause"].tolist() == ["paperwork"]
    assert diagnose(past, rules=Table.model_validate(rules)).frame["cause"].tolist() == [UNKNOWN]


def test_reasons_takes_two_values(world):
    with pytest.raises(ArkitError, match="reasons must be one of logged, hidden"):
        causes(world.ledger, as_of="2024-06-30", reasons="all")


def test_a_ledger_with_nothing_overdue():
    found = causes(regulars().ledger(), as_of=AS_OF)
    assert found.frame.empty
    assert found.shares.empty
    assert found.totals.empty


def test_a_snapshot_says_what_is_missing_and_calls_nobody_late_as_a_rule():
    firm = Firm().customer("X", lambda m: None)
    found = causes(firm.ledger(scope="snapshot"), as_of=AS_OF)
    assert found.notes[0].startswith("a snapshot of open items holds no paid invoices")
    assert any(note.startswith("there is no log of contacts") for note in found.notes)
    assert set(found.frame["cause"]) == {UNKNOWN}


def test_bare_documents_are_enough():
    documents = pd.DataFrame(
        {"document_id": ["a", "b"], "customer_id": ["1", "1"], "kind": "invoice", "date": ["2025-01-01", "2025-02-01"],
         "due_date": ["2025-02-01", "2025-03-01"], "amount": [10.0, 20.0], "currency": "EUR"}
    )  # fmt: skip
    found = causes(Ledger(documents), as_of="2025-12-31")
    assert found.shares["amount"].sum() == pytest.approx(30.0)
    assert (
        "there is no customer file: credit limits, ratings, industries and groups can not be looked at" in found.notes
    )


@pytest.mark.parametrize("as_of", ["2023-10-31", "2024-02-15"])
def test_nothing_known_later_is_used(world, as_of):
    past = pd.Timestamp(as_of)
    documents = world.ledger.documents
    documents = documents[documents["date"] <= past]
    applied = world.ledger.applications
    known = applied["document_id"].isin(documents["document_id"]) & (applied["date"] <= past)
    known &= applied["by_document_id"].isna() | applied["by_document_id"].isin(documents["document_id"])
    log = world.ledger.activities
    cut = Ledger(documents, applied[known], world.ledger.customers, log[log["date"] <= past])
    for whole, part in zip(_outputs(world.ledger, as_of), _outputs(cut, as_of), strict=True):
        pd.testing.assert_frame_equal(whole, part)


def _outputs(ledger, as_of):
    found = causes(ledger, as_of=as_of)
    return found.frame, found.shares, found.totals, found.evidence


def test_the_ledger_is_not_changed(world):
    before = world.ledger.documents.copy(), world.ledger.activities.copy(), world.ledger.customers.copy()
    causes(world.ledger, as_of="2024-06-30")
    after = world.ledger.documents, world.ledger.activities, world.ledger.customers
    for old, new in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_planted_causes_are_found_again_on_small_ledgers():
    right = total = 0.0
    for seed in (821, 822):
        made = arkit.simulate(seed=seed, months=24, customers=60, late_share=0.35)
        frame = causes(made.ledger, as_of="2024-12-31", reasons="hidden").frame
        both = frame.merge(made.truth[["document_id", "cause"]], on="document_id", suffixes=("", "_planted"))
        assert len(both) == len(frame)
        right += both.loc[both["cause"] == both["cause_planted"], "overdue"].sum()
        total += both["overdue"].sum()
    assert right / total >= 0.75  # the promise; docs/causes.md has twenty larger ledgers
