"""Profiles: how a layout names its tables, columns and values; each is a YAML data file in this folder.

One's own profile is such a file elsewhere: ``arkit check LEDGER --write-profile mine.yaml`` writes what it recognised,
and ``profile="mine.yaml"`` reads by it. ``docs/profiles.md`` tells every key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self, get_args

import yaml

from arkit.errors import ArkitError
from arkit.messages import Lang, Message
from arkit.readers.profiles.table import Piece, TableProfile

Shape = Literal["tables", "settled", "open_items", "paid_to_date", "journal"]
SHAPES: tuple[str, ...] = get_args(Shape)

REQUIRED: dict[str, tuple[str, ...]] = {
    "documents": ("document_id", "customer_id", "date", "amount"),
    "applications": ("document_id", "date", "amount"),
    "customers": ("customer_id",),
    "activities": ("customer_id", "date", "kind"),
    "targets": ("month", "amount"),
}
"""Columns without which a layout is not recognised, unless its profile says otherwise."""
ESSENTIAL: dict[str, tuple[str, ...]] = {
    "documents": ("document_id", "customer_id|customer_name", "date", "amount|open|debit|credit"),
    "applications": ("document_id", "date", "amount"),
    "customers": ("customer_id",),
    "activities": ("customer_id", "date"),
    "targets": ("month", "amount"),
}
"""Columns without which no profile can have a table read."""


class Title(Message):
    """A layout's name for a person, which the profile itself gives in both languages."""

    def __new__(cls, english: str, chinese: str | None = None) -> Self:
        """Take both names."""
        self = super().__new__(cls, english)
        self.chinese = chinese or english
        return self

    chinese: str

    def to(self, lang: Lang) -> str:
        """Return the name in a language."""
        return self.chinese if lang == "zh" else str(self)


@dataclass(frozen=True)
class Profile:
    """A layout: its tables, its values, and the shape of ledger that it holds.

    Parameters
    ----------
    name, title
        Key (``zh_workbook``) and name for a person, who may read English or Chinese.
    shape
        ``tables`` (documents, applications, ...), ``open_items`` (what was open on one day), ``settled`` (one row
        per item with the day on which it was settled), ``paid_to_date`` (with what was paid or is open) or
        ``journal`` (debits and credits of each customer).
    tables
        Table name -> how it is named here.
    values
        ``table.column`` -> canonical value -> labels, the one that is written first. ``{n}`` in both stands
        for a whole number (``net {n}``).
    dates, decimal
        Order of day and month, and decimal mark, by the layout's own definition; used only where a column reads
        both ways.
    snapshot_on
        Date columns whose latest value is the day of a snapshot.
    source
        Where the maker documents these names.
    generic
        Whether it is made of common words, and so gives way to any layout that is a maker's own.
    """

    name: str
    title: Title
    shape: Shape
    tables: Mapping[str, TableProfile]
    values: Mapping[str, Mapping[str, tuple[str, ...]]]
    dates: str | None = None
    decimal: str | None = None
    snapshot_on: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    generic: bool = False

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
    return tuple(str(word) for word in value) if isinstance(value, list | tuple) else (str(value),)


def _worded(raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(key): _words(value) for key, value in raw.items()}


_ROWS = ("keep", "skip", "fold", "opening")
"""Keys of a table, and of a file of common words, that tell rows by the words in a column."""
_NO_HEADERS = (*_ROWS, "values", "weak")
"""Keys of a file of common words that are no columns."""


def _joined(parts: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return what several mappings to words hold together, each word once."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for key, words in _worded(part).items():
            found.setdefault(key, {}).update(dict.fromkeys(words))
    return {key: tuple(words) for key, words in found.items()}


def _common(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the files of common words that a table takes: column -> headers, and beside them values and rows."""
    return [_common_file(name) for name in _words(raw.get("words", []))]


@cache
def _common_file(name: str) -> Mapping[str, Any]:
    parsed: Mapping[str, Any] = _parse(_shipped(f"words/{name}"))
    return parsed


def _required(name: str, raw: Mapping[str, Any], known: Set[str]) -> tuple[str, ...]:
    """Return what a file must have: what the profile says, and of what no table can do without what it leaves out."""
    required = tuple(raw.get("required", REQUIRED[name]))
    asked = [{*names.split("|")} for names in required]
    for names in ESSENTIAL[name]:
        any_of = {*names.split("|")}
        if raw.get("group") not in any_of and not any(one <= any_of for one in asked):
            required += ("|".join(column for column in names.split("|") if column in known),)
    return required


def _table(name: str, raw: Mapping[str, Any]) -> TableProfile:
    named, common = raw["columns"], _common(raw)
    if isinstance(named, dict):
        columns = _worded(named)
    elif common:
        headers = _joined({key: file[key] for key in file if key not in _NO_HEADERS} for file in common)
        columns = {column: headers[column] for column in named}
    else:
        columns = {column: (column,) for column in named}
    either = tuple(tuple(_worded(option) for option in choice) for choice in raw.get("either", ()))
    for column, said in (pair for choice in either for option in choice for pair in option.items()):
        columns[column] = tuple(dict.fromkeys((*columns.get(column, ()), *said)))
    # only a journal has an opening balance
    rows = {
        key: [{c: w for c, w in file.get(key, {}).items() if columns.keys() >= {*c.split("&")}} for file in common]
        for key in _ROWS
        if key != "opening" or "debit" in columns
    }
    sign = raw.get("sign")
    return TableProfile(
        sheets=_words(raw.get("sheet", name)),
        columns=columns,
        required=_required(name, raw, {*columns, *raw.get("compose", {})}),
        only={column: str(value) for column, value in raw.get("only", {}).items()},
        sign=(sign["column"], _words(sign["negative"])) if sign else None,
        group=raw.get("group"),
        lines_of=raw.get("lines_of"),
        sum_of=raw.get("sum_of"),
        names_are_keys=raw.get("names_are_keys", False),
        either=either,
        stack=raw.get("stack", False),
        kind_where={column: _worded(words) for column, words in raw.get("kind_where", {}).items()},
        against_sign=dict(raw.get("against_sign", {})),
        weak=frozenset(word for file in common for word in file.get("weak", ())),
        compose={column: tuple(map(Piece.parse, _words(pieces))) for column, pieces in raw.get("compose", {}).items()},
        **{key: _joined([raw.get(key, {}), *rows.get(key, [])]) for key in _ROWS},
    )


def _parse(text: str) -> Any:  # noqa: ANN401 (what YAML holds)
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _shipped(name: str) -> str:
    return files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def _values(raw: Mapping[str, Any], tables: Mapping[str, TableProfile]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the words of values: the layout's own, and the common ones of columns that it has."""
    values = {key: _worded(words) for key, words in raw.get("values", {}).items()}
    for name, table in tables.items():
        for file in _common(raw["tables"][name]):
            for key, words in file.get("values", {}).items():
                if key in {f"{name}.{column}" for column in table.columns}:
                    values[key] = _joined([values.get(key, {}), words])
    return values


def _profile(raw: Mapping[str, Any]) -> Profile:
    tables = {table: _table(table, content) for table, content in raw["tables"].items()}
    return Profile(
        name=raw["name"],
        title=Title(raw["title"], raw.get("title_zh")),
        shape=raw["shape"],
        tables=tables,
        values=_values(raw, tables),
        dates=raw.get("dates"),
        decimal=raw.get("decimal"),
        snapshot_on=_words(raw.get("snapshot_on", [])),
        source=_words(raw.get("source", [])),
        generic=raw.get("generic", False),
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
    return _profile(_parse(_shipped(name)))


def load_file(path: Path) -> Profile:
    """Return a profile of one's own.

    Raises
    ------
    ArkitError
        The file can not be read, or is no profile: every place in it that is wrong.
    """
    from arkit.readers.profiles.form import check

    try:
        raw = _parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ArkitError(
            Message("The profile {path} can not be read: {what}", path=str(path), what=str(error)[:300])
        ) from None
    check(raw, str(path))
    return _profile(raw)


def every() -> Iterator[Profile]:
    """Yield every profile that comes with arkit."""
    return (load(name) for name in names())
