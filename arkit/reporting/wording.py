"""What a diagnosis says, as a page says it: a sentence, in the reader's language, naming only what the file names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from arkit.columns import NO_CURRENCY
from arkit.messages import Message
from arkit.text import Text

TERMS = {
    "net": Message("net {n} days"),
    "eom": Message("end of month + {n} days"),
    "acceptance": Message("acceptance + {n} days"),
    "delivery": Message("delivery + {n} days"),
}
"""Ways to write terms of payment in a ledger: from what the days count."""
NAMES = ("table", "column")
"""Parameters that hold the name of a table or a column of the ledger."""


def told(message: object, text: Text) -> str:
    """Return a message in the reader's language.

    A diagnosis names tables and columns as the ledger does, and a currency even where the file names none: the reader
    gets the headings that the page uses, and no code.
    """
    said = _rewritten(message, text) if isinstance(message, Message) else message
    shown = said.to(text.lang) if isinstance(said, Message) else str(said)
    return re.sub(" {2,}", " ", shown).strip(" :：")


def sentence(message: object, text: Text) -> str:
    """Return a message as a sentence of its own: a capital letter, a full stop.

    Examples
    --------
    >>> sentence(Message("owes {n}", n=3), Text("en"))
    'Owes 3.'
    """
    said = told(message, text)
    if not said or said[-1] in ".。!?！？;；":
        return said[:1].upper() + said[1:]
    return text.say("{sentence}.", sentence=said[:1].upper() + said[1:])


def counted(one: str, whole: str, part: str, n: int, shown: int, text: Text) -> str:
    """Return the caption of a list of ``n``, of which ``shown`` are shown: templates for one, for all, for some.

    Examples
    --------
    >>> counted("The bill", "The {n} bills", "{shown} of {n} bills", 3, 2, Text("en"))
    '2 of 3 bills'
    """
    template = one if n == 1 else whole if shown == n else part
    return text.say(template, n=text.number(n), shown=text.number(shown))


def joined(messages: Iterable[object], text: Text, most: int) -> str:
    """Return the first few messages on one line, as a cell of a table holds them."""
    said = text.say("; ").join(told(message, text) for message in list(messages)[:most])
    return said[:1].upper() + said[1:]


def terms(written: str, text: Text) -> str:
    """Return terms of payment in the reader's language; terms written any other way stand as they are.

    Examples
    --------
    >>> terms("eom+30", Text("en")), terms("30 days 2 %", Text("en"))
    ('end of month + 30 days', '30 days 2 %')
    """
    found = re.fullmatch(r"(\w+)[ +](\d+)", written)
    return text.say(TERMS[found[1]], n=found[2]) if found and found[1] in TERMS else written


def dated(value: object, text: Text) -> str:
    """Return a date of a frame as a column shows it; missing is not defined."""
    stamp = pd.Timestamp(str(value)) if value is not None and not pd.isna(value) else None  # type: ignore[call-overload]
    return text.iso(stamp) if stamp is not None else text.number(None)


def _rewritten(message: Message, text: Text) -> Message:
    if not message.params or type(message) is not Message:  # texts of data files carry their own languages
        return message
    return Message(message.template, **_params(message.params, text))


def _params(params: Mapping[str, Any], text: Text) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, Message):
            found[name] = _rewritten(value, text)
        elif name in NAMES:
            found[name] = text.inline(str(value))
        else:
            found[name] = "" if value == NO_CURRENCY else value
    return found
