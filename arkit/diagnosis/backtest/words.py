"""The back-test in words: the figure, what it leaves out, and how far to trust it."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from arkit.diagnosis.backtest.outcome import BAD
from arkit.diagnosis.backtest.spoken import Spoken
from arkit.diagnosis.past import Past
from arkit.messages import Message

FEW = 20
"""Customers hit below which figures are little more than anecdotes."""


def cautions(
    whole: Past,
    followed: list[tuple[Spoken, dt.date]],
    months: pd.DataFrame,
    record: pd.DataFrame,
    ahead: int,
) -> list[Message]:
    """Say how far to trust the figures."""
    found = []
    if not followed:
        found.append(
            Message(
                "no month-end has {ahead} months after it up to {day}: precision, capture and calibration can not be "
                "measured yet",
                ahead=ahead,
                day=whole.as_of.isoformat(),
            )
        )
    else:
        if len(followed) > 1:
            found.append(
                Message(
                    "{n} month-ends were followed for {ahead} months each: the months overlap, so they are far fewer "
                    "than {n} independent trials",
                    n=len(followed),
                    ahead=ahead,
                )
            )
        hit = int(months.loc[months["ranking"] == "watch_list", "hit"].max())
        if hit < FEW:
            found.append(
                Message("customers hit after a month-end: {n} at most, too few to trust small differences", n=hit)
            )
        if record.empty:
            found.append(Message("the payment model had nothing to learn from at these month-ends"))
    undated = whole.customers.columns.intersection(["credit_limit", "rating"])
    if whole.customers[undated].notna().to_numpy().any():
        found.append(
            Message(
                "the customer file carries no dates: limits and ratings are today's, and signals that rest on them may "
                "know more than they could have known then"
            )
        )
    return found


def sentences(lead: pd.DataFrame, since: dt.date, until: dt.date) -> tuple[Message, ...]:
    """Say what share of the money that turned bad stood on the watch list before, beside the plain rate."""
    rows = lead[lead["days_before"] == 1]
    span = {"days": BAD, "since": since.isoformat(), "until": until.isoformat()}
    if rows.empty:
        return (Message("no money became more than {days} days overdue after {since} up to {until}", **span),)
    return tuple(
        Message(
            "of {became} {currency} that became more than {days} days overdue after {since} up to {until}, {share} "
            "stood on the watch list at the last month-end before it did; a list of the same length by the customers' "
            "own past late rate held {plain}",
            became=f"{row['became']:,.0f}",
            currency=row["currency"],
            share=f"{row['watch_list']:.0%}",
            plain=f"{row['late_rate']:.0%}",
            **span,
        )
        for row in rows.to_dict("records")
    )


def rivals(lead: pd.DataFrame) -> list[Message]:
    """Say what the sentence leaves out: just before money turns bad it is long overdue, and any list may hold it."""
    return [
        Message(
            "{currency}: {days} days before it became more than {bad} days overdue, {share} of that money stood on the "
            "watch list; a list of the same length held {plain} by the customers' own past late rate, and {oldest} by "
            "their oldest overdue item",
            currency=row["currency"],
            days=row["days_before"],
            bad=BAD,
            share=f"{row['watch_list']:.0%}",
            plain=f"{row['late_rate']:.0%}",
            oldest=f"{row['oldest']:.0%}",
        )
        for row in lead[lead["days_before"] == BAD + 1].to_dict("records")
    ] + [
        Message(
            "{currency}: at the last month-end before, a list by the oldest overdue item held no less of that money "
            "than the watch list did ({oldest} against {share})",
            currency=row["currency"],
            oldest=f"{row['oldest']:.0%}",
            share=f"{row['watch_list']:.0%}",
        )
        for row in lead[(lead["days_before"] == 1) & (lead["oldest"] >= lead["watch_list"])].to_dict("records")
    ]
