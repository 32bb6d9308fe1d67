"""Markets that slow together."""

import pytest
from cause_ledgers import Firm, evidence

from arkit.diagnosis.causes import causes


def market(slow: str, *, only_itself: bool = False) -> Firm:
    """Return twelve customers in two industries and three regions; those of one value are late from June 2025 on."""
    firm = Firm()
    for number in range(12):
        file = {"industry": ("steel", "food")[number % 2], "region": ("east", "west", "north")[number % 3]}
        hit = slow == "all" or slow in file.values()
        hit = number == 0 if only_itself else hit

        def days(month: int, hit: bool = hit, itself: bool = number == 0) -> int | None:
            if itself and month == 22:
                return None
            return 35 if hit and month >= 17 else -1

        firm.customer(f"C{number}", days, **file)
    return firm


@pytest.mark.parametrize(("slow", "key"), [("steel", "industry_slows"), ("east", "region_slows"), ("all", "most_slow")])
def test_what_slows_together_is_named(slow, key):
    found = evidence(market(slow), "C0-22")
    assert found[key].strength > 0.5
    assert found.keys().isdisjoint({"industry_slows", "region_slows", "most_slow"} - {key})


def test_the_words_compare_with_the_others_own_past():
    words = evidence(market("steel"), "C0-22")["industry_slows"].text
    assert words.startswith("the industry steel slowed about 2025-12:")
    assert "5 of 5 customers were slower" in words


def test_a_customer_alone_is_no_market():
    found = evidence(market("steel", only_itself=True), "C0-22")
    assert found.keys().isdisjoint({"industry_slows", "region_slows", "most_slow"})
    assert found["slowed"].strength > 0.5


def test_customers_who_are_always_late_are_no_slump():
    firm = Firm()
    for number in range(8):
        firm.customer(
            f"C{number}", lambda m, n=number: None if (m, n) == (22, 0) else 35, industry=("steel", "food")[number % 2]
        )
    assert evidence(firm, "C0-22").keys().isdisjoint({"industry_slows", "most_slow"})


@pytest.mark.parametrize(("slow", "level"), [("steel", "micro"), ("all", "macro")])
def test_the_level_of_a_market_is_macro_where_everybody_slows(slow, level):
    frame = causes(market(slow).ledger(), as_of="2025-12-31").frame.set_index("document_id")
    assert (frame.loc["C0-22", "cause"], frame.loc["C0-22", "level"]) == ("market", level)
