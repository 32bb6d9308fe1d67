"""The allowance as a workbook that recomputes itself: documents, lags, rates, matrix, charge, each from the last.

Sheets refer to each other by line numbers, never by names: a customer or a segment may be called anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.money import digits
from arkit.reporting.sections.provision import segmented
from arkit.reporting.sheet import CellFormat, Sheet, cell_name
from arkit.reporting.workbook import tab_names

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report

FIRST_ROW = 3
"""Where a sheet without note and totals has its first row of figures, counted from 0."""

LOST = "IF({outstanding}-{lost_before}>0,MAX(0,MIN(1,{lost}/({outstanding}-{lost_before}))),0)"
"""Of what was not lost before, the share that a month takes."""
EARLIER = "IF({lag}=1,1,OFFSET({kept},-1,0))"
"""What the months before left; rows stand by line and month."""


@dataclass(frozen=True)
class _Range:
    """Columns of a sheet, as formulas of other sheets name them."""

    tab: str
    columns: tuple[str, ...]

    def column(self, name: str) -> str:
        letter = cell_name(0, self.columns.index(name)).rstrip("0123456789")
        return f"'{self.tab}'!${letter}:${letter}"

    def cell(self, name: str, row: int) -> str:
        return f"'{self.tab}'!{cell_name(FIRST_ROW + row, self.columns.index(name), absolute=True)}"

    def sum_of(self, what: str, key: str) -> str:
        """Return the formula that adds a column up where ``line`` is the row's own."""
        return f"SUMIFS({self.column(what)},{self.column(key)},{{{key}}})"


def sheets(report: Report, made: Provision) -> tuple[Sheet, ...]:
    """Return the sheets, in the order in which an auditor goes: documents first, the charge last."""
    text = report.text
    names = {
        "documents": text.say("Allowance documents"), "individual": text.say("Allowance one by one"),
        "lags": text.say("Allowance losses by month"), "rates": text.say("Allowance rolls"),
        "scenarios": text.say("Allowance scenarios"), "matrix": text.say("Allowance matrix"),
        "charge": text.say("Allowance and charge"), "months": text.say("Allowance by month"),
    }  # fmt: skip
    tabs = dict(zip(names, tab_names(list(names.values())), strict=True))
    lines = made.matrix.reset_index().assign(line=range(1, len(made.matrix) + 1))
    keys = [str(name) for name in made.matrix.index.names]
    documents = _documents(report, made, lines, tabs["documents"])
    individual = _individual(report, made, tabs["individual"])
    found = [documents, individual]
    lags = None
    if len(made.lags):
        lags = _lags(report, made, lines, keys, tabs["lags"])
        found.append(lags)
    elif len(made.rates):
        found.append(_rolls(report, made, tabs["rates"]))
    if len(lines):
        scenarios = _scenarios(report, made, tabs["scenarios"])
        matrix = _matrix(
            report, made, lines, {"documents": documents, "lags": lags, "scenarios": scenarios}, tabs["matrix"]
        )
        found += [scenarios, matrix, _charge(report, made, matrix, individual, tabs["charge"])]
    return (*found, _months(report, made, tabs["months"]))


def _range(sheet: Sheet) -> _Range:
    return _Range(sheet.name, tuple(map(str, sheet.frame.columns)))


def _sheet(
    report: Report, tab: str, said: str, frame: pd.DataFrame, formats: Mapping[str, CellFormat],
    formulas: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
) -> Sheet:  # fmt: skip
    named = {name: report.text.label(name) for name in map(str, frame.columns)} | dict(headers or {})
    own: dict[str, CellFormat] = {"line": "count", "document_id": "text", "customer_id": "text", **formats}
    shown = {name: kind for name, kind in own.items() if name in frame.columns}
    return Sheet(tab, said, frame, formats=shown, headers=named, formulas=formulas or {})


def _documents(report: Report, made: Provision, lines: pd.DataFrame, tab: str) -> Sheet:
    keys, rows = ["currency", *_segments(made), "bucket"], made.items.assign(line=float("nan"))
    if len(lines):
        rows = made.items.merge(lines[[*keys, "line"]], how="left", on=keys)
    rows = rows.assign(customer=[report.name(who) for who in rows["customer_id"]])
    flat, segments = _named(report, rows, [name for name in keys if name not in ("currency", "bucket", "customer_id")])
    flat["bucket"] = [report.text.label(str(bucket)) for bucket in flat["bucket"]]
    flat["kind"] = [report.text.label(str(kind)) for kind in flat["kind"]]
    order = ["line", "currency", *segments, "document_id", "customer_id", "customer", "kind", "days", "bucket"]
    frame = flat[[*order, "open", "credited", "base"]].sort_values(["line", "document_id"], ignore_index=True)
    money: dict[str, CellFormat] = dict.fromkeys(("open", "credited", "base"), "money")
    return _sheet(
        report, tab, report.text.say("Every open document, and the line of the matrix it belongs to"), frame, money,
        {"base": "IF({line}>0,{open}-{credited},0)"} if len(lines) else {},
        {"base": report.text.label("loss_base"), "credited": report.text.label("credit_used")},
    )  # fmt: skip


def _named(report: Report, rows: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, list[str]]:
    if not names:
        return rows, []
    flat, segments = segmented(rows.set_index(names), report.text)
    return flat, segments


def _individual(report: Report, made: Provision, tab: str) -> Sheet:
    rows = made.individual.assign(customer=[report.name(who) for who in made.individual["customer_id"]])
    frame = rows[["currency", "document_id", "customer_id", "customer", "open", "expected_loss", "reason"]]
    return _sheet(
        report, tab, report.text.say("What is assessed one by one, with the loss expected of each"), frame,
        {"open": "money", "expected_loss": "money", "reason": "text", "currency": "text"},
        headers={"reason": report.text.label("assessed_because")},
    )  # fmt: skip


def _lags(report: Report, made: Provision, lines: pd.DataFrame, keys: list[str], tab: str) -> Sheet:
    rows = made.lags.reset_index().merge(lines[[*keys, "line"]], on=keys)
    rows["kept"] = 1 - rows.groupby("line")["share"].cumsum()
    frame = rows[["line", "currency", "bucket", "lag", "outstanding", "lost_before", "lost", "kept", "share"]]
    frame = frame.assign(bucket=[report.text.label(str(bucket)) for bucket in frame["bucket"]])
    return _sheet(
        report, tab, report.text.say("What was lost of past month-ends' claims, month by month after them"), frame,
        {"lag": "count", **dict.fromkeys(("outstanding", "lost_before", "lost"), "money"),
         **dict.fromkeys(("kept", "share"), "number")},
        {"kept": f"{EARLIER}*(1-{LOST})", "share": f"{EARLIER}-{{kept}}"},
    )  # fmt: skip


def _rolls(report: Report, made: Provision, tab: str) -> Sheet:
    flat, segments = segmented(made.rates, report.text)
    columns = ["opened", "stayed", "rolled", "lost", "roll_rate", "lost_rate", "recovered", "rate"]
    formats: dict[str, CellFormat] = {
        **dict.fromkeys(("opened", "stayed", "rolled", "lost"), "money"),
        **dict.fromkeys(("roll_rate", "lost_rate", "recovered", "rate"), "number"),
    }  # fmt: skip
    return _sheet(
        report, tab, report.text.say("What became of each age from one month-end to the next"),
        flat[["currency", *segments, "bucket", *columns]], formats,
        headers={"rate": report.text.label("past_rate")},
    )  # fmt: skip


def _scenarios(report: Report, made: Provision, tab: str) -> Sheet:
    rows = made.scenarios.reset_index().drop_duplicates("scenario")[["scenario", "factor", "weight"]]
    said = report.text.say("What lies ahead: change factors and weights, and the allowance follows")
    return _sheet(report, tab, said, rows.reset_index(drop=True), {"factor": "number", "weight": "percent"})


def _matrix(
    report: Report, made: Provision, lines: pd.DataFrame, beside: Mapping[str, Sheet | None], tab: str
) -> Sheet:
    text = report.text
    flat, segments = segmented(lines.set_index(["currency", *_segments(made), "bucket"]), text)
    flat["decimals"] = [digits(str(code)) for code in flat["currency"]]
    columns = ["line", "currency", *segments, "bucket", "base"]
    documents, lags, scenarios = beside["documents"], beside["lags"], beside["scenarios"]
    assert documents is not None
    assert scenarios is not None
    whole = made.matrix.index.get_level_values("bucket").tolist()[:1] == ["all"]
    formulas = {"base": f"ROUND({_range(documents).sum_of('base', 'line')},{{decimals}})"}
    if lags is not None:
        flat["recovered"] = made.rates["recovered"].to_numpy()
        columns.append("recovered")
        formulas["rate"] = f"ROUND(MIN(1,{_range(lags).sum_of('share', 'line')}*(1-{{recovered}})),6)"
    names, ahead = scenarios.frame["scenario"], _range(scenarios)
    parts = [f"{ahead.cell('weight', at)}*MIN(1,{{rate}}*{ahead.cell('factor', at)})" for at in range(len(names))]
    formulas |= {
        "expected_rate": f"ROUND({'+'.join(parts)},6)",
        "allowance": "ROUND({base}*{expected_rate},{decimals})",
    }
    past = "past_rate" if made.method in ("loss_rates", "roll_rates") else "given_rate"
    said = text.say("The provision matrix: base, rate, allowance") if not whole else text.say("One rate of the balance")
    return _sheet(
        report, tab, said, flat[[*columns, "rate", "expected_rate", "decimals", "allowance"]],
        {"base": "money", "rate": "number", "expected_rate": "number", "recovered": "number", "allowance": "money",
         "decimals": "count"},
        formulas, {"base": text.label("loss_base"), "rate": text.label(past)},
    )  # fmt: skip


def _segments(made: Provision) -> list[str]:
    return [str(name) for name in made.total.index.names if name not in ("currency", None)]


def _charge(report: Report, made: Provision, matrix: Sheet, individual: Sheet, tab: str) -> Sheet:
    columns = ["currency", "collective", "individual", "allowance", "opening", "write_offs", "recoveries", "charge"]
    parts = made.total.groupby(level="currency")
    frame = parts.sum().mask(made.total.isna().groupby(level="currency").any()).reset_index()[columns]
    money: dict[str, CellFormat] = dict.fromkeys(columns[1:], "money")
    return _sheet(
        report, tab, report.text.say("From the allowance to the charge"), frame, money,
        {
            "collective": _range(matrix).sum_of("allowance", "currency"),
            "individual": _range(individual).sum_of("expected_loss", "currency"),
            "allowance": "{collective}+{individual}",
            "charge": "{allowance}-{opening}+{write_offs}-{recoveries}",
        },
        {"opening": report.text.label("opening_allowance")},
    )  # fmt: skip


def _months(report: Report, made: Provision, tab: str) -> Sheet:
    flat = made.roll_forward.reset_index()
    money: dict[str, CellFormat] = dict.fromkeys(("opening", "charge", "write_offs", "recoveries", "closing"), "money")
    return _sheet(
        report, tab, report.text.say("The allowance month by month"), flat, {"month": "date", **money},
        {"charge": "{closing}-{opening}+{write_offs}-{recoveries}"},
        {"opening": report.text.label("opening_allowance"), "closing": report.text.label("closing_allowance")},
    )  # fmt: skip
