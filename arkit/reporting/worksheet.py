"""The work list as an Excel file that a team works in; :func:`arkit.read_worklist` reads back what it logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from arkit.collecting.result import WorkList
from arkit.collecting.workfile import CONTACTS, FILL_IN, KIND_OF, PROMISES, TASKS, Column, choices
from arkit.diagnosis.causes.families import UNKNOWN, families
from arkit.messages import Lang, Message
from arkit.reporting.sheet import BAND, DAY_ZERO, Styles, as_text, cell_name, set_paper
from arkit.reporting.workbook import tab_names

SPARE = 200
"""Empty rows below the promises that the lists of choices reach too."""
_FILL = "#FFF8E1"
_WIDTHS = {"date": 12, "money": 16, "count": 9, "text": 18}
_WIDE = {"opening": 46, "papers": 36, "ours": 36, "why": 60, "name": 26, "task": 46, "note": 36, "cause": 22}
_GUIDE = (
    Message("Work list of {date}, capacity {capacity} calls. The yellow columns are yours to fill in."),
    Message("One row is one contact. Give the day on which it was done; without it nothing can be read back."),
    Message("Done by way of: only where it was done otherwise than planned. Done by: only where it was not the owner."),
    Message("A promise needs its day; the amount may stay empty where none was named."),
    Message(
        "A reason is what the customer said, not what we think. About document: where it concerns one invoice alone."
    ),
    Message("A dispute is opened in the ledger only where the document is named."),
    Message("Choose from the lists; do not change headers, customer numbers or document numbers."),
    Message("Our own tasks need no contact; that sheet is for you alone and is not read back."),
    Message("Read it back with arkit.read_worklist and arkit.with_activities; the next list takes it into account."),
)


def write_worklist(
    found: WorkList,
    path: str | Path,
    *,
    lang: Lang = "en",
    promises: pd.DataFrame | None = None,
    names: Mapping[str, str] | None = None,
) -> Path:
    """Write a work list as an Excel file to work in.

    Parameters
    ----------
    found
        Of :func:`arkit.worklist`.
    path
        File to write.
    lang
        Language of everything but the ledger's own text; the file is read back in any.
    promises
        Of :func:`arkit.plan`: those that need a call get a sheet.
    names
        The customers' names by ``customer_id``.

    Returns
    -------
    pathlib.Path
        The file: contacts sorted by owner and day, promises to follow up, own tasks, and how to use it. The ledger's
        text is written as text: nothing in it is ever run as a formula.
    """
    import xlsxwriter

    font = {"font_name": "Microsoft YaHei" if lang == "zh" else "Calibri", "font_size": 10}
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_format_properties": font}
    book = xlsxwriter.Workbook(str(path), options)
    title = Message("Work list").to(lang)
    book.set_properties({"title": title, "author": "arkit", "created": dt.datetime.combine(found.as_of, dt.time())})
    styles, given = Styles(book), dict(names or {})
    tables = {
        Message("Contact list"): (CONTACTS, _contacts(found, given)),
        Message("Promises"): (PROMISES, _promises(promises, given)),
        Message("Our own tasks"): (TASKS, _tasks(found, given)),
    }
    guide = Message("How to use")
    *tabs, last, lists = tab_names([*(name.to(lang) for name in tables), guide.to(lang), Message("Lists").to(lang)])
    pages = [book.add_worksheet(tab) for tab in tabs]
    _guide(book.add_worksheet(last), found, styles, lang)
    hidden = book.add_worksheet(lists)
    ranges = _lists(hidden, lists, lang)
    fill = _Fill(book, styles, ranges)
    for page, (columns, frame) in zip(pages, tables.values(), strict=True):
        _table(page, columns, frame, fill, lang)
    book.close()
    return Path(path)


class _Fill:
    """The formats of cells that are filled in, and the ranges of the lists to choose from."""

    def __init__(self, book: Any, styles: Styles, ranges: Mapping[str, str]) -> None:  # noqa: ANN401
        self.styles, self.ranges = styles, ranges
        empty = {"bg_color": _FILL, "border": 1, "border_color": BAND}
        formats = {"date": "yyyy-mm-dd", "money": "#,##0.00", "count": "#,##0", "text": "@"}
        self.empty = {kind: book.add_format({**empty, "num_format": code}) for kind, code in formats.items()}
        self.header = book.add_format({"bold": True, "text_wrap": True, "bg_color": _FILL, "bottom": 1})


def _contacts(found: WorkList, names: Mapping[str, str]) -> pd.DataFrame:
    frame = found.frame.copy()
    cause = {family.key: family.words for family in families()} | {UNKNOWN: Message("not known")}
    frame["name"] = [names.get(who, "") for who in frame["customer_id"].astype("str")]
    frame["cause"] = pd.Series([cause[key] for key in frame["cause"]], index=frame.index, dtype="object")
    frame["channel"] = [KIND_OF.get(key, key) for key in frame["channel"]]
    frame["selected"] = ["yes" if chosen else "no" for chosen in frame["selected"]]
    frame["owner"] = frame["owner"].astype("object").where(frame["owner"].notna(), "")
    return frame.sort_values(["owner", "on", "rank"], kind="stable", ignore_index=True)


def _promises(promises: pd.DataFrame | None, names: Mapping[str, str]) -> pd.DataFrame:
    if promises is None or promises.empty:
        return pd.DataFrame()
    frame = promises[promises["call_on"].notna()]
    frame = frame.assign(name=[names.get(who, "") for who in frame["customer_id"].astype("str")])
    return frame.sort_values(["owner", "call_on"], kind="stable", ignore_index=True)


def _tasks(found: WorkList, names: Mapping[str, str]) -> pd.DataFrame:
    frame = found.own_tasks
    cause = {family.key: family.words for family in families()}
    told = pd.Series([cause[key] for key in frame["cause"]], index=frame.index, dtype="object")
    return frame.assign(name=[names.get(who, "") for who in frame["customer_id"].astype("str")], cause=told)


def _table(page: Any, columns: Sequence[Column], frame: pd.DataFrame, fill: _Fill, lang: Lang) -> None:  # noqa: ANN401
    typed = {column.key for column in FILL_IN} | ({"document_id"} if columns is CONTACTS else set())
    styles, rows = fill.styles, len(frame)
    for place, column in enumerate(columns):
        mine = column.key in typed
        page.write_string(0, place, column.words.to(lang), fill.header if mine else styles.header)
        page.set_column(place, place, _WIDE.get(column.key, _WIDTHS[column.kind]))
        if mine:
            for row in range(1, rows + 1):
                page.write_blank(row, place, None, fill.empty[column.kind])
            _validate(page, column, (1, place, max(rows, 1) + SPARE, place), fill, lang)
        elif column.key in frame:
            _write(page, place, column, frame, styles, lang)
    page.set_row(0, 32)
    page.freeze_panes(1, 4)
    page.autofilter(0, 0, max(rows, 1), len(columns) - 1)
    page.repeat_rows(0)
    set_paper(page)


def _write(
    page: Any, place: int, column: Column, frame: pd.DataFrame, styles: Styles, lang: Lang  # noqa: ANN401
) -> None:  # fmt: skip
    codes = frame["currency"].astype("str").tolist()
    values = frame[column.key]
    for row, (value, missing, code) in enumerate(zip(values, _missing(values), codes, strict=True), 1):
        if missing:
            continue
        if column.kind == "text":
            text = as_text(_said(value, column, lang))
            if text:
                page.write_string(row, place, text, styles.quoted if text[0] in "=+-@\t'" else styles.cell("text"))
        elif column.kind == "date":
            page.write_number(row, place, (pd.Timestamp(value) - DAY_ZERO).days, styles.cell("date"))
        else:
            page.write_number(
                row, place, float(value), styles.cell(column.kind, code if column.kind == "money" else "")
            )


def _missing(values: pd.Series) -> list[bool]:
    return [value is None or (not isinstance(value, tuple) and bool(pd.isna(value))) for value in values]


def _said(value: Any, column: Column, lang: Lang) -> str:  # noqa: ANN401
    if column.choices:
        return choices(column.choices)[str(value)].to(lang)
    if isinstance(value, tuple):
        return "; ".join(_said(part, column, lang) for part in value)
    return value.to(lang) if isinstance(value, Message) else str(value)


def _validate(page: Any, column: Column, area: tuple[int, int, int, int], fill: _Fill, lang: Lang) -> None:  # noqa: ANN401
    rule: dict[str, Any]
    if column.choices:
        rule = {"validate": "list", "source": fill.ranges[column.choices]}
        said = Message("Choose from the list.")
    elif column.kind == "date":
        rule = {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}
        said = Message("Give a date.")
    elif column.kind == "money":
        rule = {"validate": "decimal", "criteria": ">", "value": 0}
        said = Message("Give an amount above 0.")
    else:
        return
    page.data_validation(*area, {**rule, "error_title": column.words.to(lang)[:32], "error_message": said.to(lang)})


def _lists(page: Any, name: str, lang: Lang) -> dict[str, str]:  # noqa: ANN401
    """Write the lists to choose from on a hidden sheet; a list in the cell's own rule may have 255 characters only."""
    ranges = {}
    for place, key in enumerate(("done", "outcome", "reason")):
        texts = [words.to(lang) for words in choices(key).values()]
        page.write_column(0, place, texts)
        first, last = (cell_name(row, place, absolute=True) for row in (0, len(texts) - 1))
        ranges[key] = f"='{name}'!{first}:{last}"
    page.hide()
    return ranges


def _guide(page: Any, found: WorkList, styles: Styles, lang: Lang) -> None:  # noqa: ANN401
    page.hide_gridlines(2)
    page.set_column(0, 0, 110)
    page.write_string(0, 0, Message("How to use").to(lang), styles.title)
    first = Message(_GUIDE[0].template, date=found.as_of.isoformat(), capacity=f"{found.capacity:g}")
    for row, line in enumerate((first, *_GUIDE[1:], *found.notes), 2):
        page.write_string(row, 0, line.to(lang), styles.note)
