"""Profiles: how a layout names its tables, columns and values; each is a YAML data file in this folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from arkit.errors import ArkitError
from arkit.messages import Message

Shape = Literal["tables", "settled", "open_items"]
SHAPES: tuple[str, ...] = get_args(Shape)

REQUIRED: dict[str, tuple[str, ...]] = {
    "documents": ("document_id", "customer_id", "date", "amount"),
    "applications": ("document_id", "date", "amount"),
    "customers": ("customer_id",),
    "activities": ("customer_id", "date", "kind"),
    "targets": ("month", "amount"),
}
"""Columns without which a table can not be read, unless its profile says otherwise."""


@dataclass(frozen=True)
class TableProfile:
    """How one table of a layout is named.

    Parameters
    ----------
    sheets
        Names of the sheet or file, the one that is written first.
    columns
        Canonical column -> headers, the one that is written first.
    required
        Canonical columns without which the layout is not recognised.
    only
        Canonical column -> the one value that a row of this layout has; another value is a problem.
    """

    sheets: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def sheet(self) -> str:
        """Name of the sheet, as it is written."""
        return self.sheets[0]

    @property
    def headers(self) -> dict[str, str]:
        """Canonical column -> header, as it is written."""
        return {column: words[0] for column, words in self.columns.items()}


@dataclass(frozen=True)
class Profile:
    """A layout: its tables, its values, and the shape of ledger that it holds.

    Parameters
    ----------
    name, title
        Key (``zh_workbook``) and name for a person.
    shape
        ``tables`` (documents, applications, ...), ``settled`` (one row per invoice with its settlement
        day) or ``open_items`` (what was open on one day).
    tables
        Table name -> how it is named here.
    values
        ``table.column`` -> canonical value -> labels, the one that is written first. ``{n}`` in both stands
        for a whole number (``net {n}``).
    dates, decimal
        Order of day and month, and decimal mark, by the layout's own definition; used only where a column reads
        both ways.
    snapshot_on
        Date columns whose latest value is the day of an ``open_items`` snapshot.
    """

    name: str
    title: str
    shape: Shape
    tables: Mapping[str, TableProfile]
    values: Mapping[str, Mapping[str, tuple[str, ...]]]
    dates: str | None = None
    decimal: str | None = None
    snapshot_on: tuple[str, ...] = ()

    def label(self, table: str, column: str, value: str) -> str:
        """Return the word that stands for a canonical value here; the value itself where there is none.

        Examples
        --------
        >>> load("zh_workbook").label("documents", "kind", "credit_note")
        '红字发票'
        >>> load("zh_workbook").label("documents", "terms", "eom+60")
        '月结60天'
        """
        words = self.values.get(f"{table}.{column}", {})
        if value in words:
            return words[value][0]
        for template, labels in words.items():
            if number := _match(template, value):
                return labels[0].replace("{n}", number)
        return value

    def canonical(self, table: str, column: str, label: str) -> str | None:
        """Return the canonical value that a word of this layout stands for; None where it is not known.

        A canonical value stands for itself.
        """
        folded = label.casefold()
        for value, labels in self.values.get(f"{table}.{column}", {}).items():
            for word in (value, *labels):
                if word.casefold() == folded:
                    return value
                if number := _match(word, label):
                    return value.replace("{n}", number)
        return None


def _match(template: str, text: str) -> str | None:
    """Return the digits that stand where the template has ``{n}``, if the rest is equal."""
    if "{n}" not in template:
        return None
    head, tail = template.split("{n}", 1)
    found = re.fullmatch(re.escape(head) + r"(\d{1,4})" + re.escape(tail), text)
    return found.group(1) if found else None


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else (str(value),)


def _table(name: str, raw: Mapping[str, Any]) -> TableProfile:
    named = raw["columns"]
    pairs = named.items() if isinstance(named, dict) else ((column, column) for column in named)
    columns = {column: _words(words) for column, words in pairs}
    return TableProfile(
        sheets=_words(raw.get("sheet", name)),
        columns=columns,
        required=tuple(raw.get("required", REQUIRED[name])),
        only={column: str(value) for column, value in raw.get("only", {}).items()},
    )


@cache
def names() -> tuple[str, ...]:
    """Return the names of all profiles that come with arkit."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


@cache
def load(name: str) -> Profile:
    """Return a profile by its name.

    Raises
    ------
    ArkitError
        There is no such profile; the message lists those there are.
    """
    if name not in names():
        raise ArkitError(
            Message("There is no profile {name!r}; there are: {names}", name=name, names=", ".join(names()))
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load(files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)
    return Profile(
        name=raw["name"],
        title=raw["title"],
        shape=raw["shape"],
        tables={table: _table(table, content) for table, content in raw["tables"].items()},
        values={
            key: {str(value): _words(labels) for value, labels in words.items()}
            for key, words in raw.get("values", {}).items()
        },
        dates=raw.get("dates"),
        decimal=raw.get("decimal"),
        snapshot_on=_words(raw.get("snapshot_on", [])),
    )


def every() -> Iterator[Profile]:
    """Yield every profile that comes with arkit."""
    return (load(name) for name in names())
