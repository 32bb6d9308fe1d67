"""A customer against its own past: when it is late, how it pays, what its file says."""

import pytest
from cause_ledgers import Firm, document, evidence, regulars

LAST = "X-22"  # due on 2 December 2025


def paying(days, **file):
    """Return regular customers and X, who pays its last-but-one invoice not at all."""
    return regulars(**{name: 9999 for name in file}).customer("X", lambda m: None if m >= 22 else days(m), **file)


def strongest(found):
    from arkit.diagnosis.causes.pattern import PATTERNS

    return max((key for key in found if key in PATTERNS), key=lambda key: found[key].strength)


@pytest.mark.parametrize(
    ("days", "pattern"),
    [
        (lambda m: -1, "on_time_otherwise"),
        (lambda m: 20, "always_late"),
        (lambda m: 20 if m % 5 in (0, 2) else -1, "late_now_and_then"),
        (lambda m: 20 if m >= 5 else -1, "late_since"),
        (lambda m: 30 if m >= 15 else -1, "slowed"),
        (lambda m: 25 if m % 12 in (9, 10) else -1, "yearly_pause"),  # due in November and December
    ],
)
def test_each_pattern_is_told_from_the_others(days, pattern):
    assert strongest(evidence(paying(days), LAST)) == pattern


def test_the_words_of_a_slowdown_compare_with_the_customers_own_past():
    found = evidence(paying(lambda m: 30 if m >= 15 else -1), LAST)
    assert found["slowed"].text == (
        "Firm X slowed against its own past: of what fell due from 2025-05 to 2025-12 7 of 7 other invoices were late; "
        "else, 0 of 15"
    )


def test_few_invoices_say_less_than_many():
    few = regulars().customer("X", lambda m: None if m == 3 else 20, months=4)
    many = regulars().customer("X", lambda m: None if m == 22 else 20, months=23)
    assert evidence(few, "X-03")["always_late"].strength < evidence(many, "X-22")["always_late"].strength


def test_a_customer_without_other_invoices_has_no_pattern():
    firm = regulars().customer("X", months=0).invoice("late", "X", "2025-10-15")
    assert {"on_time_otherwise", "always_late"} & evidence(firm, "late").keys() == set()


def test_an_invoice_that_explains_itself_says_nothing_of_the_customers_ways():
    firm = regulars().customer("X", lambda m: -1, months=20).invoice("late", "X", "2025-10-15")
    before = evidence(firm, "late")["on_time_otherwise"].strength
    for number in range(6):
        firm.invoice(f"no order {number}", "X", "2025-06-10", late=60, order_number=None)
    assert evidence(firm, "late")["on_time_otherwise"].strength == before


def test_an_invoice_open_within_the_days_of_grace_is_not_counted_yet():
    firm = (
        regulars()
        .customer("X", lambda m: 20, months=20)
        .invoice("late", "X", "2025-10-15")
        .invoice("new", "X", "2025-11-29")
    )
    assert evidence(firm, "late")["always_late"].text.startswith("Firm X is late as a rule: 20 of 20")


def test_delays_of_months_are_long():
    assert evidence(paying(lambda m: 90 if m < 18 else None), LAST)["long_delays"].strength > 0.8


def test_short_delays_that_are_always_the_same_come_from_a_procedure():
    found = evidence(paying(lambda m: 12 + m % 3), LAST, as_of="2025-12-20")
    assert (
        "12 days beyond the due date" in found["short_even_delays"].text or "13 days" in found["short_even_delays"].text
    )
    assert "even_delays" not in found


def test_a_month_late_like_clockwork_is_a_habit():
    found = evidence(paying(lambda m: 40 + m % 3 if m < 20 else None), LAST)
    assert found["even_delays"].strength > 0.5
    assert "short_even_delays" not in found


def test_an_item_paid_in_part():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15").pay("late", "2025-11-20", 400)
    assert evidence(firm, "late")["paid_in_part"].text == "late was paid in part (40%), the rest is open"


def test_a_customer_who_pays_in_parts():
    firm = regulars().customer("X", months=0)
    for month in range(1, 9):
        name = f"split {month}"
        firm.invoice(name, "X", f"2025-0{month}-05").pay(name, f"2025-0{month}-28", 300)
        firm.pay(name, f"2025-{month + 3:02d}-20", 700)
    firm.invoice("late", "X", "2025-10-15")
    assert evidence(firm, "late")["pays_in_parts"].text.startswith("8 of the customer's 8 other late invoices")


def test_one_pay_day_a_month():
    firm = regulars().customer("X", months=0)
    for month in range(1, 10):
        firm.invoice(f"i{month}", "X", f"2025-{month:02d}-05").pay(f"i{month}", f"2025-{month + 2:02d}-25", 1000)
    found = evidence(firm.invoice("late", "X", "2025-10-15"), "late")
    assert "between day 21 and day 25" in found["one_pay_day"].text
    assert "two_pay_days" not in found


def test_two_runs_a_month():
    firm = regulars().customer("X", months=0)
    for month in range(1, 10):
        for part, day in ((1, 8), (2, 23)):
            firm.invoice(f"i{month}.{part}", "X", f"2025-{month:02d}-0{part}", late=None)
            firm.pay(f"i{month}.{part}", f"2025-{month + 2:02d}-{day:02d}", 1000)
    found = evidence(firm.invoice("late", "X", "2025-10-15"), "late")
    assert found["two_pay_days"].strength > 0.5
    assert found.keys().isdisjoint({"one_pay_day", "no_pay_day"})


def test_who_pays_nothing_for_months_while_items_fall_due_stopped_paying():
    firm = regulars().customer("X", lambda m: -1 if m < 17 else None)
    found = evidence(firm, LAST)["stopped_paying"]  # last paid: X-16, on 1 June 2025
    assert found.text == "the customer has paid nothing for 213 days; 6 items fell due meanwhile"


def test_who_only_owes_nothing_has_not_stopped_paying():
    firm = regulars().customer("X", lambda m: -1, months=12).invoice("late", "X", "2025-11-15")
    assert "stopped_paying" not in evidence(firm, "late")


def test_a_file_without_limit_and_rating_where_others_have_them():
    firm = regulars(credit_limit=9000.0, rating="A").customer("X").invoice("late", "X", "2025-10-15")
    assert "thin_file" in evidence(firm, "late")


def test_the_worst_rating():
    firm = regulars(rating="A").customer("X", rating="D").invoice("late", "X", "2025-10-15")
    assert evidence(firm, "late")["worst_rating"].text == "the customer is rated D, the worst rating on file"
    everyone = regulars(rating="D").customer("X", rating="D").invoice("late", "X", "2025-10-15")
    assert "worst_rating" not in evidence(everyone, "late")


def test_a_bounced_bill_within_a_year():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15")
    firm.documents.append(document("B1", "bounced", "2025-03-01", 500, "2025-03-01", customer_id="X"))
    assert "bounced_bill" in evidence(firm, "late")
    firm.documents[-1]["date"] = firm.documents[-1]["due_date"] = "2024-03-01"
    assert "bounced_bill" not in evidence(firm, "late")


def test_default_elsewhere_in_the_group():
    def with_group(other: str) -> Firm:
        firm = regulars(group="Others").customer("X", group="Big").invoice("late", "X", "2025-10-15")
        return firm.customer("Y", lambda m: -1 if m < 15 else None, group=other)

    assert "group_in_default" in evidence(with_group("Big"), "late")
    assert "group_in_default" not in evidence(with_group("Small"), "late")
