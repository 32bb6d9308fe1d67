"""Typed parameters: what a notebook is given is what its parameters cell declares, or it does not run.

The cell is the one declaration. A pydantic model is made from it; names that every report shares (``as_of``, ``lang``,
``ledger``, ...) carry the further checks below. Values are handed on as text, numbers and truth values only:
papermill cannot write a date, and would turn ``00123`` into 123.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from glob import has_magic
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from arkit.errors import ParameterError
from arkit.messages import LANGS, Message
from arkit.reporting import notebook

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
SECRET = re.compile(ADDRESS.pattern + r"[^/@]*:[^/]*@")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso(value: object) -> object:
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else value


def _is_date(value: str) -> str:
    try:
        if not ISO_DATE.fullmatch(value):
            raise ValueError
        date.fromisoformat(value)
    except ValueError:
        raise ValueError(Message("write a date of the calendar as YYYY-MM-DD, like 2026-03-31")) from None
    return value


def _is_lang(value: str) -> str:
    if value not in LANGS:
        raise ValueError(Message("choose one of: {choices}", choices=", ".join(LANGS)))
    return value


def _is_ledger(value: str) -> str:
    if not value:
        return value
    if ADDRESS.match(value):
        if SECRET.match(value):
            raise ValueError(Message("leave the password out: a report keeps its parameters; give it to the driver"))
        return value
    path = Path(value).expanduser().resolve()
    if not path.exists() and not has_magic(value):
        raise ValueError(Message("there is no such file or folder"))
    return str(path)


def _is_profile(value: str) -> str:
    """Take the path of a profile file from where the command is run: a kernel runs elsewhere."""
    return str(Path(value).expanduser().resolve()) if value.endswith((".yaml", ".yml")) else value


def _is_currency(value: str) -> str:
    if not re.fullmatch(r"([A-Z]{3})?", value):
        raise ValueError(Message("write the three capital letters of ISO 4217, like USD or CNY"))
    return value


def _is_country(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise ValueError(Message("write the two capital letters of ISO 3166, like CN or DE"))
    return value


def _is_dates(value: str) -> str:
    choices = ("dmy", "mdy", "ymd")
    if value and value not in choices:
        raise ValueError(Message("choose one of: {choices}", choices=", ".join(choices)))
    return value


def _is_decimal(value: str) -> str:
    if value not in ("", ".", ","):
        raise ValueError(Message("choose one of: {choices}", choices=". ,"))
    return value


def _is_day_or_nothing(value: str) -> str:
    return _is_date(value) if value else value


def _is_buckets(value: str) -> str:
    parts = [part.strip() for part in value.split(",")]
    bounds = [int(part) for part in parts if re.fullmatch(r"\d{1,5}", part)]
    if len(bounds) < len(parts) or sorted({*bounds, 0}) != [0, *bounds]:
        raise ValueError(Message("write rising numbers of days, like 30,60,90"))
    return ",".join(map(str, bounds))


KNOWN: dict[str, Any] = {
    "as_of": Annotated[str, BeforeValidator(_iso), AfterValidator(_is_date)],
    "lang": Annotated[str, AfterValidator(_is_lang)],
    "ledger": Annotated[str, AfterValidator(_is_ledger)],
    "profile": Annotated[str, AfterValidator(_is_profile)],
    "currency": Annotated[str, AfterValidator(_is_currency)],
    "base": Annotated[str, AfterValidator(_is_currency)],
    "rates": Annotated[str, AfterValidator(_is_ledger)],
    "max_rate_age": Annotated[int, Field(ge=0)],
    "decimal": Annotated[str, AfterValidator(_is_decimal)],
    "exported_on": Annotated[str, BeforeValidator(_iso), AfterValidator(_is_day_or_nothing)],
    "dates": Annotated[str, AfterValidator(_is_dates)],
    "buckets": Annotated[str, AfterValidator(_is_buckets)],
    "months": Annotated[int, Field(ge=1, le=120)],
    "capacity": Annotated[float, Field(gt=0)],
    "country": Annotated[str, AfterValidator(_is_country)],
    "annual_rate": Annotated[float, Field(ge=0, le=1)],
}
"""What a name means in every report, beyond its type."""


def model(path: Path) -> type[BaseModel]:
    """Make the pydantic model of a notebook's parameters.

    Parameters
    ----------
    path
        The notebook.

    Returns
    -------
    type[BaseModel]
        Fields in the order of the cell, with its defaults and help; anything else is refused.
    """
    fields: dict[str, Any] = {
        parameter.name: (
            KNOWN.get(parameter.name, parameter.type),
            Field(default=parameter.default, description=parameter.help),
        )
        for parameter in notebook.parameters(path)
    }
    return create_model(path.stem, __config__=ConfigDict(extra="forbid"), **fields)


def validate(path: Path, given: Mapping[str, object]) -> dict[str, str | int | float | bool]:
    """Check what a notebook is to be given, all of it at once.

    Parameters
    ----------
    path
        The notebook.
    given
        Names and values; text is taken where a number or a truth value can be read from it, a date where ISO text is
        meant, and a text parameter takes only text, so that ``00123`` stays itself.

    Returns
    -------
    dict
        A value for every parameter of the notebook, in the order of its cell.

    Raises
    ------
    ParameterError
        Naming every parameter that is unknown (with a suggestion) or ill-typed, what was given and what is wanted.
    """
    declared = model(path)
    try:
        return declared.model_validate(dict(given)).model_dump()
    except ValidationError as error:
        names = tuple(declared.model_fields)
        problems = [_problem(detail, names, path.stem) for detail in error.errors(include_url=False)]
    raise ParameterError(Message("The report's parameters were refused:"), problems)


def _problem(detail: Mapping[str, Any], names: tuple[str, ...], report: str) -> Message:
    name = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden":
        return _unknown(name, names, report)
    context = detail.get("ctx", {})
    why = WHYS.get(detail["type"], _other)(context)
    return Message("{name}: {why} (got {value})", name=name, why=why, value=repr(detail["input"]))


def _unknown(name: str, names: tuple[str, ...], report: str) -> Message:
    about = {"name": name, "report": report}
    for close in get_close_matches(name.lower(), names, n=1, cutoff=0.5):
        return Message("{name}: {report} has no such parameter; did you mean {close}?", **about, close=close)
    return Message("{name}: {report} has no such parameter; it has: {names}", **about, names=", ".join(names))


def _other(context: Mapping[str, Any]) -> Message:
    return Message("this value cannot be taken")


def _stated(context: Mapping[str, Any]) -> Message:
    message = context["error"].args[0]
    return message if isinstance(message, Message) else Message("{text}", text=str(message))


WHYS: dict[str, Callable[[Mapping[str, Any]], Message]] = {
    "value_error": _stated,
    "string_type": lambda _: Message("write it as text, so that nothing of it is lost"),
    "int_type": lambda _: Message("write a whole number"),
    "int_parsing": lambda _: Message("write a whole number"),
    "int_from_float": lambda _: Message("write a whole number"),
    "float_type": lambda _: Message("write a number"),
    "float_parsing": lambda _: Message("write a number"),
    "bool_type": lambda _: Message("write true or false"),
    "bool_parsing": lambda _: Message("write true or false"),
    "greater_than": lambda context: Message("write more than {bound}", bound=context["gt"]),
    "greater_than_equal": lambda context: Message("write at least {bound}", bound=context["ge"]),
    "less_than_equal": lambda context: Message("write at most {bound}", bound=context["le"]),
}
