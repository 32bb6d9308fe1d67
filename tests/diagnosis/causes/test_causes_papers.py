"""What the papers say: each rule on a ledger that shows it, and on one that does not."""

import pytest
from cause_ledgers import evidence, regulars


def test_an_invoice_without_order_number_is_paperwork_where_others_carry_one():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15", order_number=None)
    assert evidence(firm, "late")["no_order_number"].text == "late of 2025-10-15 carries no order number"


def test_no_order_number_says_nothing_where_hardly_any_invoice_carries_one():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15")
    for row in firm.documents:
        row["order_number"] = None
    firm.documents[0]["order_number"] = "PO-1"
    assert "no_order_number" not in evidence(firm, "late")


@pytest.mark.parametrize(("delivered", "late"), [("2025-09-24", False), ("2025-09-23", True)])
def test_an_invoice_more_than_21_days_after_delivery_is_late_paperwork(delivered, late):
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15", delivered_on=delivered)
    assert ("invoiced_late" in evidence(firm, "late")) == late


def test_an_invoice_in_the_place_of_a_cancelled_one_is_a_reissue():
    firm = (
        regulars()
        .customer("X")
        .invoice("wrong", "X", "2025-09-15", amount=777)
        .invoice("late", "X", "2025-10-15", amount=777)
    )
    firm.documents.append({**firm.documents[0], "document_id": "C1", "customer_id": "X", "kind": "credit_note",
                           "date": "2025-10-14", "due_date": None, "amount": -777.0})  # fmt: skip
    firm.applications.append({"document_id": "wrong", "by_document_id": "C1", "date": "2025-10-14", "amount": 777.0,
                              "kind": "credit_note"})  # fmt: skip
    assert evidence(firm, "late")["reissued"].text == "late stands in for wrong, which was cancelled"


def test_a_missing_due_date_is_the_contract():
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15", due=None)
    assert "no_due_date" in evidence(firm, "late")


def test_terms_beyond_policy_are_the_contract():
    firm = regulars().customer("X").invoice("late", "X", "2025-06-01", due="2025-11-01")
    found = evidence(firm, "late")
    assert found["beyond_policy"].text == "late was granted 153 days, the customer's usual are 30"
    assert "stretched_terms" not in found


@pytest.mark.parametrize("item_type", ["milestone", "retention"])
def test_milestones_and_retention_money_are_the_contract(item_type):
    firm = regulars().customer("X").invoice("late", "X", "2025-10-15", item_type=item_type)
    assert item_type in evidence(firm, "late")


def test_longer_terms_than_the_customers_own_are_stretched():
    firm = regulars(terms="net 30").customer("X", terms="net 30")
    firm.invoice("late", "X", "2025-09-10", due="2025-11-09", terms="net 60")
    assert "stretched_terms" in evidence(firm, "late")


def test_a_large_sale_on_longer_terms_in_the_last_days_of_the_month_is_a_push():
    firm = regulars().customer("X").invoice("late", "X", "2025-09-29", due="2025-11-28", amount=2000)
    assert {"month_end_push", "pushed_on_terms", "stretched_terms"} <= evidence(firm, "late").keys()


def test_the_same_sale_in_mid_month_is_none():
    firm = regulars().customer("X").invoice("late", "X", "2025-09-15", due="2025-11-14", amount=2000)
    assert {"month_end_push", "pushed_on_terms"} & evidence(firm, "late").keys() == set()


def test_a_limit_is_broken_by_what_was_owed_on_the_day_of_the_invoice():
    firm = regulars(credit_limit=5000).customer("X", credit_limit=2500)
    firm.invoice("before", "X", "2025-10-10", amount=900).invoice("late", "X", "2025-10-15", amount=1000)
    found = evidence(firm, "late")  # owed: X-21 of 3 October, and these two
    assert found["over_limit"].text == (
        "when late was invoiced on 2025-10-15 the customer owed 2,900 CNY; the limit is 2,500"
    )
    assert "over_limit" not in evidence(firm, "before")


def test_a_limit_that_is_broken_as_a_rule_is_weak_credit_and_no_push():
    firm = regulars(credit_limit=5000).customer("X", credit_limit=100).invoice("late", "X", "2025-10-15")
    found = evidence(firm, "late")
    assert found["usually_over_limit"].strength == 1
    assert "over_limit" not in found
