"""What ``arkit check`` says on a terminal: the same as the page, in a few lines and in colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from arkit.intake import Problem
from arkit.reporting.checked import Check
from arkit.text import Text

SHOWN = 20
"""Problems on the terminal; the page has more, the JSON all."""
_COLOURS = {"error": "bold red", "warning": "yellow", "yes": "green", "partly": "yellow", "no": "red"}


def tell(check: Check, text: Text, file: IO[str]) -> None:
    """Print a check; colours only where the file is a terminal."""
    console = Console(file=file, highlight=False, soft_wrap=True, width=None if file.isatty() else 120)
    verdict = "bold red" if check.refused else "bold green"
    console.print(Line(_clean(check.verdict.to(text.lang)), style=verdict))
    if (intake := check.intake) is not None:
        sure = intake.recognised.sure()
        console.print(Line(_clean(text.say("{layout}. {text}", layout=intake.recognised.title, text=sure))))
        rows = ((text.label(t.table), t.rows, t.used, t.folded, t.refused) for t in intake.tables)
        console.print(_table([text.label("table"), *(text.label(c) for c in _PARTS)], rows))
        totals = ((text.currency(str(code)), *(f"{v:,}" for v in row)) for code, row in intake.totals.iterrows())
        console.print(
            _table([text.label("currency"), text.say("Total of the file"), *map(text.label, _PARTS[1:])], totals)
        )
        for c in intake.control:
            said = text.say("General ledger {gl}, this ledger {ledger}, difference {difference} {currency}",
                            gl=f"{c.general_ledger:,}", ledger=f"{c.ledger:,}", difference=f"{c.difference:,}",
                            currency=c.currency)  # fmt: skip
            console.print(Line(_clean(said), style="red" if c.difference else "green"))
        for assumption in intake.assumptions:
            console.print(Line(f"· {_clean(assumption.to(text.lang))}"))
    for problem in check.problems[:SHOWN]:
        console.print(Line.assemble((f"{problem.rule}  ", _COLOURS[problem.severity]), _clean(told(problem, text))))
        console.print(Line(f"  → {_clean(problem.todo.to(text.lang))}", style="dim"))
    if (rest := len(check.problems) - SHOWN) > 0:
        console.print(text.plural("{n} more in {where}.", "{n} more in {where}.", rest, where="check.json"))
    if not check.refused:
        console.print(_table(*_supports(check, text)))


_PARTS = ("rows", "used", "folded", "refused")


def told(problem: Problem, text: Text) -> str:
    """Return a problem in one line: where, what is wrong, how much it concerns."""
    row = None if problem.row is None else text.say("row {row}", row=problem.row)
    where = ":".join(part for part in (problem.file or problem.table, problem.sheet, row, problem.column) if part)
    said = problem.message.to(text.lang)
    if problem.value is not None:
        said = text.say("{message} (got {value})", message=problem.message, value=repr(problem.value[:80]))
    money = "" if problem.amount is None else f" [{text.currency(str(problem.currency))} {problem.amount:,}]"
    return f"{where}: {said}{money}"


def _supports(check: Check, text: Text) -> tuple[list[str], Iterator[Sequence[object]]]:
    words = {"yes": text.say("yes"), "partly": text.say("partly"), "no": text.say("no")}
    heads = [text.say("Measure"), text.say("Supported"), text.say("This ledger lacks")]
    rows = (
        (
            row["name"].to(text.lang),
            Line(words[row["supported"]], style=_COLOURS[row["supported"]]),
            text.say("; ").join(message.to(text.lang) for message in row["lacks"]),
        )
        for _, row in check.supports.iterrows()
    )
    return heads, rows


def _table(heads: Sequence[str], rows: Iterator[Sequence[object]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in heads:
        table.add_column(head)
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Line) else Line(_clean(str(cell))) for cell in row))
    return table


def _clean(text: str) -> str:
    """Return text in which nothing can steer a terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
