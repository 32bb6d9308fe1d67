"""The end of the allowance's workbook: sales, what was lost, the charge, and the months between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from arkit.money import digits
from arkit.reporting.allowance_sheet import Range, make, segments
from arkit.reporting.sections.provision import segmented
from arkit.reporting.sheet import CellFormat, Sheet

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.reporting.page import Report


def sales(report: Report, made: Provision, tab: str) -> Sheet:
    """Return the credit sales by month, and what the rate makes of them."""
    flat = made.sales.reset_index()
    if names := segments(made):
        flat = segmented(flat.set_index(["currency", *names]), report.text)[0]
    flat["decimals"] = [digits(str(code)) for code in flat["currency"]]
    return make(
        report, tab, report.text.say("Credit sales by month, and their charge"),
        flat[["currency", *names, "month", "credit_sales", "rate", "decimals", "charge"]],
        {"month": "date", "credit_sales": "money", "rate": "rate", "decimals": "count", "charge": "money"},
        {"charge": "ROUND(MAX(0,{credit_sales})*{rate},{decimals})"}, {"rate": report.text.label("given_rate")},
    )  # fmt: skip


def losses(report: Report, made: Provision, tab: str) -> Sheet:
    """Return what was written off and what came back since the opening, by document."""
    rows = made.losses.assign(
        customer=[report.name(who) for who in made.losses["customer_id"]],
        write_offs=made.losses["amount"].where(made.losses["kind"] == "write_off", 0.0),
        recoveries=made.losses["amount"].where(made.losses["kind"] == "recovery", 0.0),
    )
    names = [name for name in segments(made) if name != "customer_id"]
    if names:
        rows = segmented(rows.set_index(names), report.text)[0]
    order = ["currency", *names, "date", "document_id", "customer_id", "customer", "write_offs", "recoveries"]
    return make(
        report, tab, report.text.say("What was written off, and what came back, since the opening"), rows[order],
        {"currency": "text", "date": "date", "write_offs": "money", "recoveries": "money"},
    )  # fmt: skip


def charge(report: Report, made: Provision, found: Mapping[str, Sheet], tab: str) -> Sheet:
    """Return the allowance and the charge of each currency, made of the other sheets."""
    parts = made.total.groupby(level="currency")
    frame = parts.sum().mask(made.total.isna().groupby(level="currency").any()).reset_index()
    individual = Range.of(found["individual"]).sum_of("expected_loss", "currency")
    formulas = {"individual": individual, "charge": "{allowance}-{opening}+{write_offs}-{recoveries}"}
    first = ["individual"]
    if "losses" in found:
        lost = Range.of(found["losses"])
        formulas |= {name: lost.sum_of(name, "currency") for name in ("write_offs", "recoveries")}
    if made.method == "direct":
        first = []
        formulas = {**formulas, "charge": "{write_offs}-{recoveries}"}
    elif made.method == "percentage_of_sales":
        first = ["sales_charge", "individual"]
        frame["sales_charge"] = frame["charge"] - frame["individual"]
        if "sales" in found:
            formulas |= {
                "sales_charge": Range.of(found["sales"]).sum_of("charge", "currency"),
                "charge": "{sales_charge}+{individual}",
                "allowance": "{opening}+{charge}-{write_offs}+{recoveries}",
            }
    else:
        formulas["allowance"] = "{individual}"
        if "matrix" in found:
            first = ["collective", "individual"]
            formulas["collective"] = Range.of(found["matrix"]).sum_of("allowance", "currency")
            formulas["allowance"] = "{collective}+{individual}"
    columns = ["currency", *first, "allowance", "opening", "write_offs", "recoveries", "charge"]
    formulas = {name: formula for name, formula in formulas.items() if name in columns}
    money: dict[str, CellFormat] = dict.fromkeys(columns[1:], "money")
    return make(
        report, tab, report.text.say("From the allowance to the charge"), frame[columns], money, formulas,
        {"opening": report.text.label("opening_allowance"), "sales_charge": report.text.say("Charge on sales")},
    )  # fmt: skip


def months(report: Report, made: Provision, tab: str) -> Sheet:
    """Return the roll-forward."""
    flat: pd.DataFrame = made.roll_forward.reset_index()
    if names := segments(made):
        flat = segmented(flat.set_index(["currency", *names]), report.text)[0]
    money: dict[str, CellFormat] = dict.fromkeys(("opening", "charge", "write_offs", "recoveries", "closing"), "money")
    formulas = (
        {"closing": "{opening}+{charge}-{write_offs}+{recoveries}"}
        if made.method in ("direct", "percentage_of_sales")
        else {"charge": "{closing}-{opening}+{write_offs}-{recoveries}"}
    )
    return make(
        report, tab, report.text.say("The allowance month by month"), flat, {"month": "date", **money}, formulas,
        {"opening": report.text.label("opening_allowance"), "closing": report.text.label("closing_allowance")},
    )  # fmt: skip
