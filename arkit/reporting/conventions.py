"""The conventions behind a figure, in words: what ``frame.attrs["conventions"]`` says to a reader."""

from __future__ import annotations

from collections.abc import Mapping

from arkit.text import N_, Text

NAMES: dict[str, str] = {
    "basis": N_("Age counts from"),
    "buckets": N_("Age limits, days"),
    "unit": N_("Age limits count"),
    "credits": N_("Unapplied credit"),
    "bills": N_("Acceptance bills in hand"),
    "months": N_("Months"),
    "receivables": N_("Receivables"),
    "days": N_("Days of a month"),
    "vat": N_("Sales"),
    "credit_notes": N_("Credit notes"),
    "sales": N_("Sales in collection effectiveness"),
    "base": N_("Base of the rate"),
    "paid_by": N_("Counts as paid"),
}
VALUES: dict[tuple[str, str], str] = {
    ("basis", "due"): N_("the due date"),
    ("basis", "document"): N_("the document date"),
    ("unit", "years"): N_("years, by anniversary"),
    ("unit", "fiscal_years"): N_("accounting years that a claim was carried across"),
    ("credits", "separate"): N_("in a column of its own"),
    ("credits", "by_age"): N_("aged by its own date"),
    ("credits", "a customer's, against his oldest claims"): N_("a customer's own, set against his oldest claims"),
    ("bills", "with"): N_("included"),
    ("bills", "without"): N_("left out"),
    ("months", "all"): N_("all on record"),
    ("receivables", "ending"): N_("at the end of the period"),
    ("receivables", "average"): N_("average of the month-ends"),
    ("days", "actual"): N_("actual days"),
    ("days", "360"): N_("a year of 360 days"),
    ("days", "365"): N_("a year of 365 days"),
    ("vat", "gross"): N_("with VAT, as invoiced"),
    ("vat", "net"): N_("without VAT"),
    ("credit_notes", "before"): N_("not deducted from sales"),
    ("credit_notes", "after"): N_("deducted from sales"),
    ("sales", "period"): N_("of the whole period"),
    ("sales", "monthly"): N_("monthly average"),
    ("base", "sales"): N_("credit sales"),
    ("base", "receivables"): N_("receivables"),
    ("base", "owing"): N_("customers that owe"),
    ("paid_by", "payment, bill, discount"): N_("payments, acceptance bills and discounts"),
}


def worded(conventions: Mapping[str, object], text: Text, *, leave: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return each convention with its name and its value in the reader's language.

    Parameters
    ----------
    conventions
        As a measure attaches them; what has no name here (the date) is said elsewhere.
    text
        The language.
    leave
        Conventions not to repeat.
    """
    pairs = []
    for name, value in conventions.items():
        if name in NAMES and name not in leave:
            said = VALUES.get((name, str(value)))
            pairs.append((text.say(NAMES[name]), text.say(said) if said else str(value)))
    return pairs
