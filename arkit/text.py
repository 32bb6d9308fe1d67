"""What a person reads: sentences, labels, money, percentages, days and dates, in English and in Chinese.

Amounts carry the ISO code, never a symbol (``zh_CN`` writes the yen as ``JP¥``). What is not defined is an en
dash, never 0. Nothing here escapes HTML: that is done where HTML is written.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from arkit.columns import NO_CURRENCY
from arkit.labels import LABELS
from arkit.messages import Lang, Message, catalogue
from arkit.money import digits

if TYPE_CHECKING:
    from babel import Locale

    Day = dt.date | dt.datetime | str

LOCALES: dict[str, str] = {"en": "en_GB", "zh": "zh_Hans_CN"}
"""English dates are written day, month, year: the order that no reader takes for another."""
UNDEFINED = "–"
MINUS = "−"
_SPACE = "\N{NO-BREAK SPACE}"
_BUCKET = re.compile(r"(?:(?P<unit>[dy])(?P<low>\d+)_(?P<high>\d+)|over_(?P<over>\d+)(?P<years>y?))$")


def N_(template: str) -> str:
    """Mark a text for translation, to be translated where it is shown."""
    return template


@cache
def _locale(lang: str) -> Locale:
    from babel import Locale

    return Locale.parse(LOCALES[lang])


@lru_cache(maxsize=4096)
def _decimal(value: float, decimals: int, lang: str) -> str:
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(round(value, decimals) + 0.0, format=pattern, locale=_locale(lang))
    return text.replace("-", MINUS)


def _defined(value: Any) -> bool:  # noqa: ANN401 (numbers of every kind, None, NaN)
    return value is not None and not math.isnan(value) and not math.isinf(value)


@dataclass(frozen=True)
class Text:
    """The voice of one language.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.

    Examples
    --------
    >>> Text("en").money(1234.5, "CNY").replace(chr(160), " "), Text("zh").percent(0.256)
    ('CNY 1,234.50', '25.6%')
    """

    lang: Lang = "en"

    # sentences
    def say(self, template: str, /, **params: Any) -> str:  # noqa: ANN401
        """Return a sentence in this language; parameters that are messages are translated too."""
        return Message(template, **params).to(self.lang)

    def plural(self, one: str, many: str, n: int, /, **params: Any) -> str:  # noqa: ANN401
        """Return the form of a sentence that goes with ``n``; ``{n}`` in it is the number, grouped."""
        form = catalogue(self.lang).ngettext(one, many, n)
        return form.format(n=self.number(n), **params)

    def label(self, key: str) -> str:
        """Return the heading of a column, kind, customer type or age bucket; ledger text comes back as is."""
        if bucket := _BUCKET.match(key):
            return self._bucket(**bucket.groupdict())
        return self.say(LABELS[key]) if key in LABELS else key

    def _bucket(self, unit: str | None, low: str | None, high: str | None, over: str | None, years: str | None) -> str:
        if over:
            return self.say("Over {n} years", n=over) if years else self.say("Over {days} days", days=over)
        if unit == "d":
            return self.say("{low}–{high} days", low=low, high=high)
        if low == "0":
            return self.say("Within 1 year") if high == "1" else self.say("Within {n} years", n=high)
        return self.say("{low}–{high} years", low=low, high=high)

    def inline(self, key: str) -> str:
        """Return a label as it stands inside a sentence."""
        label = self.label(key)
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    def listed(self, parts: list[str]) -> str:
        """Return ``a, b and c``."""
        from babel.lists import format_list

        return format_list(parts, locale=_locale(self.lang)) if parts else UNDEFINED

    # numbers
    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a grouped number, or an en dash where it is not defined."""
        return _decimal(float(cast("float", value)), decimals, self.lang) if _defined(value) else UNDEFINED

    def amount(self, value: float | None, currency: str) -> str:
        """Return an amount with the currency's own decimals, without its code: for table cells."""
        return self.number(value, digits(currency))

    def money(self, value: float | None, currency: str) -> str:
        """Return an amount with its ISO code."""
        return self._coded(self.amount(value, currency), currency)

    def short_money(self, value: float | None, currency: str) -> str:
        """Return an amount as a person says it: ``USD 275.1 million``, ``CNY 4,447.1万``."""
        if not _defined(value):
            return UNDEFINED
        return self._coded(self.short(cast("float", value), money=currency), currency)

    def short(self, value: float, *, money: str | None = None) -> str:
        """Return a number in millions, or in 万 and 亿; below 100,000 in full."""
        if abs(value) < 100_000:
            return self.number(value, digits(money) if money else 0)
        units = (
            [(1e12, self.say("{x} trillion")), (1e9, self.say("{x} billion")), (1e6, self.say("{x} million"))]
            if self.lang == "en"
            else [(1e12, "{x}万亿"), (1e8, "{x}亿"), (1e4, "{x}万")]
        )
        for size, form in units:
            if abs(value) >= size:
                scaled = value / size
                decimals = 2 if abs(scaled) < 10 else 1
                return form.format(x=self.number(scaled, decimals)).replace(" ", _SPACE)
        return self.number(value)

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """Return a share (0-1) in per cent."""
        return self.number(100 * cast("float", share), decimals) + "%" if _defined(share) else UNDEFINED

    def points(self, change: float) -> str:
        """Return the size of a change between two shares (0-1), in percentage points."""
        return self.say("{x} percentage points", x=self.number(abs(100 * change), 1))

    def days(self, value: float | None, decimals: int = 1) -> str:
        """Return a number of days with its unit."""
        if not _defined(value):
            return UNDEFINED
        shown = self.number(value, decimals)
        return self.say("{x} day", x=shown) if shown in {"1", "1.0"} else self.say("{x} days", x=shown)

    # dates
    def date(self, day: Day) -> str:
        """Return a date: ``22 May 2020``, ``2020年5月22日``."""
        from babel.dates import format_date

        return format_date(_day(day), "long", locale=_locale(self.lang))

    def iso(self, day: Day) -> str:
        """Return a date for a column: ``2020-05-22``."""
        return _day(day).isoformat()

    def month(self, day: Day) -> str:
        """Return a month: ``May 2020``, ``2020年5月``."""
        from babel.dates import format_skeleton

        return format_skeleton("yMMM", _day(day), locale=_locale(self.lang))

    def short_date(self, day: Day) -> str:
        """Return a date without its year: ``22 May``, ``5月22日``."""
        from babel.dates import format_skeleton

        return format_skeleton("MMMd", _day(day), locale=_locale(self.lang))

    def short_month(self, day: Day) -> str:
        """Return a month without its year: ``May``, ``5月``."""
        from babel.dates import format_skeleton

        return format_skeleton("MMM", _day(day), locale=_locale(self.lang))

    def year(self, day: Day) -> str:
        """Return a year: ``2020``, ``2020年``."""
        from babel.dates import format_skeleton

        return format_skeleton("y", _day(day), locale=_locale(self.lang))

    def _coded(self, shown: str, currency: str) -> str:
        return shown if currency == NO_CURRENCY or shown == UNDEFINED else f"{currency}{_SPACE}{shown}"

    def of(self, label: str, currency: str) -> str:
        """Return a label with the currency that it is about, if the file names one."""
        return label if currency == NO_CURRENCY else self.say("{label}, {currency}", label=label, currency=currency)

    def currency(self, currency: str) -> str:
        """Return a currency's code, or words for a file that names none."""
        return self.say("no currency named") if currency == NO_CURRENCY else currency


def _day(day: Day) -> dt.date:
    if isinstance(day, str):
        return dt.date.fromisoformat(day[:10])
    return day.date() if isinstance(day, dt.datetime) else day
