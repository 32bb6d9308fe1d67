"""A sentence for a person, in every language of the product.

A :class:`Message` *is* its English text, so it can stand in an exception, a frame's ``attrs`` or a JSON file; it
remembers its template and its parameters, so that the edge can say it in Chinese.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self, get_args

Lang = Literal["en", "zh"]
LANGS: tuple[str, ...] = get_args(Lang)


@cache
def catalogue(lang: str) -> gettext.NullTranslations:
    """Return the gettext catalogue of a language; English needs none, being what the templates are written in."""
    if lang == "en":
        return gettext.NullTranslations()
    with files("arkit").joinpath("locale", lang, "LC_MESSAGES", "arkit.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


class Message(str):
    """A translatable sentence: ``Message("{n} rows were refused", n=3)``.

    Parameters
    ----------
    template
        English text with ``str.format`` fields; the msgid in the catalogue.
    **params
        Values of the fields. A parameter that is a ``Message`` is translated too.

    Examples
    --------
    >>> Message("{n} rows were refused", n=3)
    '3 rows were refused'
    """

    template: str
    params: dict[str, Any]

    def __new__(cls, template: str, /, **params: Any) -> Self:  # noqa: ANN401 (anything that can be formatted)
        """Render the English text; keep what another language needs."""
        self = super().__new__(cls, template.format(**params) if params else template)
        self.template = template
        self.params = params
        return self

    def to(self, lang: Lang) -> str:
        """Return the sentence in a language."""
        if lang == "en":
            return str(self)
        params = {k: v.to(lang) if isinstance(v, Message) else v for k, v in self.params.items()}
        text = catalogue(lang).gettext(self.template)
        return text.format(**params) if params else text
