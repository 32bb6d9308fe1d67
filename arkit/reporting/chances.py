"""What the open items are expected to become, and whether the payment model beat the customer's own past rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.reporting.blocks import Chart, Html, Number, heading, join, paragraph
from arkit.reporting.wording import sentence
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.diagnosis.backtest import Backtest
    from arkit.diagnosis.payment_model import Payments
    from arkit.reporting.page import Report

TARGETS = {"30+": 30, "90+": 90}


def expected(report: Report) -> pd.DataFrame:
    """Return what of the open items shown is expected to be paid late: a row per currency and target.

    Columns ``currency, target, open, already`` (so late today), ``to_come`` (expected of the rest), ``expected`` (both)
    in major units, and ``share`` (0-1) of what is open. Empty where nothing can be expected.
    """
    found: Payments = report.found("payment_model")
    items = report.selection.of(found.frame)
    items = items[items["p_late"].notna()]
    rows = []
    for code in report.currencies:
        mine = items[items["currency"] == code]
        owed = float(mine["open"].sum())
        for target, days in TARGETS.items():
            already = float(mine.loc[mine["late_days"] > days, "open"].sum())
            total = float((mine["open"] * mine[f"p_{days}"]).sum())
            if owed:
                rows.append(
                    {
                        "currency": code, "target": target, "open": owed, "already": already,
                        "to_come": total - already, "expected": total, "share": total / owed,
                    }
                )  # fmt: skip
    return pd.DataFrame(rows, columns=["currency", "target", "open", "already", "to_come", "expected", "share"])


def expected_table(report: Report, rows: pd.DataFrame, currency: str) -> Html:
    """Return what is expected to be paid late, as a table."""
    text = report.text
    shown = rows[rows["currency"] == currency].copy()
    shown["target"] = [text.label(f"paid_{target}") for target in shown["target"]]
    heads = {
        "target": text.say("Paid"),
        "already": text.say("So late already"),
        "to_come": text.say("Expected to follow"),
        "expected": text.say("Together"),
        "share": text.say("Of the open invoices"),
    }
    return Html(
        tables.table(
            shown,
            {"target": "text", "already": "money", "to_come": "money", "expected": "money", "share": "percent"},
            text.lang,
            caption=text.of(text.say("Expected to be paid late"), currency),
            currency=currency,
            headers=heads,
        )
    )


def said_of_model(report: Report) -> str:
    """Say what the chances rest on, and whether the model beat the plain rate on cases that it had not seen."""
    text = report.text
    found: Payments = report.found("payment_model")
    said = [sentence(note, text) for note in found.notes]
    for target, row in found.record[found.record["used"] == "model"].iterrows():
        if target in TARGETS:
            said.append(
                text.say(
                    "{target}: on {cases} cases that it had not seen the payment model erred less than the customer's "
                    "own past late rate (Brier score {model} against {plain}) and sorted better (AUC {auc} against "
                    "{auc_plain}), so the model is used.",
                    target=text.label(f"paid_{target}"),
                    cases=text.number(float(row["cases"])),
                    model=text.number(float(row["brier_model"]), 3),
                    plain=text.number(float(row["brier_plain"]), 3),
                    auc=text.number(float(row["auc_model"]), 2),
                    auc_plain=text.number(float(row["auc_plain"]), 2),
                )
            )

    return join(said)


def record(report: Report, found: Backtest) -> tuple[list[Html | Chart], dict[str, Number]]:
    """Return the payment model against the customer's own past rate, and its chances against what came true."""
    from arkit.charts import record as charts

    text, rows = report.text, found.record
    blocks: list[Html | Chart] = [heading(text.say("The payment model"))]
    if rows.empty:
        return [*blocks, paragraph(text.say("The payment model had nothing to learn from."))], {}
    shown = rows.assign(target=[text.label(f"paid_{target}") for target in rows["target"]])
    kinds: dict[str, tables.Kind] = {
        "target": "text", "cases": "count", "share": "percent", "foreseen": "percent", "auc_model": "number",
        "auc_plain": "number", "brier_model": "said", "brier_plain": "said",
    }  # fmt: skip
    for name in ("brier_model", "brier_plain"):
        shown[name] = [text.number(float(value), 4) for value in shown[name]]
    heads = {
        "target": text.say("Paid"),
        "share": text.say("Came true"),
        "foreseen": text.say("Foreseen"),
        "auc_model": text.say("Sorting power, model"),
        "auc_plain": text.say("Sorting power, past rate"),
        "brier_model": text.say("Error (Brier), model"),
        "brier_plain": text.say("Error (Brier), past rate"),
        "cases": text.say("Cases"),
    }
    caption = text.say("The payment model against the customer's own past late rate")
    blocks += [
        paragraph(*against(report, rows)),
        Html(tables.table(shown, kinds, text.lang, caption=caption, headers=heads)),
    ]
    cut = found.calibration.assign(target=[text.label(f"paid_{target}") for target in found.calibration["target"]])
    written = tables.table(
        cut,
        {"target": "text", "fifth": "count", "foreseen": "percent", "came_true": "percent", "cases": "count"},
        text.lang,
        caption=text.say("Foreseen and come true, by fifths of the chance"),
        headers={
            "target": text.say("Paid"), "fifth": text.say("Fifth"), "foreseen": text.say("Foreseen"),
            "came_true": text.say("Came true"), "cases": text.say("Cases"),
        },
    )  # fmt: skip
    alt = text.say("Line chart: chances foreseen against how often it came true; on the diagonal they agree.")
    blocks.append(Chart(charts.calibration(found.calibration, text.lang), alt, written))
    figures: dict[str, Number] = {
        f"signals_record.model.{row['target']}.{name}": float(row[name])
        for row in rows.to_dict("records")
        for name in ("cases", "share", "foreseen", "auc_model", "auc_plain", "brier_model", "brier_plain")
    }
    return blocks, figures


def against(report: Report, rows: pd.DataFrame) -> list[str]:
    """Say for which delays the model was better than the plain rate at past month-ends, and for which it was not."""
    text = report.text
    better = (rows["brier_model"] < rows["brier_plain"]) & (rows["auc_model"] >= rows["auc_plain"])
    known = rows["auc_model"].notna()
    said = []
    for mask, template in (
        (
            better & known,
            N_("The model erred less and sorted better than the customer's own past late rate for: {targets}."),
        ),
        (~better & known, N_("The customer's own past late rate did as well or better for: {targets}.")),
        (~known, N_("Too few cases of either outcome to compare for: {targets}.")),
    ):
        names = [text.inline(f"paid_{target}") for target in rows.loc[mask, "target"]]
        said += [text.say(template, targets=text.listed(names))] if names else []
    return said
