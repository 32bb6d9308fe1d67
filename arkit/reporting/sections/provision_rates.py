"""How the rates came about: what of past month-ends' claims was lost, or rolled on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arkit import tables
from arkit.measures.allowance.methods import GIVEN
from arkit.reporting.blocks import Chart, Html, Number, Section, heading, note
from arkit.reporting.sections import title
from arkit.reporting.sections.provision import segmented
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.page import Report

KINDS: dict[str, tuple[tuple[str, tables.Kind], ...]] = {
    "loss_rates": (
        ("outstanding", "money"), ("lost", "money"), ("on_record", "count"), ("recovered", "rate"), ("rate", "rate"),
        ("source", "text"),
    ),
    "roll_rates": (
        ("opened", "money"), ("stayed", "money"), ("rolled", "money"), ("lost", "money"), ("roll_rate", "rate"),
        ("lost_rate", "rate"), ("on_record", "count"), ("recovered", "rate"), ("rate", "rate"), ("source", "text"),
    ),
}  # fmt: skip


def build(report: Report) -> Section:
    """Return what each rate is made of; of given rates, that they were given."""
    text, heard = report.text, report.text.say(title("provision_rates"))
    method = report.provision.get("method", "loss_rates")
    if method not in KINDS:
        said = (
            N_("The rates were given, not found in the ledger.") if method in GIVEN else N_("This method has no rates.")
        )
        return Section("provision_rates", heard, (text.say(said),))
    if report.snapshot:
        said = text.say("A snapshot of open items has no past: the allowance needs given rates.")
        return Section("provision_rates", heard, blocks=(note(said, label=text.say("Missing:"), warning=True),))
    made = report.found("provision")
    blocks: list[Html | Chart] = []
    figures: dict[str, Number] = {}
    for code in report.currencies:
        rows = made.rates[made.rates.index.get_level_values("currency") == code]
        if rows.empty:
            continue
        flat, names = segmented(rows, text)
        flat["source"] = [
            text.label("no_past" if rate != rate else "own_past" if own else "currency_past")
            for own, rate in zip(flat["own"], flat["rate"], strict=True)
        ]
        if "last_rate" in made.total.attrs["conventions"]:
            buckets = rows.index.get_level_values("bucket")
            flat["source"] = flat["source"].where(buckets != buckets[-1], text.say("an assumption"))
        blocks.append(heading(text.currency(code)))
        table = tables.table(
            flat,
            {**dict.fromkeys([*names, "bucket"], "text"), **dict(KINDS[method])},
            text.lang,
            caption=text.of(text.say("What each rate is made of"), code),
            currency=code,
            headers={"rate": text.label("past_rate"), "source": text.label("rate_source")},
        )
        blocks.append(Html(table))
        for key, row in rows.iterrows():
            place = ".".join(["provision_rates", *map(str, key)])
            figures |= {f"{place}.{name}": float(row[name]) for name, _ in KINDS[method] if name != "source"}
    if not blocks:
        blocks.append(note(text.say("Nothing is on record by this date.")))
    return Section("provision_rates", heard, _lead(report, method), tuple(blocks), figures)


def _lead(report: Report, method: str) -> tuple[str, ...]:
    text, conventions = report.text, report.found("provision").total.attrs["conventions"]
    if method == "roll_rates":
        return (
            text.say(
                "From month-end to month-end, claims of an age stay, roll on, are lost or are paid. Of what leaves, "
                "the share that rolled on meets the rate of the next age, and the share lost is lost at once: "
                "multiplied through, they make the rate of loss."
            ),
        )
    return (
        text.say(
            "Each of the last {months} month-ends is followed for {follow} months: what of its claims of an age was "
            "written off in the first month after it, in the second, and so on. A young month-end tells of the months "
            "that it has seen. What each month takes of what was not lost before makes the rate, less what came back; "
            "the workbook has each month.",
            months=conventions["months"],
            follow=conventions["follow"],
        ),
    )
