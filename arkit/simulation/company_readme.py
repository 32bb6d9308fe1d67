"""The README of the sample company, with what its data measure."""

from __future__ import annotations

from arkit.simulation import calibration, company
from arkit.simulation.model import Tables

_BESIDE = {
    "late_share_value": ("Share of invoiced value paid late", "about 35 % (Atradius 2024/25, China)", "%"),
    "late_share_number": ("Share of invoices paid late", "", "%"),
    "days_late_when_late": ("Days late, when late (mean)", "about 30 (Xero) to 64 (Coface 2023, China)", "d"),
    "days_late_when_late_by_value": ("Days late, when late (mean by value)", "30 to 64 (the same)", "d"),
    "days_late_when_late_median": ("Days late, when late (median)", "", "d"),
    "days_to_pay": (
        "Days from invoice to settlement",
        "66.7 (industrial firms in China, October 2024: collection period)",
        "d",
    ),
    "written_off_of_sales": (
        "Written off, net of recoveries, of credit sales",
        "0.3 to 1 % intended; surveys say 3 to 4 %, which no such margin bears",
        "%%",
    ),
    "disputed_share_number": ("Share of invoices disputed", "2 to 5 % intended", "%"),
    "promises_kept": ("Promises kept", "60 to 80 % (a vendor's claim)", "%"),
    "settled_by_bill": ("Share of receipts by acceptance bill 承兑汇票", "", "%"),
    "credit_notes_of_sales": ("Credit notes of sales", "", "%"),
}
_COLUMNS = {
    "documents": {
        "document_id": "unique; SI invoice, DN debit note, CN credit note, RC receipt, BA bill, BR bounced, RF refund,"
        " RV recovery, AD adjustment; `-1`, `-2` are instalments of one invoice",
        "customer_id": "text, leading zeros count",
        "kind": "invoice, debit_note, credit_note, payment, bill, bounced, refund, recovery, adjustment",
        "date": "of the document",
        "due_date": "of what claims money; empty where the contract names none",
        "amount": "signed, VAT included, major units: what raises the receivable is positive",
        "currency": "CNY; USD for exports",
        "invoice_id": "shared by instalments",
        "salesperson": "as of the customer's owner",
        "region": "east, south, north, central, southwest, northwest, northeast, export",
        "business_unit": "valves, pumps, service",
        "product": "five product lines",
        "order_number": "the customer's; empty where it was forgotten",
        "delivered_on": "delivery of the goods",
        "terms": "as the contract writes them: net n, eom+n (月结n), acceptance+n (验收后n天)",
        "item_type": "standard, milestone 进度款, retention 质保金",
        "tax": "VAT within the amount: 13 %, none on exports",
        "payer": "who paid, where it was the treasury of the customer's group",
        "method": "transfer, bank_bill, commercial_bill",
        "reference": "the document that this one corrects, replaces or refunds",
    },
    "applications": {
        "document_id": "the item settled",
        "by_document_id": "the receipt, credit note, bill ... or empty (write-off, discount)",
        "date": "on which it was applied: after the receipt's own date where it lay unapplied",
        "amount": "positive, in the document's currency",
        "kind": "payment, bill, bounced, credit_note, discount, write_off, refund, other (bank charges)",
    },
    "customers": {
        "customer_id": "text",
        "name": "English",
        "name_zh": "Chinese",
        "type": "engineering 工程项目, dealer 经销商, industrial 工业客户, retail 商超零售",
        "industry": "a key such as machinery 机械制造",
        "region": "as in documents",
        "group": "the group it belongs to, else empty",
        "credit_limit": "in the customer's currency; empty: none on file",
        "terms": "the standing terms; an invoice may have others",
        "rating": "A (best) to D; empty: none on file",
        "owner": "the salesperson",
        "size": "large, medium, small, micro",
    },
    "activities": {
        "customer_id": "text",
        "document_id": "empty: the account as a whole",
        "date": "of the activity; a row holds only what was known on it",
        "kind": "reminder, call, visit, letter, statement, acknowledgement, promise, dispute_opened, ..., legal, hold",
        "due_on": "of a promise: the promised day",
        "amount": "promised, confirmed or disputed",
        "reason": "cause of lateness that somebody noted, a key of the list below; mostly empty",
        "owner": "who did it: the salesperson, or credit control 信控",
        "outcome": "sent, reached, no_answer, promised, says_paid, signed, resolved, credited; rejected: an invoice"
        " sent back; broken: on the call that follows a promise that was not kept",
    },
    "targets": {
        "month": "first day",
        "owner": "the salesperson",
        "amount": "cash planned to be collected in the month 回款计划",
        "currency": "of the amount",
    },
    "truth": {
        "document_id": "every invoice that is or will be late, and every bounced bill; no other",
        "customer_id": "text",
        "cause": "the one planted primary cause",
        "variant": "how it shows, e.g. retention, no_order, seasonal; may be empty",
        "due_date": "by contract, also where the ledger has none",
        "settles_on": "when it is settled, also after the last day; empty: never, and for bounced bills",
        "days_late": "by plan; empty where it is never paid",
        "lost": "never paid in full",
        "stress": "0-1, of the customer's liquidity in the month when it fell due",
        "slump": "0-1, of the customer's market then",
        "weak_follow_up": "the salesperson does not chase",
    },
    "dispositions": {
        "customer_id": "text",
        "disposition": "the cause that is at work at this customer, or empty",
        "variant": "seasonal or fixed_day (habit), no_file or over_limit (credit)",
        "since": "first month",
        "until": "last month; empty without a disposition",
        "weak_follow_up": "the salesperson does not chase",
        "defaults_on": "the day from which nothing more is paid",
    },
}


_TEXT = """\
# The sample company: {name} {name_zh}

A manufacturer of valves and pumps that exists only here; so do its customers, their groups and all people. {months}
months from {start}, {customers} customers (a few abroad, in USD), {invoices:,} invoices, {receipts:,} receipts,
{bills:,} acceptance bills, {activities:,} activities. What is open on the last day stays open.

Made by `python -m arkit.simulation.company FOLDER` (seed {seed}), this file too; with the versions in
`constraints.txt`, `tests/simulation/test_company.py` makes it again and finds it identical.

* `documents.csv applications.csv customers.csv activities.csv targets.csv`: the ledger, `arkit.sample()`
* `{workbook}`: the same as one workbook with Chinese headers; its customer name is the Chinese one
* `truth/`: what the model knows and no ledger holds; `arkit.read` does not look at it

## Calibration

Measured on what fell due within the {months} months, CNY; beside it published figures, which measure different things
(value, firms, stock), and what was intended.

| measure | here | elsewhere |
|---|---|---|
{measures}

Late invoices by planted cause (CNY): number, share of late value, days late on average (open ones up to the end).

| cause | invoices | value | days late |
|---|---|---|---|
{causes}

## Columns
{dictionary}
"""


def readme(made: Tables) -> str:
    """Return the README text for tables made by :func:`arkit.simulation.company.tables`."""
    counts = made.documents["kind"].value_counts()
    measured = calibration.measure(made)
    measures = [
        f"| {label} | {_shown(measured[key], unit)} | {beside} |" for key, (label, beside, unit) in _BESIDE.items()
    ]
    by_cause = calibration.causes(made).sort_values("value", ascending=False)
    causes = [
        f"| `{cause}` | {number} | {value:.1%} | {days:.0f} |"
        for cause, number, value, days in by_cause[["invoices", "value", "days_late"]].itertuples()
    ]
    return _TEXT.format(
        name=company.NAME,
        name_zh=company.NAME_ZH,
        months=company.MONTHS,
        start=company.START,
        customers=company.CUSTOMERS,
        invoices=counts["invoice"],
        receipts=counts["payment"],
        bills=counts["bill"],
        activities=len(made.activities),
        seed=company.SEED,
        workbook=company.WORKBOOK,
        measures="\n".join(measures),
        causes="\n".join(causes),
        dictionary="\n".join(_dictionary()),
    )


def _dictionary() -> list[str]:
    lines: list[str] = []
    for table, columns in _COLUMNS.items():
        name = f"truth/{table}.csv" if table in company.TRUTH_TABLES else f"{table}.csv"
        lines += ["", f"### {name}", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{column}` | {meaning} |" for column, meaning in columns.items()]
    return lines


def _shown(value: float, unit: str) -> str:
    if unit == "d":
        return f"{value:.1f}"
    return f"{value:.2%}" if unit == "%%" else f"{value:.1%}"
