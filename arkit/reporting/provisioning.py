"""How a report makes its loss allowance: settings written as text in a notebook's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from arkit.errors import ArkitError, ParameterError
from arkit.frames import month_number
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger
    from arkit.reporting.page import Report

TESTED = ("method", "basis", "buckets", "rates")
"""Settings that the back-test shares; scenarios, and what is assessed one by one, are of the date alone."""

LONG = 60
"""Months of a ledger from which the back-test follows month-ends for two years; a younger one is followed for one."""


def options(given: Mapping[str, str], ledger: Ledger) -> dict[str, Any]:
    """Return the settings of :func:`arkit.provision` from text.

    Parameters
    ----------
    given
        ``method``, ``basis``, ``since`` as the function takes them; ``age_limits`` ``"30,60,90"``; ``loss_rates``
        ``"0.003, 0.016"``; ``scenarios`` ``"base 1 0.6; worse 1.3 0.4"`` (name, factor, weight); ``opening``
        ``"1234.56"`` or ``"CNY:1.00, USD:2.00"``; ``individual`` the path of a CSV file. "" leaves one out.
    ledger
        The ledger, for its currencies.

    Raises
    ------
    ParameterError
        For text of another form, or a file that is not there.
    """
    from arkit.readers.control import balances

    readers: dict[str, Callable[[str], Any]] = {
        "method": str, "basis": str, "since": str,
        "age_limits": lambda said: tuple(int(part) for part in said.split(",")),
        "loss_rates": _rates, "scenarios": _scenarios, "individual": _individual,
        "opening": lambda said: {code: float(amount) for code, amount in balances(said, ledger.currencies).items()},
    }  # fmt: skip
    names = {"age_limits": "buckets", "loss_rates": "rates"}
    made: dict[str, Any] = {}
    for name, said in given.items():
        if not str(said).strip():
            continue
        try:
            made[names.get(name, name)] = readers[name](str(said).strip())
        except ArkitError as error:
            raise ParameterError(str(error)) from error
        except (ValueError, KeyError) as error:
            raise ParameterError(
                Message("{name}: this can not be read (got {value})", name=name, value=repr(said))
            ) from error
    return made


def given(report: Report, name: str) -> dict[str, Any]:
    """Return what a report asks of ``provision``, or of its back-test."""
    by = {"by": report.by} if report.by else {}
    if name == "provision":
        return {**report.provision, **by}
    first = report.ledger.first_day() or report.as_of
    long = month_number(report.as_of) - month_number(first) >= LONG
    return {**{k: v for k, v in report.provision.items() if k in TESTED}, **by, "follow": 24 if long else 12}


def _rates(said: str) -> float | list[float]:
    rates = [float(part) for part in said.split(",")]
    return rates[0] if len(rates) == 1 else rates


def _scenarios(said: str) -> dict[str, tuple[float, float]]:
    found = {}
    for part in filter(None, (one.strip() for one in said.split(";"))):
        name, factor, weight = part.rsplit(maxsplit=2)
        found[name] = (float(factor), float(weight))
    return found


def _individual(said: str) -> pd.DataFrame:
    path = Path(said).expanduser()
    if not path.is_file():
        raise ParameterError(Message("individual: there is no such file: {path}", path=said))
    rows = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    return rows.rename(columns=lambda name: str(name).strip())
