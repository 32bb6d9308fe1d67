"""How one customer has paid: balance and age, days to pay against terms, promises, disputes, what bounced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arkit import charts, tables
from arkit.charts.position import bucket_columns
from arkit.money import major
from arkit.reporting.blocks import Chart, Html, Number, Section, Tile, band, heading, note, paragraph
from arkit.reporting.review import Case, case, nobody
from arkit.reporting.sections import title
from arkit.reporting.standing import of_currency
from arkit.reporting.wording import dated
from arkit.text import UNDEFINED

if TYPE_CHECKING:
    from arkit.reporting.page import Report

SHOWN = 10
YEAR = 365


def build(report: Report) -> Section:
    """Return how the customer has paid; of a ledger without settlements, what would tell."""
    text, found = report.text, case(report)
    if found is None:
        return nobody(report, "review_history")
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    if report.snapshot or found.past.moves.empty:
        said = text.say(
            "The ledger holds no settlements: how the customer paid in the past, and how the balance moved, is not "
            "known from it. An export with paid invoices and receipts would tell."
        )
        blocks.append(note(said, label=text.say("Missing:"), warning=True))
    else:
        for code in found.currencies:
            made, numbers = _paid(report, found, code)
            blocks += made
            figures |= numbers
    for part in (_promises, _disputes, _lost):
        blocks += part(report, found)
    return Section("review_history", text.say(title("review_history")), (), tuple(blocks), figures)


def _paid(report: Report, found: Case, code: str) -> tuple[list[Html | Chart], dict[str, Number]]:
    text = report.text
    blocks: list[Html | Chart] = [heading(text.currency(code))] if len(found.currencies) > 1 else []
    paid = found.payments(code)
    year = paid[paid["effective"] > pd.Timestamp(report.as_of) - pd.Timedelta(days=YEAR)]
    weight = year["minor"].to_numpy(dtype=np.float64)
    total = float(weight.sum())
    mean = {
        name: float((weight * year[name].to_numpy(dtype=np.float64)).sum() / total) if total else float("nan")
        for name in ("days", "terms")
    }
    late = float(weight[(year["late_days"] > 0).to_numpy()].sum() / total) if total else float("nan")
    promised = found.promises
    lately = promised[promised["due_on"] > pd.Timestamp(report.as_of) - pd.Timedelta(days=YEAR)]
    kept = text.say("{kept} of {n}", kept=text.number(int(lately["kept"].sum())), n=text.number(len(lately)))
    tiles = [
        Tile(
            text.say("Days to pay"),
            text.number(mean["days"]),
            text.say("granted {days}", days=text.number(mean["terms"])) if total else text.say("nothing was paid"),
        ),
        Tile(
            text.say("Paid late"),
            text.percent(late, 0),
            text.say("of what was paid") if total else text.say("nothing was paid"),
        ),
        Tile(text.say("Paid in 12 months"), text.short(_major(total, code), money=code), text.currency(code)),
        Tile(text.say("Promises kept"), kept if len(lately) else UNDEFINED, text.say("of those that came due")),
    ]
    blocks.append(band(tiles, label=text.say("The last 12 months")))
    figures: dict[str, Number] = {
        f"review_history.{code}.days": mean["days"],
        f"review_history.{code}.terms": mean["terms"],
        f"review_history.{code}.late_share": late,
        f"review_history.{code}.paid": _major(total, code),
        "review_history.promises": len(lately),
        "review_history.promises_kept": int(lately["kept"].sum()),
    }
    blocks.append(_balance(report, found, code))
    if len(paid) > 1:
        blocks.append(_speed(report, paid, code))
    return blocks, figures


def _balance(report: Report, found: Case, code: str) -> Chart:
    text = report.text
    frame = of_currency(report.measure("aging_history", months=max(report.months, 2), by="customer_id"), code)
    own = frame.index.get_level_values("customer_id").astype("str") == found.customer_id
    mine = frame[own].droplevel("customer_id")
    mine = mine[mine.index >= found.documents["date"].min()]
    keyed = mine.set_index(pd.MultiIndex.from_product([[code], mine.index], names=["currency", "as_of"]))
    columns = [*bucket_columns(mine), "total"]
    table = tables.table(
        mine.rename_axis("as_of").reset_index().sort_values("as_of", ascending=False),
        {"as_of": "date", **dict.fromkeys(columns, "money")},
        text.lang,
        caption=text.of(text.say("What was owed at each month-end, by age"), code),
        currency=code,
    )
    alt = text.say("Stacked columns: what the customer owed at each month-end, by age.")
    return Chart(charts.aging_history(keyed, text.lang, currency=code), alt, table)


def _speed(report: Report, paid: pd.DataFrame, code: str) -> Chart:
    from arkit.charts import review

    text = report.text
    weight = paid["minor"].astype("float64")
    rows = pd.DataFrame({"days": paid["days"] * weight, "terms": paid["terms"] * weight, "weight": weight})
    sums = rows.groupby(paid["effective"] + pd.offsets.MonthEnd(0)).sum()
    last = pd.Timestamp(report.as_of) + pd.offsets.MonthEnd(0)
    ends = pd.date_range(end=last, periods=max(report.months, 2), freq="ME")
    ends = ends[ends >= sums.index.min()]
    sums = sums.reindex(ends)
    shown = pd.DataFrame({name: sums[name] / sums["weight"] for name in ("days", "terms")}, index=ends)
    table = tables.table(
        shown.rename_axis("month").reset_index().sort_values("month", ascending=False),
        {"month": "date", "days": "days", "terms": "days"},
        text.lang,
        caption=text.of(text.say("Days to pay by month of payment, weighted by amount"), code),
        headers={"days": text.say("Days to pay"), "terms": text.say("Terms granted")},
    )
    alt = text.say("Line chart: days from invoice to payment by month, against the terms granted.")
    return Chart(review.days_to_pay(shown, text.lang), alt, table)


def _promises(report: Report, found: Case) -> list[Html | Chart]:
    text, rows = report.text, found.promises
    blocks: list[Html | Chart] = [heading(text.say("Promises"))]
    if found.past.activities.empty:
        said = text.say("The ledger holds no log of contacts: promises and disputes are not known.")
        return [*blocks, note(said, label=text.say("Missing:"))]
    log = found.activities
    running = log[log["kind"].eq("promise") & (log["due_on"] >= pd.Timestamp(report.as_of))]
    for row in running.head(3).to_dict("records"):
        amount = text.money(float(row["amount"]), found.currency) if not pd.isna(row.get("amount")) else ""
        said = text.say("Running: promised {amount} for {day}.", amount=amount, day=dated(row["due_on"], text))
        blocks.append(paragraph(said))
    if rows.empty:
        return [*blocks, paragraph(text.say("No promise has come due."))]
    shown = rows.head(SHOWN).assign(
        kept=[text.say("kept") if kept else text.say("broken") for kept in rows["kept"].head(SHOWN)],
        amount=[value if value else float("nan") for value in rows["amount"].head(SHOWN)],
    )
    kinds: dict[str, tables.Kind] = {
        "document_id": "text", "date": "date", "due_on": "date", "amount": "money", "kept": "text",
    }  # fmt: skip
    heads = {"due_on": text.say("Promised for"), "kept": text.say("Kept"), "date": text.say("Given on")}
    caption = text.say(
        "Promises: {kept} of {n} kept", kept=text.number(int(rows["kept"].sum())), n=text.number(len(rows))
    )
    return [
        *blocks,
        Html(tables.table(shown, kinds, text.lang, caption=caption, currency=found.currency, headers=heads)),
    ]


def _disputes(report: Report, found: Case) -> list[Html | Chart]:
    text, log = report.text, found.activities
    if log.empty:
        return []
    opened = log[log["kind"].eq("dispute_opened")]
    blocks: list[Html | Chart] = [heading(text.say("Disputes"))]
    if opened.empty:
        return [*blocks, paragraph(text.say("No dispute was logged."))]
    closed = log[log["kind"].eq("dispute_closed")].drop_duplicates("document_id").set_index("document_id")
    ended = closed.reindex(opened["document_id"])
    shown = pd.DataFrame(
        {
            "document_id": opened["document_id"].astype("object").where(opened["document_id"].notna(), ""),
            "date": opened["date"],
            "closed": [dated(day, text) if not pd.isna(day) else text.say("open") for day in ended["date"]],
            "outcome": [text.label(f"outcome_{said}") if not pd.isna(said) else "" for said in ended["outcome"]],
        }
    )
    kinds: dict[str, tables.Kind] = {"document_id": "text", "date": "date", "closed": "text", "outcome": "text"}
    heads = {"date": text.say("Opened"), "closed": text.say("Closed"), "outcome": text.say("Outcome")}
    caption = text.plural("{n} dispute", "{n} disputes, the latest first", len(opened))
    return [*blocks, Html(tables.table(shown.head(SHOWN), kinds, text.lang, caption=caption, headers=heads))]


def _lost(report: Report, found: Case) -> list[Html | Chart]:
    """Return what bounced and what was written off."""
    text, moves = report.text, found.of(found.past.moves)
    bounced = found.documents[found.documents["kind"].eq("bounced")]
    lost = moves[moves["event"].eq("write_off")] if len(moves) else moves
    if report.snapshot and bounced.empty:
        return []
    blocks: list[Html | Chart] = [heading(text.say("Bounced and written off"))]
    amount = major(lost["minor"].astype("float64"), lost["currency"].astype("str")) if len(lost) else lost["minor"]
    lost = lost.assign(date=lost["effective"], amount=amount, kind="write_off")
    names = ["document_id", "kind", "date", "amount", "currency"]
    found_any = [part[names] for part in (bounced, lost) if len(part)]
    if not found_any:
        return [*blocks, paragraph(text.say("Nothing bounced and nothing was written off."))]
    rows = pd.concat(found_any)
    rows = rows.assign(kind=[text.label(str(kind)) for kind in rows["kind"]])
    rows = rows.sort_values("date", ascending=False, kind="stable")
    kinds: dict[str, tables.Kind] = {"document_id": "text", "kind": "text", "date": "date", "amount": "money"}
    caption = text.plural("{n} entry", "{n} entries, the latest first", len(rows))
    return [*blocks, Html(tables.table(rows.head(SHOWN), kinds, text.lang, caption=caption))]


def _major(minor: float, code: str) -> float:
    return float(major(pd.Series([minor]), pd.Series([code])).iloc[0])
