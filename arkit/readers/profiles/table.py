"""How one table of a layout is named."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Piece:
    """One part of a composed value.

    Parameters
    ----------
    labels
        What its header may be called; a canonical column, or the column that headings give, stands for its own.
    optional
        Whether a file may lack it.
    needed
        Whether a row in which it is empty has no such value.
    """

    labels: tuple[str, ...]
    optional: bool = False
    needed: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return a piece as a profile writes it: ``A|B`` labels one header, ``?A`` may be missing, ``!A`` is needed.

        Examples
        --------
        >>> Piece.parse("!Year|Fiscal Year")
        Piece(labels=('Year', 'Fiscal Year'), optional=False, needed=True)
        """
        mark = text[:1] if text[:1] in ("?", "!") else ""
        return cls(tuple(text.removeprefix(mark).split("|")), optional=mark == "?", needed=mark == "!")


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
        Canonical columns without which the layout is not recognised; ``open|paid``: one of them.
    only
        Canonical column -> the one value that a row of this layout has; another value is a problem.
    either
        Choices between groups of columns; the first group that a file has in full is taken, as amount and currency
        of the document before those of the company.
    compose
        Canonical column -> headers, or other canonical columns, whose cells, joined by a stroke, are its value: no
        single one is unique. Where the column has a header of its own, too, its cell is taken in the rows in which it
        stands for one such value only; in a layout with a row per line, wherever it is filled.
    sign
        A column, and the words in it that make the amounts of a row negative.
    keep
        Canonical column -> words of the rows that count, such as the receivable accounts of a journal.
    skip
        Canonical column -> words of rows that are no receivable, such as drafts.
    fold
        Canonical column -> words of rows that add up others, beyond the common ones; ``date&document_id`` where both
        columns say it.
    opening
        Canonical column -> words of rows that bring a journal's opening balance.
    group
        The column that a row with nothing but its first cell gives to the rows below; ``ignore``: such a row is
        only a heading.
    lines_of
        The id of which a file has a row per line, with the document's own amounts repeated.
    sum_of
        The id of which a file has several rows, whose amounts add up to the document's.
    names_are_keys
        Whether the maker has no customer number and keeps names unique.
    stack
        Whether several sheets or files of the layout are one table, as those of open and of cleared items.
    kind_where
        Canonical column -> kind -> words of rows that are of this kind, whatever their own word says.
    weak
        Headers that give way to any other one of their column in the same file, such as Reference to Invoice No.
    against_sign
        Kind -> what a row of it is whose amount has the other sign: a negative invoice is a credit note.
    """

    sheets: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    only: Mapping[str, str] = field(default_factory=dict)
    compose: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    sign: tuple[str, tuple[str, ...]] | None = None
    keep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fold: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opening: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group: str | None = None
    lines_of: str | None = None
    sum_of: str | None = None
    names_are_keys: bool = False
    either: tuple[tuple[Mapping[str, tuple[str, ...]], ...], ...] = ()
    stack: bool = False
    kind_where: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    against_sign: Mapping[str, str] = field(default_factory=dict)

    @property
    def sheet(self) -> str:
        """Name of the sheet, as it is written."""
        return self.sheets[0]

    @property
    def headers(self) -> dict[str, str]:
        """Canonical column -> header, as it is written."""
        return {column: words[0] for column, words in self.columns.items()}

    def called(self, column: str) -> tuple[str, ...]:
        """Return the headers of a column or of several (``open|paid``); of one that is composed, all that it takes."""
        names = column.split("|")
        composed = {name: (" + ".join(piece.labels[0] for piece in pieces),) for name, pieces in self.compose.items()}
        return tuple(word for name in names for word in self.columns.get(name) or composed[name])

    def vocabulary(self, present: Set[str]) -> dict[str, str]:
        """Return header -> canonical column, of a file of which it is known which headers it has."""
        chosen: dict[str, tuple[str, ...]] = {}
        for choice in self.either:
            whole = (option for option in choice if all(not present.isdisjoint(words) for words in option.values()))
            chosen |= next(whole, {})
        optional = {column for choice in self.either for option in choice for column in option}
        named = {**{column: words for column, words in self.columns.items() if column not in optional}, **chosen}
        return {word: column for column, words in named.items() for word in words}
