"""What was said and done: disputes, promises, acknowledgements, and where nobody asked."""

import pandas as pd
from cause_ledgers import Firm, evidence, regulars

from arkit.diagnosis.causes import causes


def late_one() -> Firm:
    return regulars().customer("X").invoice("late", "X", "2025-10-15")  # due on 14 November 2025


def test_an_open_dispute():
    firm = late_one().log("dispute_opened", "2025-11-20", "late")
    assert evidence(firm, "late")["dispute_open"].text == "late is disputed since 2025-11-20, and the dispute is open"


def test_a_dispute_that_was_closed_still_explains_the_delay():
    firm = late_one().log("dispute_opened", "2025-11-20", "late").log("dispute_closed", "2025-12-10", "late")
    found = evidence(firm, "late")
    assert "dispute_closed" in found
    assert "dispute_open" not in found


def test_a_credit_note_on_part_of_it():
    firm = late_one().log("call", "2025-11-20", "late")
    firm.documents.append({**firm.documents[0], "document_id": "C1", "customer_id": "X", "kind": "credit_note",
                           "date": "2025-12-01", "due_date": None, "amount": -100.0})  # fmt: skip
    firm.applications.append({"document_id": "late", "by_document_id": "C1", "date": "2025-12-01", "amount": 100.0,
                              "kind": "credit_note"})  # fmt: skip
    assert evidence(firm, "late")["credited_in_part"].text == "part of late was credited on 2025-12-01"


def test_a_promise_is_broken_two_days_after_its_day():
    firm = late_one().log("promise", "2025-11-20", "late", due_on="2025-11-28")
    assert "broken_promises" not in evidence(firm, "late", as_of="2025-11-30")
    assert evidence(firm, "late", as_of="2025-12-01")["broken_promises"].strength == 0.5


def promising(kept: bool) -> Firm:
    """Return a customer who promised to pay eight late invoices, and did or did not."""
    firm = late_one().log("call", "2025-11-20", "late")
    for month in range(8):
        name = f"p{month}"
        issued = pd.Timestamp("2025-01-05") + pd.DateOffset(months=month)
        firm.invoice(name, "X", issued, late=30 if kept else 60)
        due = issued + pd.Timedelta(days=30)
        firm.log("promise", str(due + pd.Timedelta(days=20)), name, due_on=str(due + pd.Timedelta(days=30)))
    return firm.invoice("new", "X", "2025-12-20")


def test_serial_broken_promises_while_ordering():
    found = evidence(promising(kept=False), "late")
    assert found["breaks_promises"].text == "the customer broke 8 of 8 promises on other documents"
    assert found["orders_on"].strength > 0.5


def test_promises_kept_if_late():
    found = evidence(promising(kept=True), "late")
    assert found["keeps_promises"].text == "the customer kept 8 of 8 promises on other documents"
    assert found.keys().isdisjoint({"breaks_promises", "orders_on"})


def test_an_acknowledgement_in_writing():
    firm = late_one().log("acknowledgement", "2025-12-05", "late")
    assert evidence(firm, "late")["acknowledged"].text == "late was acknowledged in writing on 2025-12-05"


def test_who_says_paid():
    assert "says_paid" in evidence(late_one().log("call", "2025-12-05", "late", outcome="says_paid"), "late")


def test_who_is_hard_to_reach():
    firm = late_one()
    for day in range(1, 13):
        firm.log("call", f"2025-12-{day:02d}", "late", outcome="no_answer")
        for place in range(6):
            firm.log("call", f"2025-12-{day:02d}", None, customer=f"A{place}", outcome="reached")
    assert evidence(firm, "late")["hard_to_reach"].strength == 1


def neglected() -> Firm:
    """Return two salespeople: Li has every late item called, Wu none; both have ten, and "late" is Wu's."""
    firm = regulars(owner="Li").customer("X", lambda m: 40 if m % 2 else -1, months=20, owner="Wu")
    firm.customer("Y", lambda m: 40 if m % 2 else -1, months=20, owner="Li").invoice("late", "X", "2025-10-15")
    for month in range(1, 20, 2):
        due = pd.Timestamp("2024-01-03") + pd.DateOffset(months=month) + pd.Timedelta(days=30)
        firm.log("call", str(due + pd.Timedelta(days=5)), f"Y-{month:02d}", customer="Y", outcome="reached")
    return firm


def test_nobody_asked():
    found = evidence(neglected(), "late")
    assert "nobody contacted the customer about late in the 47 days since it was due" in found["silence"].text
    assert found["neglects"].text.startswith("Wu left 10 of 10 other late items without contact")


def test_an_item_that_was_followed_up_in_time():
    found = evidence(neglected().log("call", "2025-11-20", "late"), "late")
    assert found["contacted"].text == "late was followed up 6 days after it was due"
    assert "silence" not in found


def test_a_statement_of_account_is_no_follow_up():
    assert "silence" in evidence(neglected().log("statement", "2025-11-20", "late"), "late")


def test_a_salesperson_is_held_to_the_mix_he_was_given():
    def with_types(others: int) -> Firm:
        """Return Wu with a late project, and Li with eight that are paid so many days late."""
        firm = Firm()
        for place in range(8):
            firm.customer(f"A{place}", lambda m: others, owner="Li", type="engineering")
        return firm.customer("X", lambda m: 40 if m < 22 else None, owner="Wu", type="engineering")

    assert evidence(with_types(others=40), "X-22")["worse_than_mix"].strength < 0.1
    assert evidence(with_types(others=-1), "X-22")["worse_than_mix"].strength == 1


def test_a_reason_that_was_noted_comes_first_and_is_hidden_on_request():
    firm = late_one().log("dispute_opened", "2025-11-20", "late")
    firm.log("call", "2025-12-01", "late", reason="liquidity", owner="Wu").log("call", "2025-12-05", "late", reason="?")
    ledger = firm.ledger()
    row = causes(ledger, as_of="2025-12-31").frame.iloc[0]
    assert (row["cause"], row["logged"], row["confidence"]) == ("liquidity", True, 0.95)
    assert row["evidence"] == "Noted by Wu on 2025-12-01: a shortage of cash at the customer."
    row = causes(ledger, as_of="2025-12-31", reasons="hidden").frame.iloc[0]
    assert (row["cause"], row["logged"]) == ("dispute", False)


def test_hidden_reasons_change_nothing_else():
    firm = late_one().log("call", "2025-12-01", "late", reason="liquidity")
    bare = late_one().log("call", "2025-12-01", "late")
    hidden, without = (causes(f.ledger(), as_of="2025-12-31", reasons="hidden") for f in (firm, bare))
    pd.testing.assert_frame_equal(hidden.shares, without.shares)
