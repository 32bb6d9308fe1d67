"""Tables: escaped, aligned, in the reader's form, and refusing what the frame does not have."""

from __future__ import annotations

import math
from html.parser import HTMLParser

import pandas as pd
import pytest

from arkit import tables
from arkit.errors import ArkitError
from arkit.text import UNDEFINED


class Cells(HTMLParser):
    """Collects tags and the text of each cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data


FRAME = pd.DataFrame(
    {"name": ["<script>alert(1)</script>", '=HYPERLINK("http://x")'], "total": [1234567.891, math.nan]}
)


def test_ledger_text_is_escaped():
    cells = Cells(tables.table(FRAME, {"name": "text", "total": "money"}, caption="<b>"))
    assert "script" not in cells.tags
    assert "b" not in cells.tags
    assert "<script>alert(1)</script>" in cells.cells


def test_money_has_the_decimals_of_its_currency():
    frame = pd.DataFrame({"currency": ["JPY", "KWD"], "total": [1200.0, 1.5]})
    cells = Cells(tables.table(frame, {"currency": "text", "total": "money"}, caption="x")).cells
    assert cells[2:] == ["JPY", "1,200", "KWD", "1.500"]


def test_what_is_not_defined_is_a_dash_and_never_nought():
    cells = Cells(tables.table(FRAME, {"name": "text", "total": "money"}, caption="x")).cells
    assert cells[-1] == UNDEFINED


def test_box_can_be_reached_by_keyboard_and_has_a_name():
    page = tables.table(FRAME, {"name": "text"}, caption='Who "owes"')
    assert 'role="region" tabindex="0" aria-label="Who &quot;owes&quot;"' in page


def test_total_row_leaves_other_columns_empty():
    page = tables.table(FRAME, {"name": "text", "total": "money"}, caption="x", total={"name": "Total"})
    assert Cells(page).cells[-2:] == ["Total", ""]


def test_headings_are_translated():
    assert "应收账款" in tables.table(FRAME, {"name": "text", "total": "money"}, "zh", caption="x")


def test_frame_is_left_as_it_was():
    before = FRAME.copy(deep=True)
    tables.table(FRAME, {"name": "text", "total": "money"}, caption="x", total={"total": 1.0})
    pd.testing.assert_frame_equal(FRAME, before)


def test_missing_column_is_refused_with_those_at_hand():
    with pytest.raises(ArkitError, match="no such column for a table: amount; the frame has name, total"):
        tables.table(FRAME, {"amount": "money"}, caption="x")


def test_unknown_kind_is_refused_with_those_allowed():
    with pytest.raises(ArkitError, match="unknown kind of column: cash; allowed: text, "):
        tables.table(FRAME, {"total": "cash"}, caption="x")


def test_terms_are_escaped():
    assert "<i>" not in tables.terms([("<i>", "<i>")], label="<i>")
