"""The allowance as a workbook that recomputes itself: documents, lags, rates, matrix, charge, each from the last.

Sheets refer to each other by line numbers, never by names: a customer or a segment may be called anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from arkit.money import digits
from arkit.reporting import allowance_charge
from arkit.reporting.allowance_sheet import Range, make, segments
from arkit.reporting.sections.provision import segmented
from arkit.reporting.sheet import CellFormat, Sheet
from arkit.reporting.workbook import tab_names

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report

LOST = "IF({outstanding}-{lost_before}>0,MAX(0,MIN(1,{lost}/({outstanding}-{lost_before}))),0)"
"""Of what was not lost before, the share that a month takes."""
LEFT = "IF({{opened}}-{{stayed}}>0,MAX(0,MIN({most},{part}/({{opened}}-{{stayed}}))),0)"
"""Of what left an age, the share that a part takes."""
EARLIER = "IF({lag}=1,1,OFFSET({kept},-1,0))"
"""What the months before left; rows stand by line and month."""


def sheets(report: Report, made: Provision) -> tuple[Sheet, ...]:
    """Return the sheets, in the order in which an auditor goes: documents first, the charge last."""
    text = report.text
    names = {
        "documents": text.say("Allowance documents"), "individual": text.say("Allowance one by one"),
        "lags": text.say("Allowance losses by month"), "rates": text.say("Allowance rolls"),
        "scenarios": text.say("Allowance scenarios"), "matrix": text.say("Allowance matrix"),
        "sales": text.say("Allowance from sales"), "losses": text.say("Allowance write-offs"),
        "charge": text.say("Allowance and charge"), "months": text.say("Allowance by month"),
    }  # fmt: skip
    tabs = dict(zip(names, tab_names(list(names.values())), strict=True))
    lines = made.matrix.reset_index().assign(line=range(1, len(made.matrix) + 1))
    keys = [str(name) for name in made.matrix.index.names]
    found = {
        "documents": _documents(report, made, lines, tabs["documents"]),
        "individual": _individual(report, made, tabs["individual"]),
    }
    if len(made.lags):
        found["past"] = _lags(report, made, lines, keys, tabs["lags"])
    elif len(made.rates):
        found["past"] = _rolls(report, made, tabs["rates"])
    if len(lines):
        found["scenarios"] = _scenarios(report, made, tabs["scenarios"])
        found["matrix"] = _matrix(report, made, lines, found, tabs["matrix"])
    if len(made.sales):
        found["sales"] = allowance_charge.sales(report, made, tabs["sales"])
    if not report.snapshot:
        found["losses"] = allowance_charge.losses(report, made, tabs["losses"])
    found["charge"] = allowance_charge.charge(report, made, found, tabs["charge"])
    if not report.snapshot:
        found["months"] = allowance_charge.months(report, made, tabs["months"])
    return tuple(found.values())


def _documents(report: Report, made: Provision, lines: pd.DataFrame, tab: str) -> Sheet:
    keys, rows = ["currency", *segments(made), "bucket"], made.items.assign(line=float("nan"))
    if len(lines):
        rows = made.items.merge(lines[[*keys, "line"]], how="left", on=keys)
    rows = rows.assign(customer=[report.name(who) for who in rows["customer_id"]])
    flat, parts = _named(report, rows, [name for name in keys if name not in ("currency", "bucket", "customer_id")])
    flat["bucket"] = [report.text.label(str(bucket)) for bucket in flat["bucket"]]
    flat["kind"] = [report.text.label(str(kind)) for kind in flat["kind"]]
    order = ["line", "currency", *parts, "document_id", "customer_id", "customer", "kind", "days", "bucket"]
    frame = flat[[*order, "open", "credited", "base"]].sort_values(["line", "document_id"], ignore_index=True)
    money: dict[str, CellFormat] = dict.fromkeys(("open", "credited", "base"), "money")
    return make(
        report, tab, report.text.say("Every open document, and the line of the matrix it belongs to"), frame, money,
        {"base": "IF({line}>0,{open}-{credited},0)"} if len(lines) else {},
        {"base": report.text.label("loss_base"), "credited": report.text.label("credit_used")},
    )  # fmt: skip


def _named(report: Report, rows: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, list[str]]:
    return segmented(rows.set_index(names), report.text) if names else (rows, [])


def _individual(report: Report, made: Provision, tab: str) -> Sheet:
    rows = made.individual.assign(customer=[report.name(who) for who in made.individual["customer_id"]])
    frame = rows[["currency", "document_id", "customer_id", "customer", "open", "expected_loss", "reason"]]
    return make(
        report, tab, report.text.say("What is assessed one by one, with the loss expected of each"), frame,
        {"open": "money", "expected_loss": "money", "reason": "text", "currency": "text"},
        headers={"reason": report.text.label("assessed_because")},
    )  # fmt: skip


def _lags(report: Report, made: Provision, lines: pd.DataFrame, keys: list[str], tab: str) -> Sheet:
    rows = made.lags.reset_index().merge(lines[[*keys, "line"]], on=keys)
    rows["kept"] = 1 - rows.groupby("line")["share"].cumsum()
    frame = rows[["line", "currency", "bucket", "lag", "outstanding", "lost_before", "lost", "kept", "share"]]
    frame = frame.assign(bucket=[report.text.label(str(bucket)) for bucket in frame["bucket"]])
    return make(
        report, tab, report.text.say("What was lost of past month-ends' claims, month by month after them"), frame,
        {"lag": "count", **dict.fromkeys(("outstanding", "lost_before", "lost"), "money"),
         **dict.fromkeys(("kept", "share"), "rate")},
        {"kept": f"{EARLIER}*(1-{LOST})", "share": f"{EARLIER}-{{kept}}"},
        {"kept": report.text.say("Not lost yet"), "share": report.text.say("Share lost")},
    )  # fmt: skip


def _rolls(report: Report, made: Provision, tab: str) -> Sheet:
    flat, parts = segmented(made.rates, report.text)
    buckets = made.rates.index.get_level_values("bucket")
    flat = flat.assign(line=range(1, len(flat) + 1), last=(buckets == buckets[-1]).astype(int))
    assumed = made.total.attrs["conventions"].get("last_rate")
    flat = flat.assign(assumed=0.0 if assumed is None else float(assumed))
    flat["rate"] = _chained(flat, assumed is not None)
    amounts, shares = ["opened", "stayed", "rolled", "lost"], ["roll_rate", "lost_rate", "recovered"]
    later = "MIN(1,{lost_rate}*(1-{recovered})+IF({last}=1,0,{roll_rate}*OFFSET({rate},1,0)))"
    chain = later if assumed is None else f"IF({{last}}=1,{{assumed}},{later})"
    ends = ["last"] if assumed is None else ["last", "assumed"]
    formats: dict[str, CellFormat] = {
        **dict.fromkeys(amounts, "money"), **dict.fromkeys([*shares, "assumed", "rate"], "rate"), "last": "count",
    }  # fmt: skip
    return make(
        report, tab, report.text.say("What became of each age from one month-end to the next"),
        flat[["line", "currency", *parts, "bucket", *amounts, *shares, *ends, "rate"]], formats,
        {"roll_rate": LEFT.format(part="{rolled}", most="1"),
         "lost_rate": LEFT.format(part="{lost}", most="1-{roll_rate}"), "rate": chain},
        {"rate": report.text.label("past_rate"), "last": report.text.say("Last age"),
         "assumed": report.text.say("Assumed rate of the last age")},
    )  # fmt: skip


def _chained(rolls: pd.DataFrame, assumed: bool) -> list[float]:
    """Return the rates as the sheet has them, not rounded, since each is made of the next."""
    found: list[float] = []
    for _, row in rolls[::-1].iterrows():
        after = row["roll_rate"] * found[-1] if not row["last"] and row["roll_rate"] else 0.0
        chained = min(1.0, row["lost_rate"] * (1 - row["recovered"]) + after)
        rate = row["assumed"] if assumed and row["last"] else chained
        found.append(rate if row["rate"] == row["rate"] else float("nan"))
    return found[::-1]


def _scenarios(report: Report, made: Provision, tab: str) -> Sheet:
    rows = made.scenarios.reset_index().drop_duplicates("scenario")[["scenario", "factor", "weight"]]
    base = report.text.label("scenario.base")
    rows = rows.assign(scenario=rows["scenario"].where(rows["scenario"] != "base", base))
    said = report.text.say("What lies ahead: change factors and weights, and the allowance follows")
    return make(report, tab, said, rows.reset_index(drop=True), {"factor": "number", "weight": "percent"})


def _matrix(report: Report, made: Provision, lines: pd.DataFrame, beside: Mapping[str, Sheet], tab: str) -> Sheet:
    text = report.text
    flat, parts = segmented(lines.set_index(["currency", *segments(made), "bucket"]), text)
    flat["decimals"] = [digits(str(code)) for code in flat["currency"]]
    columns = ["line", "currency", *parts, "bucket", "base"]
    documents, scenarios = beside["documents"], beside["scenarios"]
    whole = made.matrix.index.get_level_values("bucket").tolist()[:1] == ["all"]
    formulas = {"base": f"ROUND({Range.of(documents).sum_of('base', 'line')},{{decimals}})"}
    if len(made.lags):
        flat["recovered"] = made.rates["recovered"].to_numpy()
        columns.append("recovered")
        shares = Range.of(beside["past"]).sum_of("share", "line")
        formulas["rate"] = f"ROUND(MIN(1,{shares}*(1-{{recovered}})),6)"
    elif "past" in beside:
        formulas["rate"] = f"ROUND({Range.of(beside['past']).sum_of('rate', 'line')},6)"
    names, ahead = scenarios.frame["scenario"], Range.of(scenarios)
    ahead_of = [f"{ahead.cell('weight', at)}*MIN(1,{{rate}}*{ahead.cell('factor', at)})" for at in range(len(names))]
    formulas |= {
        "expected_rate": f"ROUND({'+'.join(ahead_of)},6)",
        "allowance": "ROUND({base}*{expected_rate},{decimals})",
    }
    past = "past_rate" if made.method in ("loss_rates", "roll_rates") else "given_rate"
    said = text.say("The provision matrix: base, rate, allowance") if not whole else text.say("One rate of the balance")
    return make(
        report, tab, said, flat[[*columns, "rate", "expected_rate", "decimals", "allowance"]],
        {"base": "money", "rate": "rate", "expected_rate": "rate", "recovered": "rate", "allowance": "money",
         "decimals": "count"},
        formulas, {"base": text.label("loss_base"), "rate": text.label(past)},
    )  # fmt: skip
