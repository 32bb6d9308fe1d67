"""An allowance in words: how it is made, what it comes to, what its terms and conventions are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from arkit import tables
from arkit.measures.allowance.methods import OWN_PAST, SOURCES
from arkit.reporting.blocks import Html, described, join
from arkit.reporting.conventions import worded
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.measures.allowance import Provision
    from arkit.text import Text

LEADS: dict[str, str] = {
    "loss_rates": N_(
        "The loss allowance is the part of today's receivables that is expected to be lost, if claims of each age go "
        "the way of those before them. It is made by the loss rates of this ledger's own past."
    ),
    "roll_rates": N_(
        "The loss allowance is the part of today's receivables that is expected to be lost, if claims of each age go "
        "the way of those before them. It is made by roll rates multiplied through to loss."
    ),
    "aging": N_(
        "The loss allowance is the part of today's receivables that is expected to be lost. It is made by given rates "
        "for each age."
    ),
    "percentage_of_balance": N_(
        "The loss allowance is the part of today's receivables that is expected to be lost. It is made by one given "
        "rate of the balance, whatever its age."
    ),
    "percentage_of_sales": N_(
        "Credit sales times one given rate make the charge; the loss allowance is what charges, write-offs and "
        "recoveries make of its opening, whatever is owed today."
    ),
    "individual": N_(
        "The loss allowance is made item by item: what is on the list bears the loss expected of it, the rest bears "
        "none."
    ),
    "direct": N_(
        "A loss is charged when it is written off, and no allowance is made. Small firms may do so; IFRS 9, CAS 22 and "
        "ASC 326 ask for expected losses."
    ),
}
TERMS: dict[str, str] = {
    "loss_base": N_("Claims less their customer's credits, the oldest first; a customer in credit is left out."),
    "past_rate": N_("Of what stood open at this age at past month-ends: the share lost later, net."),
    "given_rate": N_("The share of claims of this age that is given as lost."),
    "expected_rate": N_("The rate under each scenario of the months ahead, weighted by how likely it is."),
    "coverage": N_("The allowance over what it covers."),
    "charge": N_("What profit bears: closing less opening allowance, plus write-offs, less recoveries."),
}


def lead(made: Provision, text: Text) -> tuple[str, ...]:
    """Return how the allowance is made."""
    return (text.say(LEADS[made.method]),)


def sums_of(made: Provision, code: str) -> pd.Series:
    """Return the totals of a currency; what one of its segments lacks is not defined."""
    rows = made.total[made.total.index.get_level_values("currency") == code]
    return rows.sum(skipna=False)


def position(made: Provision, code: str, text: Text) -> str:
    """Say what is owed in a currency, and what of it is expected to be lost."""
    sums = sums_of(made, code)
    covered = sums["base"] + sums["individually_assessed"]
    if made.method == "direct":
        said = text.say(
            "Customers owe {base} after their own credits; nothing of it is provided for.",
            base=text.money(covered, code),
        )
    elif made.method == "percentage_of_sales":
        said = _from_sales(made, code, sums, text)
    elif sums["allowance"] != sums["allowance"]:
        said = text.say("The allowance is not defined: see the remarks below.")
    elif not covered:
        return text.say("Nothing is owed, so nothing is to be provided for.")
    elif not sums["allowance"] and made.method in OWN_PAST:
        said = text.say(
            "Customers owe {base} after their own credits; nothing of it is provided for, as no loss is on record from "
            "which a rate could be made.",
            base=text.money(covered, code),
        )
    else:
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


def _from_sales(made: Provision, code: str, sums: pd.Series, text: Text) -> str:
    sold = made.sales[made.sales.index.get_level_values("currency") == code]
    if sums["charge"] != sums["charge"]:
        return text.say("The charge is not defined: a snapshot of open items holds no sales.")
    said = text.say(
        "Credit sales of {sales} since {since}, at {rate}, make a charge of {charge}.",
        sales=text.money(sold["credit_sales"].sum(), code),
        since=text.date(made.since),
        rate=" / ".join(text.percent(rate, 2) for rate in sorted(sold["rate"].unique())),
        charge=text.money(sold["charge"].sum(), code),
    )
    if sums["allowance"] != sums["allowance"]:
        return join([said, text.say("What the allowance comes to is not known without its opening.")])
    after = text.say(
        "With an opening of {opening}, {lost} written off and {back} that came back, the allowance is {allowance}.",
        opening=text.money(sums["opening"], code),
        lost=text.money(sums["write_offs"], code),
        back=text.money(sums["recoveries"], code),
        allowance=text.money(sums["allowance"], code),
    )
    short = text.say("It is below zero: more was written off than provided for, so the rate is too low.")
    return join([said, after] + [short] * bool(sums["allowance"] < 0))


def charge(made: Provision, code: str, text: Text) -> str:
    """Say what moved the allowance since its opening; "" where that is not known."""
    sums = sums_of(made, code)
    known = sums["charge"] == sums["charge"] and (made.method == "direct" or sums["opening"] == sums["opening"])
    if not known:
        return ""
    if made.method == "direct":
        template = N_("Since {since}, {lost} was written off and {back} came back, which makes a charge of {charge}.")
    elif sums["charge"] >= 0:
        template = N_(
            "Since {since}, {lost} was written off and {back} came back; the allowance takes a charge of {charge}."
        )
    else:
        template = N_(
            "Since {since}, {lost} was written off and {back} came back; {charge} of the allowance is released."
        )
    amount = sums["charge"] if made.method == "direct" else abs(sums["charge"])
    amounts = {"lost": sums["write_offs"], "back": sums["recoveries"], "charge": amount}
    said = {name: text.money(value, code) for name, value in amounts.items()}
    return text.say(template, since=text.date(made.since), **said)


def terms(made: Provision, text: Text) -> Html:
    """Return what the terms of the section mean."""
    rates = ["past_rate" if made.method in OWN_PAST else "given_rate", "expected_rate"] if len(made.matrix) else []
    keys = ["loss_base", *rates, *([] if made.method == "direct" else ["coverage"]), "charge"]
    return described([(text.label(key), [text.say(TERMS[key])]) for key in keys], label=text.say("What the terms mean"))


def conventions(made: Provision, text: Text) -> Html:
    """Return the conventions that change a figure."""
    attrs = made.total.attrs["conventions"]
    pairs = worded(attrs, text, leave=("credits", "months", *(["buckets"] if "unit" in attrs else [])))
    if "unit" in attrs:
        pairs.append((text.say("Age limits, years"), attrs["buckets"]))
    if "months" in attrs:
        pairs.append((text.say("Month-ends that rates are made of"), attrs["months"]))
    if "follow" in attrs:
        pairs.append((text.say("Months followed"), attrs["follow"]))
    pairs.append((text.say("Losses"), text.say("write-offs; credit notes are none")))
    if made.method in OWN_PAST:
        pairs.append((text.say("Recoveries"), text.say("the currency's share of write-offs that came back")))
    if len(made.matrix):
        pairs.append((text.say("Rounding"), text.say("rates to 0.0001 %, then each line once, half up")))
    pairs.append((text.say("Rests on"), SOURCES[made.method].to(text.lang)))
    return Html(tables.terms(pairs, label=text.say("Conventions")))
