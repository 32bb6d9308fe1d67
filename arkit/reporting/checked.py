"""``arkit check``: whether a file opens, whether its totals tie, and what can be had from it."""

from __future__ import annotations

import datetime as dt
import html
import json
import os
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from arkit.errors import LedgerError
from arkit.intake import Intake, Problem
from arkit.ledger import Ledger
from arkit.messages import Lang, Message
from arkit.reporting import account
from arkit.reporting.blocks import Html, note
from arkit.reporting.dated import dated_problems
from arkit.reporting.export import LANGUAGE_TAGS, TEMPLATE
from arkit.reporting.support import supports
from arkit.text import Text

SHOWN = 200
"""Problems on the page; the JSON has them all."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Check:
    """What ``arkit check`` found.

    Parameters
    ----------
    source
        Name of what was read, for a person.
    as_of
        The date that is asked of; None where the ledger was refused.
    ledger
        The ledger; None where it was refused.
    intake
        The account of reading, as far as it came; None of a file that is no table of a known layout.
    problems
        Everything that was found, errors first.
    supports
        Which measures the ledger supports (:func:`arkit.supports`); empty where it was refused.
    """

    source: str
    as_of: dt.date | None
    ledger: Ledger | None
    intake: Intake | None
    problems: tuple[Problem, ...]
    supports: pd.DataFrame

    @property
    def refused(self) -> bool:
        """Whether the ledger was refused."""
        return self.ledger is None

    @property
    def verdict(self) -> Message:
        """The outcome in a sentence."""
        if self.refused:
            errors = sum(problem.count for problem in self.problems if problem.severity == "error")
            return Message("Refused: {n} problem(s). Nothing was guessed; each is told below.", n=errors)
        accepted = sorted({problem.rule for problem in self.problems if problem.severity == "error"})
        if accepted:
            return Message(
                "Read, on what was accepted ({rules}): every row is accounted for.", rules=", ".join(accepted)
            )
        return Message("Read in full: every row is accounted for and the totals tie.")

    def blocks(self, text: Text) -> list[Html]:
        """Return the page's content in order."""
        shown = [note(self.verdict.to(text.lang), warning=self.refused)]
        if self.intake is not None:
            shown += [account.recognised(self.intake, text), *account.account(self.intake, text)]
        shown += account.remarks(self.problems, text, shown=SHOWN, more="check.json")
        if self.intake is not None:
            shown += account.assumptions(self.intake, text)
        if not self.refused:
            shown += account.supported(self.supports, text)
        if self.intake is not None:
            shown += account.columns(self.intake, text)
        return shown

    def page(self, lang: Lang = "en") -> str:
        """Return one self-contained HTML page, without script."""
        text = Text(lang)
        title = html.escape(text.say("Check of {source}", source=self.source))
        style = (TEMPLATE / "style.css").read_text(encoding="utf-8")
        date = "" if self.as_of is None else html.escape(text.say("As of {date}", date=text.date(self.as_of)))
        body = "".join(f'<div class="part">{block.html}</div>' for block in self.blocks(text))
        return (
            f'<!DOCTYPE html>\n<html lang="{LANGUAGE_TAGS[lang]}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>{title}</title>'
            f'<style>\n{style}\n</style></head><body><main><header class="cover"><p class="kicker">arkit check</p>'
            f'<h1>{title}</h1><p class="source">{date}</p></header>{body}</main></body></html>\n'
        )

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON can hold it: keys in English, sentences in every language, money as text."""
        found = self.intake
        return {
            "source": self.source,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "refused": self.refused,
            "verdict": _said(self.verdict),
            "recognised": None if found is None else _recognised(found),
            "tables": [] if found is None else [vars(table) for table in found.tables],
            "totals": {} if found is None else _totals(found),
            "ties": None if found is None else found.ties(),
            "control": [] if found is None else [_control(found, i) for i in range(len(found.control))],
            "accepted": [] if found is None else list(found.accepted),
            "assumptions": [] if found is None else [_said(message) for message in found.assumptions],
            "problems": [_problem(problem) for problem in self.problems],
            "supports": {
                str(key): {"supported": row["supported"], "name": _said(row["name"]),
                           "needs": [_said(m) for m in row["needs"]], "lacks": [_said(m) for m in row["lacks"]]}
                for key, row in self.supports.iterrows()
            },
        }  # fmt: skip

    def write(self, folder: str | PathLike[str], lang: Lang = "en") -> Path:
        """Write ``check.html`` and ``check.json`` into a folder, each by rename; return the page's path."""
        out = Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        _replace(out / "check.json", json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n")
        return _replace(out / "check.html", self.page(lang))

    def _repr_html_(self) -> str:
        return "".join(block.html for block in self.blocks(Text("en")))


def _replace(path: Path, content: str) -> Path:
    """Write a file beside its place and rename it, so that no reader meets half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(content, encoding="utf-8")
    beside.replace(path)
    return path


def _said(message: Message) -> dict[str, str]:
    languages: tuple[Lang, ...] = get_args(Lang)
    return {lang: message.to(lang) for lang in languages}


def _recognised(intake: Intake) -> dict[str, Any]:
    found = intake.recognised
    return {
        "profile": intake.profile, "title": _said(found.title), "basis": found.basis, "sure": _said(found.sure()),
        "columns": [{"table": t, "column": column, "header": header} for t, column, header in found.columns],
        "carried": [{"table": t, "header": header} for t, header in found.carried],
        "rivals": [_said(title) for title in found.rivals],
    }  # fmt: skip


def _totals(intake: Intake) -> dict[str, dict[str, str]]:
    return {str(code): {str(name): str(value) for name, value in row.items()} for code, row in intake.totals.iterrows()}


def _control(intake: Intake, at: int) -> dict[str, str]:
    control = intake.control[at]
    return {
        "currency": control.currency, "as_of": control.as_of.isoformat(), "ledger": str(control.ledger),
        "general_ledger": str(control.general_ledger), "difference": str(control.difference),
    }  # fmt: skip


def _problem(problem: Problem) -> dict[str, Any]:
    held = {**vars(problem), "message": _said(problem.message), "todo": _said(problem.todo)}
    return held | {"amount": None if problem.amount is None else str(problem.amount)}


def check(source: Any, *, as_of: str | dt.date | None = None, **reading: Any) -> Check:  # noqa: ANN401 (as read's)
    """Read a ledger and tell all about it, also where it is refused.

    Parameters
    ----------
    source, **reading
        As :func:`arkit.read` takes them.
    as_of
        The date that is asked of; by default the day of the export, or the ledger's last.

    Examples
    --------
    >>> import arkit, pandas as pd
    >>> rows = pd.DataFrame({"document_id": ["1"], "customer_id": ["C1"], "kind": ["invoice"], "date": ["2026-01-31"],
    ...                      "due_date": ["2026-03-02"], "amount": ["12,5"], "currency": ["EUR"]})
    >>> arkit.check(rows).verdict
    'Read in full: every row is accounted for and the totals tie.'
    """
    from arkit.frames import day
    from arkit.readers import read
    from arkit.readers.opening import described

    if as_of is not None and reading.get("control") is not None:
        reading.setdefault("control_on", as_of)
    try:
        ledger = read(source, **reading)
        asked = day(as_of) if as_of is not None else ledger.snapshot_on or ledger.last_day()
        later = () if asked is None else dated_problems(ledger, asked)
    except LedgerError as error:
        remarks = error.intake.problems if error.intake else ()
        told = tuple(sorted({*error.problems, *remarks}, key=_order))
        return Check(described(source), None, None, error.intake, told, supports_nothing())
    problems = tuple(sorted((*ledger.intake.problems, *later), key=_order))
    return Check(ledger.intake.source, asked, ledger, ledger.intake, problems, supports(ledger))


def _order(problem: Problem) -> tuple[str, str, str, int]:
    return problem.severity, problem.rule, problem.column or "", problem.row or 0


def supports_nothing() -> pd.DataFrame:
    """Return the frame of :func:`supports` without rows."""
    return pd.DataFrame(columns=["name", "supported", "needs", "lacks"]).rename_axis("measure")
