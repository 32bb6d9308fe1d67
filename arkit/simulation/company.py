"""The sample company: made anew with ``python -m arkit.simulation.company FOLDER``.

Writes the canonical tables as CSV, the truth beside them, and one workbook with Chinese headers as a domestic finance
system exports it. The same settings give the same files.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pandas as pd

from arkit.readers import profiles
from arkit.simulation.model import Tables, simulate_tables

NAME, NAME_ZH = "Lanqi Flow Equipment Co., Ltd.", "澜圻流体装备有限公司"
SEED = 12
START, MONTHS, CUSTOMERS, INVOICES, EXPORT_SHARE = "2023-01-01", 36, 120, 5_800, 0.04
WORKBOOK = "应收账款.xlsx"
LEDGER_TABLES = ("documents", "applications", "customers", "activities", "targets")
TRUTH_TABLES = ("truth", "dispositions")
_WIDTH = {"date": 12, "number": 16, "text": 15}


def tables() -> Tables:
    """Return the sample company's tables."""
    return simulate_tables(
        seed=SEED, months=MONTHS, customers=CUSTOMERS, invoices=INVOICES, start=START, export_share=EXPORT_SHARE
    )


def write(folder: Path, made: Tables) -> list[Path]:
    """Write the CSV tables, the truth and the workbook; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in (*LEDGER_TABLES, *TRUTH_TABLES):
        path = folder / ("truth" if name in TRUTH_TABLES else ".") / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        write_csv(path, getattr(made, name))
        written.append(path)
    write_workbook(folder / WORKBOOK, made)
    return [*written, folder / WORKBOOK]


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write one table: UTF-8, ISO dates, amounts with two decimals, line feeds; missing is empty."""
    shown = frame.copy()
    for column in shown.columns:
        if column in ("amount", "tax", "credit_limit"):
            shown[column] = shown[column].map("{:.2f}".format, na_action="ignore")
    shown.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d")


def write_workbook(path: Path, made: Tables) -> None:
    """Write the five tables as sheets of one workbook, in the words of the profile ``zh_workbook``.

    Each sheet has a title row above its header, as exports do; ids are text, amounts and dates are real ones.
    """
    import xlsxwriter

    profile = profiles.load("zh_workbook")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": f"{NAME_ZH} {NAME}", "created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format({"bold": True, "bg_color": "#DDE6EE", "border": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "number": book.add_format({"num_format": "#,##0.00"}),
            "text": book.add_format({"num_format": "@"}),
        }
        for name in LEDGER_TABLES:
            table = profile.tables[name]
            frame = getattr(made, name)
            if name == "customers":  # at home the Chinese name is the name
                frame = frame.rename(columns={"name": "name_en", "name_zh": "name"})
            frame = frame[[column for column in table.headers if column in frame]]
            sheet = book.add_worksheet(table.sheet)
            sheet.write_string(0, 0, f"{NAME_ZH}　{table.sheet}", formats["title"])
            sheet.freeze_panes(2, 1)
            for place, column in enumerate(frame.columns):
                kind = _kind(frame[column])
                sheet.set_column(place, place, _WIDTH[kind], formats[kind])
                sheet.write_string(1, place, table.headers[column], formats["header"])
                values = [None if pd.isna(value) else value for value in frame[column].tolist()]
                if kind == "text":
                    words = {v: profile.label(name, column, v) for v in set(values) if v is not None}
                    values = [words.get(value) for value in values]
                sheet.write_column(2, place, values, formats[kind])


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "date"
    return "number" if pd.api.types.is_numeric_dtype(column.dtype) else "text"


def main(folder: str) -> None:
    """Write the sample company and its README into a folder."""
    from arkit.simulation.company_readme import readme

    made = tables()
    write(Path(folder), made)
    Path(folder, "README.md").write_text(readme(made), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
