"""The loss allowance: the matrix, what lies ahead, the roll-forward, and what past matrices were worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import charts, tables
from arkit.measures.allowance.methods import SOURCES
from arkit.reporting.blocks import Chart, Html, Number, Section, described, heading, join, note, paragraph
from arkit.reporting.conventions import worded
from arkit.reporting.groups import name as group_name
from arkit.reporting.provision_record import record, record_figures
from arkit.reporting.sections import title
from arkit.reporting.sheet import Sheet
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report
    from arkit.text import Text

METHODS: dict[str, str] = {
    "loss_rates": N_("by the loss rates of this ledger's own past"),
    "roll_rates": N_("by roll rates multiplied through to loss"),
    "aging": N_("by given rates for each age"),
    "percentage_of_balance": N_("by one given rate of the balance"),
    "percentage_of_sales": N_("by one given rate of credit sales"),
    "individual": N_("item by item"),
    "direct": N_("by direct write-off, without an allowance"),
}
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
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        if len(report.currencies) > 1:
            blocks.append(heading(text.currency(code)))
        figures |= _figures(made, code)
        blocks += _position(report, made, code)
        blocks += _moves(report, made, code)
        if made.method in TESTED:
            found = report.found("provision_backtest")
            figures |= record_figures(found, code)
            blocks += record(report, found, code)
    tested = report.found("provision_backtest").notes if made.method in TESTED else ()
    blocks += [note(_sentence(said.to(text.lang), text)) for said in (*made.notes, *tested)]
    blocks += [
        heading(text.say("What the terms mean")),
        _terms(text),
        heading(text.say("Conventions")),
        _conventions(made, text),
    ]
    apart = "provision_documents" in report.kind.sections  # which has the sheets
    return Section(
        "provision", heard, _lead(made, text), tuple(blocks), figures, () if apart else _sheets(report, made)
    )


def _sentence(said: str, text: Text) -> str:
    return said + "。" if text.lang == "zh" else f"{said[:1].upper()}{said[1:]}."


def _lead(made: Provision, text: Text) -> tuple[str, ...]:
    return (
        text.say(
            "The loss allowance is the part of today's receivables that will not be paid, if claims of each age go the "
            "way of those before them. It is made {method}.",
            method=text.say(METHODS[made.method]),
        ),
    )


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
    rows = _of(made.total, code)
    sums = rows.sum(skipna=False)
    blocks: list[Html | Chart] = [paragraph(_said(report, made, code, sums))]
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
        blocks.append(drawn if sums["collective"] else Html(table))
    if sums["collective"] and len(made.scenarios.index.unique("scenario")) > 1:
        blocks.append(Html(_scenarios(made, code, text)))
    apart = made.individual[made.individual["currency"] == code]
    if len(apart):
        blocks.append(Html(_apart(report, apart, code)))
    return blocks


def _said(report: Report, made: Provision, code: str, sums: pd.Series) -> str:
    text = report.text
    covered = sums["base"] + sums["individually_assessed"]
    if sums["allowance"] != sums["allowance"]:
        return text.say("The allowance is not defined: see the remarks below.")
    if not covered:
        return text.say("Nothing is owed, so nothing is to be provided for.")
    said = text.say(
        "Of {base} that customers owe after their own credits, {allowance} is expected to be lost: {coverage}.",
        base=text.money(covered, code),
        allowance=text.money(sums["allowance"], code),
        coverage=text.percent(sums["allowance"] / covered, 2),
    )
    if not sums["left_out"]:
        return said
    apart = text.say(
        "Credits beyond what their customers owe, {amount}, are left out.",
        amount=text.money(abs(sums["left_out"]), code),
    )
    return join([said, apart])


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
    )


def _moves(report: Report, made: Provision, code: str) -> list[Html | Chart]:
    text, moved = report.text, _of(made.roll_forward, code)
    if not len(moved) or not moved.fillna(0).to_numpy().any():
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
    )
    sums = _of(made.total, code).sum(skipna=False)
    blocks: list[Html | Chart] = []
    if sums["charge"] == sums["charge"] and sums["opening"] == sums["opening"]:
        template = (
            N_("Since {since}, {lost} was written off and {back} came back; the allowance takes a charge of {charge}.")
            if sums["charge"] >= 0
            else N_(
                "Since {since}, {lost} was written off and {back} came back; {charge} of the allowance is released."
            )
        )
        amounts = {"lost": sums["write_offs"], "back": sums["recoveries"], "charge": abs(sums["charge"])}
        said = {name: text.money(amount, code) for name, amount in amounts.items()}
        blocks.append(paragraph(text.say(template, since=text.date(made.since), **said)))
    alt = text.say("Columns of charge and write-offs by month, and the allowance as a line.")
    return [*blocks, Chart(charts.allowance_history(made.roll_forward, text.lang, currency=code), alt, table)]


def _of(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    rows: pd.DataFrame = frame[frame.index.get_level_values("currency") == code]
    return rows


def _terms(text: Text) -> Html:
    said = (
        ("loss_base", N_("Claims less their customer's credits, the oldest first; a customer in credit is left out.")),
        ("past_rate", N_("Of what stood open at this age at past month-ends: the share lost later, net.")),
        ("expected_rate", N_("The rate under each scenario of the months ahead, weighted by how likely it is.")),
        ("coverage", N_("The allowance over what it covers.")),
        ("charge", N_("What profit bears: closing less opening allowance, plus write-offs, less recoveries.")),
    )  # fmt: skip
    return described(
        [(text.label(key), [text.say(words)]) for key, words in said], label=text.say("What the terms mean")
    )


def _conventions(made: Provision, text: Text) -> Html:
    conventions = made.total.attrs["conventions"]
    pairs = worded(conventions, text, leave=("credits",))
    if "follow" in conventions:
        pairs.append((text.say("Months followed"), conventions["follow"]))
    pairs += [
        (text.say("Losses"), text.say("write-offs; credit notes are none")),
        (text.say("Recoveries"), text.say("the currency's share of write-offs that came back")),
        (text.say("Rounding"), text.say("rates to 0.0001 %, then each line once, half up")),
        (text.say("Rests on"), SOURCES[made.method].to(text.lang)),
    ]
    return Html(tables.terms(pairs, label=text.say("Conventions")))


def _sheets(report: Report, made: Provision) -> tuple[Sheet, ...]:
    from arkit.reporting.allowance_book import sheets

    return sheets(report, made)
