"""What the key figures are: unit, definition, and whose definition it is."""

from __future__ import annotations

from dataclasses import dataclass

from arkit.messages import Message

OWN = Message("Sums of the ledger's own documents")
CRF = Message("Credit Research Foundation: days sales outstanding and its forms, collection effectiveness")
PRACTICE = Message("Practice of credit managers: count-back, also called the exhaustion method")
TEXTBOOK = Message("Textbooks of financial statement analysis")
BRIDGE = Message("Kitagawa (1955), rate and mix; Gallinger and Ifflander (1986), sales and collection")
MIGRATION = Message("OCC Comptroller's Handbook: roll rates")
VINTAGE = Message("Lewellen and Johnson (1972): receivables as a share of the sales that they come from")
LOSSES = Message("IFRS 9 B5.5.35 and B5.5.52, CAS 22 (portfolios): own history of losses by age")
LIMITATION = Message("Civil Code of China, art. 188 and 195")
HHI = Message("Herfindahl-Hirschman index, as competition authorities count it")


@dataclass(frozen=True)
class Kpi:
    """What a key figure is: its unit, how it is computed, and where that is laid down."""

    unit: str
    definition: Message
    source: Message


DEFINITIONS: dict[str, Kpi] = {
    "receivables": Kpi("money", Message("All that is receivable at the date, unapplied credit deducted"), OWN),
    "overdue": Kpi("money", Message("What is past its due date, unapplied credit left aside"), OWN),
    "overdue_share": Kpi("share", Message("Overdue / (not due + overdue)"), TEXTBOOK),
    "unapplied": Kpi("money", Message("Receipts and credit notes that are not yet applied to an invoice"), OWN),
    "bills": Kpi("money", Message("Acceptance bills in hand: receivables with bills less receivables without"), OWN),
    "lapses_soon": Kpi("money", Message("Claims whose period of limitation ends within 90 days"), LIMITATION),
    "lapsed": Kpi("money", Message("Claims whose period of limitation has ended"), LIMITATION),
    "dso_countback": Kpi("days", Message("The days of the latest months whose sales the receivables use up"), PRACTICE),
    "dso_simple": Kpi("days", Message("Receivables / credit sales of 3 months x their days"), CRF),
    "dso_rolling": Kpi(
        "days", Message("Average month-end receivables of 12 months / their credit sales x their days"), TEXTBOOK
    ),
    "dso_best_possible": Kpi("days", Message("Receivables not yet due / credit sales of 3 months x their days"), CRF),
    "dso_sales_weighted": Kpi(
        "days", Message("For each invoicing month, the share still open x its days, added up"), CRF
    ),
    "dso_true": Kpi("days", Message("Days that each invoice of 12 months was outstanding, weighted by amount"), CRF),
    "average_days_delinquent": Kpi(
        "days",
        Message("Simple DSO less best possible DSO; below 0 where unapplied credit exceeds what is overdue"),
        CRF,
    ),
    "dso_largest_move": Kpi(
        "days",
        Message("The largest of the terms that moved the simple DSO since the last month-end, without groups"),
        BRIDGE,
    ),
    "receivables_turnover": Kpi(
        "times", Message("Credit sales of 12 months / average month-end receivables"), TEXTBOOK
    ),
    "days_to_pay": Kpi("days", Message("Days from invoice to payment in 12 months, weighted by amount"), TEXTBOOK),
    "days_beyond_terms": Kpi(
        "days", Message("Days from due date to payment in 12 months, weighted by amount"), TEXTBOOK
    ),
    "late_share": Kpi("share", Message("Share of the money paid in 12 months that came after its due date"), OWN),
    "collection_effectiveness": Kpi(
        "share", Message("(Opening + sales - closing) / (opening + sales - not due at the close), over 3 months"), CRF
    ),
    "uncollected_share": Kpi(
        "share", Message("What is still open of the sales of the month that ended three months ago"), VINTAGE
    ),
    "net_roll_rate": Kpi(
        "share",
        Message("1-30 days late at a month's end / not due at its beginning, over 12 months"),
        MIGRATION,
    ),
    "bad_debt_rate": Kpi("share", Message("Write-offs less recoveries of 12 months / their credit sales"), TEXTBOOK),
    "allowance": Kpi("money", Message("Expected loss of what is open, by the loss rates of the ledger's past"), LOSSES),
    "allowance_share": Kpi("share", Message("Loss allowance / receivables"), LOSSES),
    "customers": Kpi("count", Message("Customers that owe"), OWN),
    "top_10_share": Kpi("share", Message("Share of the ten largest debtors in what is owed"), OWN),
    "herfindahl": Kpi(
        "index", Message("Sum of the squared shares of all debtors, in per cent: 10,000 is one debtor"), HHI
    ),
}
