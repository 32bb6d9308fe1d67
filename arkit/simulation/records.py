"""The records beside the documents: customers, activities, the collection plan; and the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from arkit.columns import ACTIVITY_KINDS
from arkit.simulation import activities, behaviour
from arkit.simulation.calendar import NEVER, Calendar, Days, as_date
from arkit.simulation.causes import CAUSES
from arkit.simulation.dispositions import Dispositions
from arkit.simulation.documents import KINDS, Book
from arkit.simulation.names import CREDIT_CONTROL
from arkit.simulation.tables import dates, text, words
from arkit.simulation.world import World

PLAN = {"due": 0.92, "overdue": 0.45, "over_90": 0.15}
"""Collection plan 回款计划 of a month: shares of what falls due in it, of what is overdue, of what is long overdue."""


def log(customers: pd.DataFrame, drawn: pd.DataFrame, ids: pa.StringArray) -> pd.DataFrame:
    """Return the activities in canonical columns."""
    invoice, customer = drawn["invoice"].to_numpy(), drawn["customer"].to_numpy()
    owner, people = pd.factorize(customers["owner"])
    minor = drawn["minor"].to_numpy()
    return pd.DataFrame(
        {
            "customer_id": words(customer, customers["customer_id"].tolist()),
            "document_id": text(pc.if_else(pa.array(invoice >= 0), ids.take(pa.array(np.maximum(invoice, 0))), None)),
            "date": dates(drawn["day"].to_numpy()),
            "kind": words(drawn["kind"].to_numpy(), ACTIVITY_KINDS),
            "due_on": dates(drawn["due_on"].to_numpy()),
            "amount": np.where(minor > 0, minor / 100, np.nan),
            "reason": words(drawn["reason"].to_numpy(), CAUSES),
            "owner": words(np.where(drawn["by_credit"], len(people), owner[customer]), [*people, CREDIT_CONTROL]),
            "outcome": words(drawn["outcome"].to_numpy() - 1, activities.OUTCOMES[1:]),
        }
    )


def truth(
    customers: pd.DataFrame,
    latent: Dispositions,
    planned: pd.DataFrame,
    book: Book,
    ids: pa.StringArray,
    calendar: Calendar,
) -> pd.DataFrame:
    """Return one row per late document with its planted cause and what lies behind it."""
    rows = np.flatnonzero(behaviour.late(planned))
    bounced = pd.concat([part for part in book.documents if len(part)])
    number = np.arange(len(bounced))[(bounced["kind"] == KINDS.index("bounced")) & (bounced["day"] <= calendar.last)]
    drawer = bounced["invoice"].to_numpy()[number]
    number, invoice = np.append(rows, number), np.append(rows, drawer)
    own = np.arange(len(number)) < len(rows)
    late = planned.iloc[invoice]
    customer = late["customer"].to_numpy()
    due = np.where(own, late["due"].to_numpy(), bounced["day"].to_numpy()[number])
    settled = np.where(own, late["settled"].to_numpy(), NEVER)
    month = np.clip(calendar.month(due), 0, latent.market.shape[1] - 1)
    frame = pd.DataFrame(
        {
            "document_id": text(ids.take(pa.array(number))),
            "customer_id": words(customer, customers["customer_id"].tolist()),
            "cause": words(late["cause"].to_numpy(), CAUSES),
            "variant": pd.Series(np.where(own, late["variant"], "bounced_bill")).astype("str"),
            "due_date": dates(due),
            "settles_on": dates(settled),
            "days_late": np.where(settled < NEVER, settled - due, np.nan),
            "lost": own & (settled >= NEVER),
            "stress": late["stress"].to_numpy().round(3),
            "slump": latent.market[customer, month].round(3),
            "weak_follow_up": latent.weak[customer],
        }
    )
    return frame.sort_values("document_id", ignore_index=True)


def targets(world: World, customers: pd.DataFrame, planned: pd.DataFrame, closed: Days) -> pd.DataFrame:
    """Return the monthly collection plan of each salesperson, made from what was open as the month began."""
    calendar = world.calendar
    owner, people = pd.factorize(customers["owner"])
    seller = owner[planned["customer"].to_numpy()]
    currency = customers.groupby(owner)["currency"].first()
    day, due, minor = (planned[name].to_numpy() for name in ("day", "due", "minor"))
    parts = []
    for month in range(1, calendar.months):
        first, following = calendar.month_start(np.array([month, month + 1])).tolist()
        open_then = (day < first) & (closed >= first) & (due < following)
        weight = np.select([due >= first, due >= first - 90], [PLAN["due"], PLAN["overdue"]], PLAN["over_90"])
        total = np.bincount(seller[open_then], (minor * weight)[open_then], len(people))
        parts.append(
            pd.DataFrame(
                {
                    "month": as_date(np.full(len(people), first)).astype("datetime64[us]"),
                    "owner": people,
                    "amount": np.round(total / 100, -3),
                    "currency": currency.reindex(range(len(people))).to_numpy(),
                }
            )
        )
    plan = pd.concat(parts, ignore_index=True)
    return plan[plan["amount"] > 0].reset_index(drop=True)


def people(customers: pd.DataFrame, credit: pd.DataFrame) -> pd.DataFrame:
    """Return the customers in canonical columns."""
    frame = pd.concat([customers, credit], axis=1)
    names = [
        "customer_id",
        "name",
        "name_zh",
        "type",
        "industry",
        "region",
        "group",
        "credit_limit",
        "terms",
        "rating",
        "owner",
        "size",
    ]
    return frame[names].astype({name: "str" for name in names if name != "credit_limit"})
