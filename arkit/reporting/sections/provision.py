"""The loss allowance: the matrix, what lies ahead, the roll-forward, and what past matrices were worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.reporting import provision_words as words
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note, paragraph
from arkit.reporting.groups import name as group_name
from arkit.reporting.provision_record import record, record_figures
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report
    from arkit.text import Text

TESTED = ("loss_rates", "roll_rates", "aging", "percentage_of_balance")
"""Methods whose matrix can be held against what was lost."""
MOST = 15
"""Claims assessed one by one that the page shows."""


def build(report: Report) -> Section:
    """Return the allowance; of a snapshot without given rates, why it can not be had."""
    text, heard = report.text, report.text.say(title("provision"))
    method = report.provision.get("method", "loss_rates")
    if report.snapshot and method in ("loss_rates", "roll_rates"):
        said = text.say("A snapshot of open items has no past: the allowance needs given rates.")
        return Section("provision", heard, blocks=(note(said, label=text.say("Missing:"), warning=True),))
    made = report.found("provision")
    tested = made.method in TESTED and not report.snapshot
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        figures |= _figures(made, code)
        blocks += _position(report, made, code)
        blocks += _moves(report, made, code)
        if tested:
            found = report.found("provision_backtest")
            figures |= record_figures(found, code)
            blocks += record(report, found, code)
    notes = (*made.notes, *(report.found("provision_backtest").notes if tested else ()))
    blocks += [note(_sentence(said.to(text.lang), text)) for said in notes]
    blocks += [
        heading(text.say("What the terms mean")),
        words.terms(made, text),
        heading(text.say("Conventions")),
        words.conventions(made, text),
    ]
    apart = "provision_documents" in report.kind.sections  # which has the sheets
    return Section(
        "provision", heard, words.lead(made, text), tuple(blocks), figures, () if apart else _sheets(report, made)
    )


def _sentence(said: str, text: Text) -> str:
    return said + "。" if text.lang == "zh" else f"{said[:1].upper()}{said[1:]}."


def _figures(made: Provision, code: str) -> dict[str, Number]:
    figures: dict[str, Number] = {}
    for frame, kind in ((made.matrix, "matrix"), (made.total, "total"), (made.scenarios, "scenario")):
        for key, row in frame.iterrows():
            keys = [str(part) for part in (key if isinstance(key, tuple) else (key,))]
            if keys[0] == code:
                place = ".".join(["provision", code, kind, *keys[1:]])
                figures |= {f"{place}.{column}": float(row[column]) for column in frame.columns}
    for key, row in made.roll_forward.iterrows():
        keys = [str(part) for part in (key if isinstance(key, tuple) else (key,))]
        if keys[0] == code:
            place = ".".join(["provision", code, *keys[1:-1], keys[-1][:10]])
            figures |= {f"{place}.{column}": float(row[column]) for column in made.roll_forward.columns}
    return figures


def segmented(rows: pd.DataFrame, text: Text) -> tuple[pd.DataFrame, list[str]]:
    """Return rows whose segments are named in the reader's language, as columns, and the names of these columns."""
    names = [str(name) for name in rows.index.names if name not in ("currency", "bucket", "scenario", "month")]
    flat = rows.reset_index()
    for name in names:
        flat[name] = [group_name(str(value), name, text) for value in flat[name]]
    if "bucket" in flat:
        flat["bucket"] = [text.label(str(value)) for value in flat["bucket"]]
    return flat, names


def _position(report: Report, made: Provision, code: str) -> list[Html | Chart]:
    text = report.text
    sums = words.sums_of(made, code)
    blocks: list[Html | Chart] = [paragraph(words.position(made, code, text))]
    matrix = _of(made.matrix, code)
    if len(matrix) and matrix["allowance"].notna().any():
        flat, names = segmented(matrix, text)
        kinds: dict[str, tables.Kind] = {
            **dict.fromkeys([*names, "bucket"], "text"),
            "base": "money", "rate": "rate", "expected_rate": "rate", "allowance": "money",
        }  # fmt: skip
        past = "past_rate" if made.method in ("loss_rates", "roll_rates") else "given_rate"
        table = tables.table(
            flat,
            kinds,
            text.lang,
            caption=text.of(text.say("Provision matrix"), code),
            currency=code,
            headers={"base": text.label("loss_base"), "rate": text.label(past)},
            total={[*names, "bucket"][0]: text.say("Total"), "base": sums["base"], "allowance": sums["collective"]},
        )
        alt = text.say("Column chart of the loss allowance by age, with its share of what is owed.")
        drawn = Chart(charts.allowance(made.matrix, text.lang, currency=code), alt, table)
        ages = matrix.index.unique("bucket")
        blocks.append(drawn if sums["collective"] > 0 and len(ages) > 1 else Html(table))
    if sums["collective"] and len(made.scenarios.index.unique("scenario")) > 1:
        blocks.append(Html(_scenarios(made, code, text)))
    apart = made.individual[made.individual["currency"] == code]
    if len(apart):
        blocks.append(Html(_apart(report, apart, code)))
    if sums["base"] + sums["individually_assessed"] > 0 and made.method not in ("direct", "percentage_of_sales"):
        blocks.append(Html(_disclosed(made, code, text)))
    return blocks


def _disclosed(made: Provision, code: str, text: Text) -> str:
    """Return what is owed, the allowance and what is left, by kind of assessment, as the notes of accounts have it."""
    rows = _of(made.total, code)
    flat, names = segmented(rows, text)
    together = text.say(N_("Assessed together") if len(made.matrix) else N_("The rest, without an allowance"))
    kinds = [" · ".join([together, *(str(row[name]) for name in names)]) for _, row in flat.iterrows()]
    parts = pd.DataFrame(
        {
            "assessed": [text.say("Assessed one by one"), *kinds],
            "owed": [rows["individually_assessed"].sum(), *rows["base"]],
            "allowance": [rows["individual"].sum(), *rows["collective"]],
        }
    )
    whole = parts[["owed", "allowance"]].sum(skipna=False)
    parts = parts[parts["owed"] > 0]
    parts = parts.assign(
        share=parts["owed"] / whole["owed"],
        coverage=parts["allowance"] / parts["owed"],
        carried=parts["owed"] - parts["allowance"],
    )
    return tables.table(
        parts,
        {"assessed": "text", "owed": "money", "share": "percent", "allowance": "money", "coverage": "rate",
         "carried": "money"},
        text.lang,
        caption=text.of(text.say("The allowance by kind of assessment"), code),
        currency=code,
        headers={name: text.label(f"allowance.{name}") for name in ("assessed", "owed", "carried")},
        total={
            "assessed": text.say("Total"), "owed": whole["owed"], "share": 1.0, "allowance": whole["allowance"],
            "coverage": whole["allowance"] / whole["owed"], "carried": whole["owed"] - whole["allowance"],
        },
    )  # fmt: skip


def _scenarios(made: Provision, code: str, text: Text) -> str:
    rows = _of(made.scenarios, code)
    sums = rows.groupby(level="scenario", sort=False).agg(
        factor=("factor", "first"), weight=("weight", "first"), allowance=("allowance", "sum")
    )
    flat = sums.reset_index()
    flat["scenario"] = [text.label(f"scenario.{s}") if s == "base" else s for s in flat["scenario"]]
    return tables.table(
        flat,
        {"scenario": "text", "factor": "number", "weight": "percent", "allowance": "money"},
        text.lang,
        caption=text.of(text.say("What lies ahead: the allowance were each scenario certain"), code),
        currency=code,
    )


def _apart(report: Report, apart: pd.DataFrame, code: str) -> str:
    text = report.text
    rows = tables.largest_first(apart[apart["open"] > 0], "expected_loss", MOST)
    rows = rows.assign(customer=[report.name(who) for who in rows["customer_id"]])
    return tables.table(
        rows,
        {"document_id": "text", "customer": "text", "open": "money", "expected_loss": "money", "reason": "text"},
        text.lang,
        caption=text.of(text.say("Assessed one by one"), code),
        currency=code,
        headers={"reason": text.label("assessed_because")},
        total={
            "document_id": text.plural("All: {n} document", "All: {n} documents", len(apart)),
            "open": apart["open"].sum(), "expected_loss": apart["expected_loss"].sum(),
        },
    )  # fmt: skip


def _moves(report: Report, made: Provision, code: str) -> list[Html | Chart]:
    text, moved = report.text, _of(made.roll_forward, code)
    if report.snapshot or not moved.fillna(0).to_numpy().any():
        return []
    months = moved.groupby(level="month").sum(min_count=len(moved) // moved.index.get_level_values("month").nunique())
    flat = months.reset_index().sort_values("month", ascending=False)
    columns = ("opening", "charge", "write_offs", "recoveries", "closing")
    table = tables.table(
        flat.assign(month=[text.iso(day) for day in flat["month"]]),
        {"month": "text", **dict.fromkeys(columns, "money")},
        text.lang,
        caption=text.of(text.say("The allowance month by month"), code),
        currency=code,
        headers={"opening": text.label("opening_allowance"), "closing": text.label("closing_allowance")},
        total={
            "month": text.say("Total"), "opening": months["opening"].iloc[0], "closing": months["closing"].iloc[-1],
            **months[["charge", "write_offs", "recoveries"]].sum(skipna=False),
        },
    )  # fmt: skip
    said = words.charge(made, code, text)
    blocks: list[Html | Chart] = [paragraph(said)] if said else []
    if made.method == "direct":
        return [*blocks, Html(table)]
    alt = text.say("Columns of charge and write-offs by month, and the allowance as a line.")
    return [*blocks, Chart(charts.allowance_history(made.roll_forward, text.lang, currency=code), alt, table)]


def _of(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    rows: pd.DataFrame = frame[frame.index.get_level_values("currency") == code]
    return rows


def _sheets(report: Report, made: Provision) -> tuple[Sheet, ...]:
    from arkit.reporting.allowance_book import sheets

    return sheets(report, made)
