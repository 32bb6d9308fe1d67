"""Rate tables, and ledgers of several currencies from a seed."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pandas as pd
from hypothesis import settings

from tests.random_ledgers import START, UNITS

examples = settings(max_examples=500 if settings.get_current_profile_name() == "proofs" else 5)
"""How many ledgers a property is tried on: each is converted whole."""

ABOUT = {"USD": "7.1", "JPY": "0.0467", "KWD": "22.845", "CNY": "1"}


def table(*rows: tuple[str, str, Any], **more: Any) -> pd.DataFrame:
    """Return a rate table from rows of currency, day, rate."""
    return pd.DataFrame([{"date": day, "currency": code, "rate": rate, **more} for code, day, rate in rows])


def wandering(seed: int, base: str) -> pd.DataFrame:
    """Return rates of all currencies of the random ledgers, every few days, of up to ten decimals."""
    random = Random(seed)
    rows = []
    for code in UNITS.keys() - {base}:
        day, level = -20, Decimal(ABOUT[code]) / Decimal(ABOUT[base])
        while day < 900:
            rate = (level * Decimal(random.randint(850, 1150)) / 1000).quantize(Decimal(10) ** -random.randint(5, 10))
            rows.append({"date": pd.Timestamp(START) + pd.Timedelta(days=day), "currency": code, "rate": rate})
            day += random.randint(1, 30)
    return pd.DataFrame(rows).sample(frac=1, random_state=seed, ignore_index=True)
