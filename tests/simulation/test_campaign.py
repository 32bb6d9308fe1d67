"""A simulated firm's answer to contacts: same luck for all, causes that answer differently, nothing without contact."""

from __future__ import annotations

import pandas as pd
import pytest
from small_firm import firm

from arkit.simulation import CAUSES
from arkit.simulation.campaign import ANSWERS, campaign

AS_OF = "2025-09-30"
NONE = pd.DataFrame({"customer_id": [], "channel": []})


def everybody(channel, weeks=(0,)):
    ids = firm(1007).ledger.customers["customer_id"].astype(str)
    asked = pd.DataFrame({"customer_id": ids, "channel": channel})
    return lambda week: asked if week.number in weeks else NONE


def moved(claims):
    return claims["paid_on"].notna() & (claims["paid_on"] != claims["alone_on"])


def run(strategy, **more):
    return campaign(firm(1007), strategy, as_of=AS_OF, **{"seed": 1, **more})


def test_without_contacts_everything_comes_as_planned():
    claims = run(lambda week: NONE).claims
    pd.testing.assert_series_equal(claims["paid_on"], claims["alone_on"], check_names=False)
    assert claims["at_stake"].any()
    assert not claims["won"].any()


def test_planned_days_are_those_of_the_truth():
    world = firm(1007)
    claims = run(lambda week: NONE).claims
    late = claims[claims["cause"] != ""].set_index("document_id")
    settles = world.truth.set_index("document_id").loc[late.index, "settles_on"]
    assert (late["alone_on"].isna() == settles.isna()).all()
    both = settles.notna() & (settles > pd.Timestamp(AS_OF))
    assert (late.loc[both, "alone_on"] == settles[both]).all()


def test_contacts_bring_money_forward_and_never_put_it_off():
    claims = run(everybody("call", weeks=range(8))).claims
    known = claims["alone_on"].notna()
    assert moved(claims).any()
    assert (claims.loc[known, "paid_on"] <= claims.loc[known, "alone_on"]).all()
    assert claims["won"].any()
    assert claims.loc[claims["won"], "at_stake"].all()


def test_a_contact_moves_nobody_else():
    claims = run(everybody("call")).claims
    who = claims.loc[moved(claims), "customer_id"].iloc[0]
    alone = run(lambda week: pd.DataFrame({"customer_id": [who], "channel": ["call"]}) if week.number == 0 else NONE)
    assert moved(alone.claims).any()
    rest = alone.claims[alone.claims["customer_id"] != who]
    pd.testing.assert_series_equal(rest["paid_on"], rest["alone_on"], check_names=False)


def test_all_strategies_meet_the_same_luck():
    """A claim that a call moves is moved by the visit in the same week, which has no smaller chance."""
    call, visit = (run(everybody(channel)).claims for channel in ("call", "visit"))
    stronger = call["cause"].isin([key for key, answer in ANSWERS.items() if answer.visit >= answer.call])
    taken = moved(call) & stronger
    assert taken.any()
    assert (visit.loc[taken, "paid_on"] == call.loc[taken, "paid_on"]).all()
    pd.testing.assert_frame_equal(call, run(everybody("call")).claims)


def test_what_is_paid_but_not_applied_brings_no_cash():
    claims = run(everybody("visit", weeks=range(8))).claims
    unapplied = claims[claims["cause"] == "unapplied"]
    assert len(unapplied)
    assert not unapplied["at_stake"].any()
    pd.testing.assert_series_equal(unapplied["paid_on"], unapplied["alone_on"], check_names=False)


def test_contacts_wear_customers_out():
    """Whom four weekly calls move, one of these calls alone would have moved; the reverse does not hold."""
    often = moved(run(everybody("call", weeks=range(4))).claims)
    once = pd.concat([moved(run(everybody("call", weeks=(week,))).claims) for week in range(4)], axis=1).any(axis=1)
    assert not (often & ~once).any()
    assert often.sum() < once.sum()


def test_a_week_sees_only_what_is_open():
    seen = []
    run(lambda week: seen.append((week.today, len(week.open))) or NONE)
    assert [today for today, _ in seen] == [pd.Timestamp(AS_OF) + pd.Timedelta(days=7 * n) for n in range(8)]
    assert [count for _, count in seen] == sorted((count for _, count in seen), reverse=True)


@pytest.mark.parametrize("channel", ["reminder", "call", "letter", "visit", "legal"])
def test_every_cause_has_an_answer_that_is_a_chance(channel):
    assert set(ANSWERS) == set(CAUSES)
    assert all(0 <= getattr(answer, channel) <= 1 and 0 <= answer.cut < 1 for answer in ANSWERS.values())
