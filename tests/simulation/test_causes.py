import re
from pathlib import Path

import pytest

from arkit.errors import ArkitError
from arkit.simulation import CAUSES, simulate_tables
from arkit.simulation.causes import BEHAVIOURS, mix

KEYS = "credit liquidity wilful habit customer_process market contract dispute paperwork approval unapplied follow_up"


def test_causes_are_the_families_of_the_domain():
    assert set(CAUSES) == set(KEYS.split())


def test_default_mix_adds_up():
    assert sum(mix(None).values()) == pytest.approx(1)
    assert all(0 < share < 0.2 for share in mix(None).values())


def test_a_list_means_equal_weights():
    shares = mix(["habit", "market"])
    assert shares["habit"] == shares["market"] == 0.5
    assert sum(shares.values()) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["weather"], "causes: weather is not known; choose from credit"),
        ({"habit": -1.0, "market": 2.0}, "must not be negative"),
        ({"habit": 0.0}, "one must be above 0"),
        ([], "one must be above 0"),
    ],
)
def test_wrong_mixes_are_refused(given, words):
    with pytest.raises(ArkitError, match=re.escape(words)):
        mix(given)


@pytest.mark.parametrize("cause", CAUSES)
def test_a_world_can_have_one_cause_only(cause):
    made = simulate_tables(seed=5, causes=[cause], customers=60)
    assert set(made.truth["cause"]) <= {cause}
    share = len(made.truth) / (made.documents["kind"] == "invoice").sum()
    assert 0.1 < share < 0.6, "a single cause makes a good part of the planned third late"


def test_weights_move_the_mix():
    made = simulate_tables(seed=5, causes={"dispute": 3, "paperwork": 1})
    counts = made.truth["cause"].value_counts()
    assert counts["dispute"] / counts["paperwork"] == pytest.approx(3, rel=0.1)


def test_default_mix_is_met_over_several_worlds(late_with_cause):
    met = late_with_cause["cause"].value_counts(normalize=True)
    wanted = mix(None)
    for cause in CAUSES:
        assert wanted[cause] * 0.6 < met[cause] < wanted[cause] * 1.5, cause


def test_behaviours_are_within_their_ranges():
    for cause, behaviour in BEHAVIOURS.items():
        chances = (
            behaviour.late,
            behaviour.parts,
            behaviour.chased,
            behaviour.broken,
            behaviour.kept,
            behaviour.logged,
        )
        assert all(0 <= chance <= 1 for chance in chances), cause


def test_every_cause_is_named_in_the_readme_of_the_sample_company():
    text = (Path(__file__).parents[2] / "sample_data" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{cause}`" in text for cause in CAUSES)
