"""What of the diagnosis of causes a report shows: the selected documents, and the parts that causes have in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit.diagnosis.causes.families import UNKNOWN, Worded, families
from arkit.messages import Message
from arkit.money import digits
from arkit.reporting.wording import told

if TYPE_CHECKING:
    from arkit.reporting.page import Report
    from arkit.text import Text

LEVELS = ("macro", "micro", "own", UNKNOWN)
"""Where a cause lies 宏观, 微观, 企业自身; last, what is not known."""
PHASES = ("before", "during", "after")
SOURCES = ("noted", "inferred", UNKNOWN)
"""What a cause rests on: somebody noted it, it is a hypothesis, it is not known."""


@dataclass(frozen=True, eq=False)
class Reasons:
    """The causes of what is shown.

    Parameters
    ----------
    items
        A row per overdue document, as :class:`arkit.diagnosis.causes.Causes` has it.
    parts
        A row per document and cause: ``document_id, customer_id, currency, cause, share, amount`` (major units),
        ``level``, ``phase``, ``source``. Amounts add up to what is overdue, to the cent.
    notes
        What could not be looked at.
    """

    items: pd.DataFrame
    parts: pd.DataFrame
    notes: tuple[Message, ...]
    _causes: dict[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report) -> Reasons:
        """Return what the report shows of the causes of its ledger."""
        found = report.found("causes")
        items, parts = report.selection.of(found.frame), report.selection.of(found.shares)
        level = {family.key: family.level for family in families()}
        phase = {family.key: family.phase for family in families()}
        macro = items.loc[items["level"] == "macro", "document_id"]
        noted = items.loc[items["logged"], "document_id"]
        cause = parts["cause"]
        everywhere = (cause == "market") & parts["document_id"].isin(macro)
        levels = np.where(everywhere, "macro", cause.map(level).fillna(UNKNOWN))
        sources = np.where(parts["document_id"].isin(noted), "noted", np.where(cause == UNKNOWN, UNKNOWN, "inferred"))
        return cls(
            items,
            parts.assign(level=levels, phase=cause.map(phase).fillna(UNKNOWN), source=sources),
            found.notes,
        )

    def currencies(self, report: Report) -> list[str]:
        """Return the currencies in which something is overdue, in the report's order."""
        held = set(self.parts["currency"])
        return [code for code in report.currencies if code in held]

    def overdue(self, code: str) -> float:
        """Return what is overdue in a currency."""
        return added(self.parts.loc[self.parts["currency"] == code, "amount"], code)

    def _across(self, code: str, by: str, columns: str) -> pd.DataFrame:
        rows = self.parts[self.parts["currency"] == code]
        sums = rows.pivot_table(index=by, columns=columns, values="amount", aggfunc="sum", fill_value=0.0)
        return sums.round(digits(code))

    def by_cause(self, code: str) -> pd.DataFrame:
        """Return the causes of a currency, largest first, what is not known last.

        Returns
        -------
        pandas.DataFrame
            Index cause; ``macro, micro, own, unknown`` (amounts by level), ``amount``, ``share`` (0-1), ``phase``,
            ``documents`` (those for which it is the first cause), ``customers`` (whose they are).
        """
        if code not in self._causes:
            self._causes[code] = self._by_cause(code)
        return self._causes[code]

    def _by_cause(self, code: str) -> pd.DataFrame:
        rows = self._across(code, "cause", "level").reindex(columns=list(LEVELS), fill_value=0.0)
        rows["amount"] = rows.sum(axis=1).round(digits(code))
        rows["share"] = rows["amount"] / self.overdue(code)
        rows["phase"] = rows.index.map({str(family.key): family.phase for family in families()}).fillna(UNKNOWN)
        first = self.items[self.items["currency"] == code].groupby("cause")["customer_id"].agg(["size", "nunique"])
        rows["documents"] = first["size"].reindex(rows.index, fill_value=0)
        rows["customers"] = first["nunique"].reindex(rows.index, fill_value=0)
        rows["last"] = rows.index == UNKNOWN
        return rows.sort_values(["last", "amount"], ascending=[True, False], kind="stable").drop(columns="last")

    def by_level(self, code: str) -> pd.DataFrame:
        """Return amounts by level (rows) and phase (columns, then ``unknown`` and ``amount``)."""
        rows = self._across(code, "level", "phase").reindex(columns=[*PHASES, UNKNOWN], fill_value=0.0)
        rows = rows.loc[[level for level in LEVELS if level in rows.index]]
        return rows.assign(amount=rows.sum(axis=1).round(digits(code)))

    def by_source(self, code: str) -> dict[str, float]:
        """Return the amounts that were noted, are inferred, are not known."""
        rows = self.parts[self.parts["currency"] == code]
        sums = rows.groupby("source")["amount"].sum().round(digits(code))
        return {source: float(sums.get(source, 0.0)) for source in SOURCES}

    def largest(self, code: str, most: int) -> pd.DataFrame:
        """Return the largest overdue documents of a currency."""
        rows = self.items[self.items["currency"] == code]
        return rows.sort_values("overdue", ascending=False, kind="stable").head(most)


def added(amounts: pd.Series, code: str) -> float:
    """Return a sum of amounts as it is in whole cents: adding floats leaves dust."""
    return round(float(amounts.sum()), digits(code))


def named(cause: str, text: Text) -> str:
    """Return what a cause is called in a heading."""
    return text.label(f"cause.{cause}")


def inline(cause: str, text: Text) -> str:
    """Return what a cause is called in a sentence."""
    return text.inline(f"cause.{cause}")


def spoken(message: Message, report: Report) -> str:
    """Return a message of the diagnosis in the reader's language, customers and regions by their names on the page."""
    return told(_renamed(message, report), report.text)


def _renamed(message: Message, report: Report) -> Message:
    params = {name: _param(name, value, report) for name, value in message.params.items()}
    return message if params == message.params else Message(message.template, **params)


def _param(name: str, value: object, report: Report) -> object:
    if isinstance(value, Message):
        return value if isinstance(value, Worded) else _renamed(value, report)
    if not isinstance(value, str):
        return value
    return {"customer": report.called.get(value, value), "name": report.text.label(value)}.get(name, value)


def lacking(notes: tuple[Message, ...], report: Report) -> str:
    """Return what could not be looked at, as one sentence."""
    text = report.text
    return text.say("{notes}.", notes=text.say("; ").join(spoken(note, report) for note in notes)) if notes else ""
