"""The shape of the Excel work file: its columns and lists in both languages, for the one who writes and who reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from arkit.columns import ACTIVITY_COLUMNS
from arkit.diagnosis.causes.families import families
from arkit.messages import LANGS, Message

Kind = Literal["text", "date", "money", "count"]


@dataclass(frozen=True)
class Column:
    """A column: its header, what its cells hold, and the list that they are chosen from."""

    key: str
    words: Message
    kind: Kind = "text"
    choices: str = ""

    def named(self, header: str) -> bool:
        """Tell whether a header, in any language, is this column's."""
        return header.strip().casefold() in {self.words.to(lang).casefold() for lang in LANGS}  # type: ignore[arg-type]


CUSTOMER = Column("customer_id", Message("Customer no."))
_NAME = Column("name", Message("Customer"))
_OWNER = Column("owner", Message("Owner"))
_CURRENCY = Column("currency", Message("Currency"))
DOCUMENT = Column("document_id", Message("Document"))
DONE_ON = Column("done_on", Message("Done on"), "date")
FILL_IN = (
    Column("done", Message("Done by way of"), choices="done"),
    Column("outcome", Message("Outcome"), choices="outcome"),
    Column("promised_amount", Message("Promised amount"), "money"),
    Column("promised_date", Message("Promised for"), "date"),
    Column("reason", Message("Reason given"), choices="reason"),
    DONE_ON,
    Column("by", Message("Done by")),
    Column("note", Message("Note")),
)
"""The columns that the team fills in."""
CONTACTS = (
    _OWNER,
    Column("on", Message("Planned for"), "date"),
    CUSTOMER,
    _NAME,
    _CURRENCY,
    Column("channel", Message("Channel"), choices="done"),
    Column("amount", Message("Amount due"), "money"),
    Column("claims", Message("Claims"), "count"),
    Column("oldest_days", Message("Oldest, days late"), "count"),
    Column("expected", Message("Expected to move"), "money"),
    Column("cause", Message("Likely cause")),
    Column("who", Message("Who should do it")),
    Column("opening", Message("Opening")),
    Column("papers", Message("Papers at hand")),
    Column("ours", Message("Our homework first")),
    Column("why", Message("Why")),
    Column("selected", Message("Within capacity"), choices="yes_no"),
    Column("document_id", Message("About document")),
    *FILL_IN,
)
PROMISES = (
    _OWNER,
    Column("call_on", Message("Call on"), "date"),
    CUSTOMER,
    _NAME,
    DOCUMENT,
    _CURRENCY,
    Column("date", Message("Promised on"), "date"),
    Column("due_on", Message("Was promised for"), "date"),
    Column("amount", Message("Was promised"), "money"),
    Column("open", Message("Still open"), "money"),
    Column("state", Message("State"), choices="state"),
    *FILL_IN,
)
TASKS = (
    CUSTOMER,
    _NAME,
    DOCUMENT,
    _CURRENCY,
    Column("open", Message("Still open"), "money"),
    Column("cause", Message("Likely cause")),
    Column("task", Message("Task")),
    DONE_ON,
    Column("by", Message("Done by")),
    Column("note", Message("Note")),
)
"""For the team alone: our own work is no contact, and is not read back."""
LOG_COLUMNS = (*ACTIVITY_COLUMNS, "note")

DONE = {
    "reminder": Message("reminder"),
    "message": Message("message"),
    "call": Message("call"),
    "visit": Message("visit"),
    "letter": Message("dunning letter"),
    "legal": Message("law firm"),
    "external": Message("outside agency"),
}
"""By kind of activity."""
KIND_OF = {"agency": "external"}
"""The kind of activity of a channel that is called otherwise."""
OUTCOMES = {
    "reached": Message("reached, no promise"),
    "promised": Message("promised to pay"),
    "no_answer": Message("no answer"),
    "says_paid": Message("says it is paid"),
    "disputes": Message("disputes the debt"),
    "refuses": Message("refuses to pay"),
    "sent": Message("sent"),
}
STATES = {"broken": Message("broken"), "running": Message("running"), "kept": Message("kept")}
YES_NO = {"yes": Message("yes"), "no": Message("no")}


def choices(name: str) -> dict[str, Message]:
    """Return the words of a list by the ledger's own."""
    reasons: dict[str, Message] = {family.key: family.words for family in families()}
    return {"done": DONE, "outcome": OUTCOMES, "reason": reasons, "state": STATES, "yes_no": YES_NO}[name]


def meant(name: str, text: str) -> str | None:
    """Return the ledger's word for one of a list, in any language, or None."""
    wanted = text.strip().casefold()
    for key, words in choices(name).items():
        if wanted in {key, *(words.to(lang).casefold() for lang in LANGS)}:  # type: ignore[arg-type]
            return key
    return None
