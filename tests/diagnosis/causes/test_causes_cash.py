"""Money that is there already."""

from cause_ledgers import evidence, regulars


def test_a_receipt_of_exactly_the_open_amount_is_the_money():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15", amount=1234.56)
    firm.pay("late", "2025-11-13", 1234.56, apply=False)
    assert (
        "is not applied and has exactly the open amount of late" in evidence(firm, "late")["same_amount_unapplied"].text
    )


def test_one_receipt_covers_one_item():
    firm = (
        regulars()
        .customer("X")
        .invoice("one", "X", "2025-10-15", amount=500)
        .invoice("two", "X", "2025-10-20", amount=500)
    )
    firm.pay("two", "2025-11-19", 500, apply=False)
    assert "same_amount_unapplied" in evidence(firm, "two")
    assert "same_amount_unapplied" not in evidence(firm, "one")


def test_credit_on_account_covers_the_oldest_first():
    firm = (
        regulars()
        .customer("X")
        .invoice("old", "X", "2025-09-15", amount=300)
        .invoice("new", "X", "2025-10-15", amount=500)
    )
    firm.pay("new", "2025-11-19", 400, apply=False)
    assert "covered_by_credit" in evidence(firm, "old")
    assert "covered_by_credit" not in evidence(firm, "new")


def test_another_customers_money_covers_nothing():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15", amount=500)
    firm.invoice("theirs", "A0", "2025-10-15", amount=700, late=0).pay("theirs", "2025-11-19", 500, apply=False)
    assert {"same_amount_unapplied", "covered_by_credit"} & evidence(firm, "late").keys() == set()
