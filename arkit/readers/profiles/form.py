"""The form of a profile file: what may stand in it, so that a profile of one's own is told all that is wrong."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from arkit.columns import ACTIVITY_KINDS, APPLICATION_KINDS, DOCUMENT_KINDS, DocumentKind
from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.readers.profiles import ESSENTIAL, Shape

CLOSED = {
    "documents.kind": DOCUMENT_KINDS,
    "documents.settled_by": APPLICATION_KINDS,
    "applications.kind": APPLICATION_KINDS,
    "activities.kind": ACTIVITY_KINDS,
}


def _listed(value: object) -> object:
    """Take a single word as a list of one; numbers and truth values as what was typed most likely: text."""
    items = value if isinstance(value, list) else [value]
    return [str(item) if isinstance(item, int | float) else item for item in items]


Words = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
Worded = dict[str, Words]
Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Sign(_Form):
    """The column that makes amounts negative."""

    column: str
    negative: Words


class Table(_Form):
    """One table of a layout."""

    columns: Worded | list[str]
    words: Words | None = None
    sheet: Words | None = None
    required: list[str] | None = None
    only: dict[str, Text] = {}
    compose: Worded = {}
    sign: Sign | None = None
    keep: Worded = {}
    skip: Worded = {}
    fold: Worded = {}
    opening: Worded = {}
    group: Literal["customer_id", "customer_name", "ignore"] | None = None
    lines_of: str | None = None
    sum_of: str | None = None
    names_are_keys: bool = False
    either: list[Annotated[list[Worded], Field(min_length=2)]] = []
    stack: bool = False
    kind_where: dict[str, dict[DocumentKind, Words]] = {}
    against_sign: dict[DocumentKind, DocumentKind] = {}

    def known(self) -> set[str]:
        """Return the columns that have a header, or several."""
        chosen = {column for choice in self.either for option in choice for column in option}
        return {*self.columns, *self.compose, *chosen}

    @model_validator(mode="after")
    def _names_hold_together(self) -> Table:
        known = self.known()
        asked = {
            "required": [name for names in self.required or [] for name in names.split("|")],
            "only": self.only, "keep": self.keep, "skip": self.skip, "opening": self.opening,
            "fold": [name for names in self.fold for name in names.split("&")],
            "sign": [self.sign.column] if self.sign else [],
            "lines_of": [self.lines_of] if self.lines_of else [],
            "sum_of": [self.sum_of] if self.sum_of else [], "kind_where": self.kind_where,
        }  # fmt: skip
        for key, names in asked.items():
            if unknown := [name for name in names if name not in known]:
                msg = f"{key}: no column {', '.join(unknown)}"
                raise ValueError(msg)
        if isinstance(self.columns, dict):
            owner: dict[str, str] = {}
            for column, words in self.columns.items():
                for word in words:
                    if owner.setdefault(word.casefold(), column) != column:
                        msg = f"columns: {word!r} stands for {owner[word.casefold()]} and for {column}"
                        raise ValueError(msg)
        return self


def _known_tables(tables: dict[str, Table]) -> dict[str, Table]:
    if unknown := sorted(set(tables) - set(ESSENTIAL)):
        msg = f"no table {', '.join(unknown)}; there are: {', '.join(ESSENTIAL)}"
        raise ValueError(msg)
    if "documents" not in tables:
        msg = "the table documents is needed"
        raise ValueError(msg)
    for name, table in tables.items():
        known = {*table.known(), table.group}
        if lacking := [names for names in ESSENTIAL[name] if known.isdisjoint(names.split("|"))]:
            msg = f"{name}: no header is named for {', '.join(lacking)}"
            raise ValueError(msg)
    return tables


def _known_values(values: dict[str, Worded]) -> dict[str, Worded]:
    for key in values.keys() & CLOSED.keys():
        if unknown := sorted(set(values[key]) - set(CLOSED[key])):
            msg = f"{key}: {', '.join(unknown)} is none of {', '.join(CLOSED[key])}"
            raise ValueError(msg)
    return values


class File(_Form):
    """A profile file."""

    name: str
    title: str
    title_zh: str | None = None
    source: Words | list[str] = []
    generic: bool = False
    shape: Shape
    dates: Literal["dmy", "mdy", "ymd"] | None = None
    decimal: Literal[".", ","] | None = None
    snapshot_on: Words | list[str] = []
    tables: Annotated[dict[str, Table], AfterValidator(_known_tables)]
    values: Annotated[dict[str, Worded], AfterValidator(_known_values)] = {}


def check(raw: object, path: str) -> None:
    """Check what a profile file holds.

    Raises
    ------
    ArkitError
        Every place that is wrong, what stands there and what may.
    """
    try:
        File.model_validate(raw)
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or '-'}: {e['msg']}" for e in error.errors(include_url=False)]
    else:
        return
    raise ArkitError(Message("{path} is no profile: {what}", path=path, what="; ".join(lines)))
