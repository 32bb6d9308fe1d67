"""How a report makes its loss allowance: settings written as text in a notebook's parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arkit.errors import ArkitError, LedgerError, ParameterError, sentences
from arkit.frames import month_number
from arkit.measures.allowance.settings import check_settings
from arkit.messages import Message
from arkit.reporting import assessments

if TYPE_CHECKING:
    from arkit.ledger import Ledger
    from arkit.reporting.page import Report

TESTED = ("method", "basis", "unit", "buckets", "rates", "last_rate")
"""Settings that the back-test shares; scenarios, and what is assessed one by one, are of the date alone."""

CHECKED = ("method", "basis", "unit", "buckets", "rates", "scenarios", "since", "last_rate", "individual")
"""Settings that can be checked before the ledger is looked at."""
HALF_WIDTH = str.maketrans("，；：　", ",;: ")
"""Chinese punctuation, as a Chinese keyboard writes it between numbers."""

LONG = 60
"""Months of a ledger from which the back-test of loss rates follows month-ends for two years; a younger one is followed
for one, by rates made for one. Other rates are of all losses, and want two years."""


def options(given: Mapping[str, str], ledger: Ledger, as_of: dt.date) -> dict[str, Any]:
    """Return the settings of :func:`arkit.provision` from text.

    Parameters
    ----------
    given
        ``method``, ``basis``, ``unit``, ``since`` as the function takes them; ``age_limits`` ``"30,60,90"``;
        ``loss_rates`` ``"0.003, 0.016"``; ``last_rate`` ``"100%"``; ``scenarios`` ``"base 1 0.6; worse 1.3 0.4"``
        (name, factor, weight); ``opening`` ``"1234.56"`` or ``"CNY:1.00, USD:2.00"``; ``individual`` the path of a CSV
        file. "" leaves one out. Shares may be percentages, punctuation may be Chinese.
    ledger, as_of
        The ledger, for its currencies; the date.

    Raises
    ------
    ParameterError
        For text of another form, a file that is not there, or settings that do not fit each other: all at once.
    """
    readers: dict[str, Callable[[str], Any]] = {
        "method": str, "basis": str, "unit": str, "since": str,
        "age_limits": lambda said: tuple(int(part) for part in said.split(",")),
        "loss_rates": _rates, "scenarios": _scenarios, "last_rate": _share,
        "individual": lambda said: assessments.read(Path(said).expanduser()),
        "opening": lambda said: _opening(said, ledger.currencies),
    }  # fmt: skip
    names = {"age_limits": "buckets", "loss_rates": "rates"}
    made: dict[str, Any] = {}
    problems: list[str] = []
    for name, said in given.items():
        if not str(said).strip():
            continue
        try:
            text = str(said).strip()
            made[names.get(name, name)] = readers[name](text if name == "individual" else text.translate(HALF_WIDTH))
        except LedgerError:
            raise
        except ArkitError as error:
            problems += sentences(error)
        except (ValueError, KeyError):
            problems.append(Message("{name}: this can not be read (got {value})", name=name, value=repr(said)))
    try:
        check_settings(as_of, **{name: made[name] for name in CHECKED if name in made})
    except ArkitError as error:
        problems += sentences(error)
    if problems:
        raise ParameterError(Message("The settings of the allowance were refused:"), problems)
    return made


def given(report: Report, name: str) -> dict[str, Any]:
    """Return what a report asks of ``provision``, or of its back-test."""
    by = {"by": report.by} if report.by else {}
    if name == "provision":
        return {**report.provision, **by}
    first = report.ledger.first_day() or report.as_of
    short = month_number(report.as_of) - month_number(first) < LONG
    own = report.provision.get("method", "loss_rates") == "loss_rates"
    return {**{k: v for k, v in report.provision.items() if k in TESTED}, **by, "follow": 12 if own and short else 24}


def _rates(said: str) -> float | list[float]:
    rates = [_share(part) for part in said.split(",")]
    return rates[0] if len(rates) == 1 else rates


def _share(said: str) -> float:
    """Return a number, or a percentage as a share."""
    plain = said.strip().replace("％", "%")
    return round(float(plain[:-1]) / 100, 12) if plain.endswith("%") else float(plain)


def _scenarios(said: str) -> dict[str, tuple[float, float]]:
    found = {}
    for part in filter(None, (one.strip() for one in said.split(";"))):
        name, factor, weight = part.rsplit(maxsplit=2)
        found[name] = (float(factor), _share(weight))
    return found


def _opening(said: str, currencies: tuple[str, ...]) -> dict[str, float]:
    from arkit.readers.control import balances

    like = ", ".join(f"{code}:1234.56" for code in currencies)
    try:
        found = balances(said, currencies)
    except ArkitError as error:
        raise ParameterError(
            Message(
                "opening: write one amount for each currency, like {example} (got {value})", example=like, value=said
            )
        ) from error
    if unknown := [code for code in found if code not in currencies]:
        raise ParameterError(
            Message(
                "opening: the ledger has no {unknown}; write it like {example}",
                unknown=", ".join(unknown),
                example=like,
            )
        )
    return {code: float(amount) for code, amount in found.items()}
