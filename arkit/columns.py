"""Names of tables, columns and kinds: the ledger's vocabulary, in one place.

Files are renamed to these at the door (``arkit.readers``); nothing behind the door knows another name.
"""

from __future__ import annotations

from typing import Literal, get_args

DocumentKind = Literal[
    "invoice", "debit_note", "credit_note", "payment", "bill", "bounced", "refund", "recovery", "adjustment"
]
ApplicationKind = Literal["payment", "credit_note", "write_off", "discount", "bill", "bounced", "refund", "other"]
ActivityKind = Literal[
    "reminder", "message", "call", "visit", "letter", "statement", "acknowledgement", "promise", "plan",
    "dispute_opened", "dispute_closed", "external", "legal", "hold",
]  # fmt: skip

DOCUMENT_KINDS: tuple[str, ...] = get_args(DocumentKind)
APPLICATION_KINDS: tuple[str, ...] = get_args(ApplicationKind)
ACTIVITY_KINDS: tuple[str, ...] = get_args(ActivityKind)

SALES_KINDS = ("invoice", "debit_note")
"""Documents that count as credit sales."""

CREDIT_KINDS = ("credit_note", "payment", "refund")
"""Documents whose open part is unapplied credit, whatever its sign: a refund takes a credit back."""

PAID_EVENTS = ("payment", "bill", "discount")
"""Applications by which a customer pays; a credit note or a write-off is not payment."""

DOCUMENT_COLUMNS = ("document_id", "customer_id", "kind", "date", "due_date", "amount", "currency")
DOCUMENT_OPTIONAL = (
    "invoice_id", "salesperson", "region", "business_unit", "product", "order_number", "delivered_on", "terms",
    "item_type", "tax", "payer", "bank",
)  # fmt: skip
APPLICATION_COLUMNS = ("document_id", "by_document_id", "date", "amount", "kind")
CUSTOMER_COLUMNS = (
    "customer_id", "name", "type", "industry", "region", "group", "credit_limit", "terms", "rating", "owner",
)  # fmt: skip
ACTIVITY_COLUMNS = (
    "customer_id", "document_id", "date", "kind", "due_on", "amount", "reason", "owner", "outcome",
)  # fmt: skip
TARGET_COLUMNS = ("month", "owner", "customer_id", "amount")

TABLES: dict[str, tuple[str, ...]] = {
    "documents": DOCUMENT_COLUMNS,
    "applications": APPLICATION_COLUMNS,
    "customers": CUSTOMER_COLUMNS,
    "activities": ACTIVITY_COLUMNS,
    "targets": TARGET_COLUMNS,
}
NO_CURRENCY = "XXX"
"""ISO 4217's own code for "no currency": what an export without a currency column is read as."""
