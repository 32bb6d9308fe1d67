"""What of a ledger a report shows: a filter by columns of documents or customers, and groups to break down by.

A filter never changes what is known: diagnosis is made of the whole ledger, since it compares customers with each
other; here the rows of its results are cut.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import narwhals.stable.v2 as nw
import pandas as pd

from arkit.errors import ParameterError
from arkit.frames import collect, moment, wrap
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger

Key = Literal["document_id", "customer_id"]


class Selection:
    """The part of a ledger that is shown.

    Parameters
    ----------
    ledger, as_of
        The ledger, and the date up to which its documents count.
    where
        ``"column=value; column=value"``, all of which must hold; "" is everything.

    Raises
    ------
    ParameterError
        For text of another form, a column that the ledger does not have, or a value that does not occur in it.
    """

    def __init__(self, ledger: Ledger, as_of: dt.date, where: str = "") -> None:
        self._ledger = ledger
        self._as_of = as_of
        self._values: dict[tuple[str, Key], pd.Series] = {}
        self.where = self._read(where)

    def __bool__(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.where)

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a frame that are shown: by ``document_id`` where it has one, else by ``customer_id``."""
        key: Key = "document_id" if "document_id" in frame else "customer_id"
        ids = pd.Index(frame[key].astype("str"))
        for name, value in self.where.items():
            kept = self.values(name, key).reindex(ids).to_numpy() == value
            frame, ids = frame[kept], ids[kept]
        return frame.reset_index(drop=True) if self.where else frame

    def values(self, column: str, key: Key) -> pd.Series:
        """Return a column's text by document or customer; not given is the empty text.

        A customer stands where the customer file puts it; where only documents have the column, where its latest
        document does.
        """
        if (column, key) not in self._values:
            self._values[column, key] = self._found(column, key)
        return self._values[column, key]

    def _found(self, column: str, key: Key) -> pd.Series:
        own = column in self._ledger.columns("customers") and column != "customer_id"
        by_customer = self._text("customers", ["customer_id", column]) if own else None
        on_documents = column in self._ledger.columns("documents")
        if key == "customer_id" and by_customer is not None:
            return by_customer.drop_duplicates("customer_id").set_index("customer_id")[column]
        names = list(dict.fromkeys(["document_id", "customer_id", *([column] if on_documents else [])]))
        documents = self._text("documents", names)
        if not on_documents and by_customer is not None:
            by = by_customer.drop_duplicates("customer_id").set_index("customer_id")[column]
            documents[column] = by.reindex(pd.Index(documents["customer_id"])).fillna("").to_numpy()
        return documents.drop_duplicates(key, keep="last").set_index(key, drop=False)[column].rename_axis(key)

    def _text(self, table: str, names: Sequence[str]) -> pd.DataFrame:
        """Return columns of a table as text; documents up to the date, oldest first."""
        frame = wrap(self._ledger.documents if table == "documents" else self._ledger.customers)
        if table == "documents":
            frame = frame.filter(nw.col("date") <= moment(frame, self._as_of)).sort("date", "document_id")
        rows = collect(frame.select(*(nw.col(name).cast(nw.String).fill_null("") for name in names)))
        return rows.astype("str")

    def column(self, name: str) -> str:
        """Return the name of a column to cut or break down by.

        Raises
        ------
        ParameterError
            If neither documents nor customers have it.
        """
        columns = {
            **dict.fromkeys(self._ledger.columns("customers")),
            **dict.fromkeys(self._ledger.columns("documents")),
        }
        if name in columns:
            return name
        raise ParameterError(_unknown(Message("column"), name, list(columns)))

    def customer(self, given: str) -> str:
        """Return the id of a customer given by it.

        Raises
        ------
        ParameterError
            If no document is the customer's; the message names ids that are like it.
        """
        ids = self.values("customer_id", "customer_id").index.astype("str").tolist()
        if given in ids:
            return given
        raise ParameterError(_unknown(Message("customer"), given, ids))

    def _read(self, where: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in (part.strip() for part in where.split(";")):
            if not part:
                continue
            name, equals, value = (text.strip() for text in part.partition("="))
            if not equals or not name:
                raise ParameterError(Message("where: write column=value; column=value (got {part})", part=part))
            known = self.values(self.column(name), "document_id").unique().tolist()
            if value not in known:
                raise ParameterError(_unknown(Message("value of {column}", column=name), value, known))
            found[name] = value
        return found


def _unknown(what: Message, given: str, known: list[str]) -> Message:
    close = get_close_matches(given, known, n=3, cutoff=0.6) or sorted(known)[:12]
    return Message(
        "there is no {what} {given} in this ledger; there is, among others: {known}",
        what=what,
        given=repr(given),
        known=", ".join(close),
    )
