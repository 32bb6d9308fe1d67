"""What a report's notebook works with: one ledger, one date, one language; measures made once; sections shown."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from arkit.errors import ParameterError
from arkit.frames import collect, day, wrap
from arkit.ledger import Ledger
from arkit.messages import Lang, Message
from arkit.rates.table import MAX_AGE
from arkit.reporting import aside, displayed, provisioning, sections
from arkit.reporting.blocks import Html, Section, number
from arkit.reporting.selection import Selection
from arkit.text import Text

OF_A_PAST = ("kpis", "provision_backtest")
"""What the report on a snapshot does not show."""


class Report:
    """One ledger at one date, in one language.

    Parameters
    ----------
    ledger
        A file or folder to read, a ledger, or "" for the sample company.
    as_of, lang
        Date of the report, ISO text; ``en`` or ``zh``.
    out
        Folder for ``figures.json`` and ``report.xlsx``; "" writes nothing.
    title
        Heading; "" makes it from the date.
    table, query, profile, sheet, dates, decimal, currency, exported_on, control, accept
        As :func:`arkit.read` takes them; "" leaves it to the reader. The general ledger's balance is that of ``as_of``.
    base, rates, max_rate_age
        Base currency and path of a rate table (:func:`arkit.read_rates`) for the position at booking and revalued,
        and how many days old a rate may be; "" leaves it out.
    buckets, months
        Upper limits of the age buckets in days, ``"30,60,90"``; months of history.
    kind
        Which report this is, a key of :data:`arkit.reporting.sections.KINDS`.
    where
        What of the ledger is shown, ``"region=north; salesperson=Li Na"``; "" is all of it. Diagnosis always compares
        with the whole ledger: what is shown is cut, not what is known.
    by
        Column of documents or customers by which reports in depth break down; "" leaves it to them.
    capacity, country
        Work that the collectors can do in a week, in calls; where the debtors are (ISO 3166), for lawful channels.
    annual_rate
        Cost of capital a year (0.06 for 6 %), for what carrying late money costs; 0 leaves it out.
    customer
        The customer whom a review is about.
    provision
        Settings of the loss allowance as text (:mod:`arkit.reporting.provisioning`).

    Examples
    --------
    A notebook makes one ``Report``, calls ``show`` for each section and ``finish`` at the end.
    """

    def __init__(
        self,
        ledger: str | Path | Ledger = "",
        *,
        as_of: str,
        lang: Lang = "en",
        out: str = "",
        title: str = "",
        table: str = "",
        query: str = "",
        profile: str = "",
        sheet: str = "",
        dates: str = "",
        decimal: str = "",
        currency: str = "",
        exported_on: str = "",
        control: str = "",
        accept: str = "",
        base: str = "",
        rates: str = "",
        max_rate_age: int = MAX_AGE,
        buckets: str = "30,60,90",
        months: int = 24,
        kind: str = "monthly_diagnostic",
        where: str = "",
        by: str = "",
        capacity: float = 40,
        country: str = "CN",
        annual_rate: float = 0.0,
        customer: str = "",
        provision: Mapping[str, str] | None = None,
    ) -> None:
        self.text = Text(lang)
        self.as_of = day(as_of)
        self.months = months
        self.buckets = tuple(int(limit) for limit in buckets.split(","))
        self.out = out
        reading = {
            "table": table, "query": query, "profile": profile, "sheet": sheet, "dates": dates, "decimal": decimal,
            "currency": currency, "exported_on": exported_on, "control": control, "control_on": as_of,
        }  # fmt: skip
        self.ledger = _open(ledger, {k: v or None for k, v in reading.items()}, accept)
        self.is_sample = ledger == ""
        if rates and not base:
            raise ParameterError(Message("rates: give the base currency that they are in, too: base"))
        self.base = base
        self._conversion = {"base": base, "rates": rates or None, "max_rate_age": max_rate_age}
        self.kind = sections.kind(kind)
        self.selection = Selection(self.ledger, self.as_of, where)
        self.by = self.selection.column(by) if by else ""
        self.capacity = capacity
        self.country = country
        self.annual_rate = annual_rate or None
        self.customer = self.selection.customer(customer) if customer else ""
        self.provision = provisioning.options(provision or {}, self.ledger, self.as_of)
        self._title = title
        self._measures: dict[Hashable, pd.DataFrame] = {}
        self._found: dict[Hashable, Any] = {}
        self._ahead = self._begin(self.kind.ahead)
        self._shown: dict[str, Section] = {}
        self._book: aside.Kept | None = None
        early = self.kind.meanwhile if self._ahead and aside.there() else ()
        self._made = {key: sections.build(key, self) for key in early}

    # what sections ask for
    def measure(self, name: str, **options: Any) -> pd.DataFrame:  # noqa: ANN401 (whatever the measure takes)
        """Return a measure of this ledger at this date, once; in this report's buckets and base currency."""
        import arkit

        if name in {"aging", "aging_history", "revaluation", "roll_rates", "roll_history", "roll_forecast"}:
            options = {"buckets": self.buckets, **options}
        if name == "revaluation":
            options = {**self._conversion, **options}
        key = (name, *sorted((k, str(v)) for k, v in options.items()))
        if key not in self._measures:
            ahead = None if options else self._ahead.pop(name, None)
            self._measures[key] = ahead() if ahead else getattr(arkit, name)(self.ledger, as_of=self.as_of, **options)
        return self._measures[key]

    def found(self, name: str, **options: Any) -> Any:  # noqa: ANN401 (a result of its own class)
        """Return a diagnosis of this ledger at this date (``causes``, ``forecast``, ...), made once.

        It is of the whole ledger; :attr:`selection` says what of it is shown. A work list has the report's capacity.
        """
        import arkit

        given = self._given(name) | options
        key = (name, *sorted((k, str(v)) for k, v in given.items()))
        if key not in self._found:
            ahead = None if options else self._ahead.pop(name, None)
            self._found[key] = ahead() if ahead else getattr(arkit, name)(self.ledger, as_of=self.as_of, **given)
        return self._found[key]

    def _given(self, name: str) -> dict[str, Any]:
        if name in {"provision", "provision_backtest"}:
            return provisioning.given(self, name)
        return {"capacity": self.capacity, "country": self.country} if name == "worklist" else {}

    def _begin(self, names: tuple[str, ...]) -> dict[str, Callable[[], Any]]:
        """Have long diagnoses of a ledger in memory made aside while the first sections are."""
        import arkit

        if not wrap(self.ledger.documents).implementation.is_pandas():
            return {}
        make = {name: getattr(arkit, name) for name in names if not (self.snapshot and name in OF_A_PAST)}
        return {n: aside.later(m, self.ledger, as_of=self.as_of, **self._given(n)) for n, m in make.items()}

    @cached_property
    def title(self) -> str:
        """The heading: as given, or what is shown at which date; of one customer, with the name."""
        date = self.text.date(self.as_of)
        if not self._title and self.kind.of_customer:
            from arkit.reporting.review import case

            if found := case(self):
                return self.text.say("{customer}: receivables on {date}", customer=found.name, date=date)
        return self._title or self.text.say("Receivables on {date}", date=date)

    @cached_property
    def open_items(self) -> pd.DataFrame:
        """The documents that are open at the date."""
        return self.ledger.open_items(self.as_of)

    @cached_property
    def names(self) -> dict[str, str]:
        """Customer names by id; empty where the ledger has none."""
        columns = self.ledger.columns("customers")
        own = [c for c in (f"name_{self.text.lang}", "name") if c in columns]
        if not own:
            return {}
        table = self.ledger.table("customers")
        given = table.dropna(subset=own[:1])
        return dict(zip(given["customer_id"].astype(str), given[own[0]].astype(str), strict=True))

    def name(self, customer_id: str) -> str:
        """Return what a customer is called: its name, or its number."""
        return self.names.get(str(customer_id), "").strip() or str(customer_id)

    @cached_property
    def called(self) -> dict[str, str]:
        """What the reader calls a customer, by the name that the diagnosis writes: the customer file's first."""
        if not self.names or "name" not in self.ledger.columns("customers"):
            return {}
        table = self.ledger.table("customers")[["customer_id", "name"]].dropna()
        return {str(name): self.name(who) for who, name in zip(table["customer_id"], table["name"], strict=True)}

    @property
    def snapshot(self) -> bool:
        """Whether the ledger knows only what was open on one day."""
        return self.ledger.scope == "snapshot"

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """The ledger's currencies, the one with most documents first."""
        counts = collect(wrap(self.ledger.documents).select("currency"))["currency"].value_counts()
        return tuple(sorted(self.ledger.currencies, key=lambda code: (-int(counts.get(code, 0)), code)))

    # what the notebook calls
    def cover(self) -> None:
        """Display the heading and the contents of the page."""
        text, source = self.text, self.ledger.intake.source
        said = text.say("Sample company (fictional)") if self.is_sample else source
        kicker, contents = text.say(self.kind.name), text.say("Contents")
        links = [(key, text.say(sections.title(key))) for key in self.kind.sections]
        items = "".join(f'<li><a href="#{key}">{html.escape(shown)}</a></li>' for key, shown in links)
        displayed.show(
            Html(
                f'<header class="cover"><p class="kicker">{html.escape(kicker)}</p><h1>{html.escape(self.title)}</h1>'
                f'<p class="source">{html.escape(said)} · {html.escape(self._span())}</p>{self._cut()}</header>'
                f'<nav class="contents" aria-label="{html.escape(contents)}"><ol>{items}</ol></nav>'
            ),
            {"title": f"{self.title} · {said}"},
        )

    def _cut(self) -> str:
        """Say what of the ledger is shown, where that is not all of it."""
        if not self.selection:
            return ""
        text = self.text
        said = text.say(
            "Shown: {where}. Comparisons are made with the whole ledger.",
            where=text.listed([f"{text.inline(name)} = {value}" for name, value in self.selection.where.items()]),
        )
        return f'<p class="source">{html.escape(said)}</p>'

    def _span(self) -> str:
        currencies = self.text.listed([self.text.currency(code) for code in self.currencies])
        first, last = self.ledger.first_day(), self.ledger.last_day()
        if first is None or last is None:
            return self.text.say("no documents")
        return self.text.say(
            "documents of {first} to {last} · {currencies}",
            first=self.text.date(first),
            last=self.text.date(last),
            currencies=currencies,
        )

    def section(self, key: str) -> Section:
        """Return a section, made once."""
        if key not in self._shown:
            self._shown[key] = self._made.pop(key) if key in self._made else sections.build(key, self)
            if self.out:
                self._add(self._shown[key])
        return self._shown[key]

    def show(self, key: str) -> None:
        """Display a section: its heading and lead, then each of its blocks as an output of its own."""
        section = self.section(key)
        lead = "".join(f'<p class="lead">{html.escape(sentence)}</p>' for sentence in section.lead)
        pending = f'<h2 id="{section.key}">{html.escape(section.title)}</h2>{lead}'
        for block in section.blocks:
            if isinstance(block, Html):
                pending += block.html
                continue
            if pending:
                displayed.show(Html(pending))
            pending = ""
            displayed.show_chart(block)
        if pending:
            displayed.show(Html(pending))

    @property
    def figures(self) -> dict[str, Any]:
        """Every number of the sections shown, unrounded, by its key."""
        return {key: number(value) for section in self._shown.values() for key, value in section.figures.items()}

    def finish(self) -> None:
        """Write ``figures.json``, ``report.xlsx`` and the sections' own files to the output folder, if there is one."""
        if not self.out:
            return
        out, shown = Path(self.out).resolve(), self._shown.values()
        book = self._book or self._begin_workbook()
        book.call("close")
        for file in (file for section in shown for file in section.files):
            file.write(out / file.name)
        content = {"as_of": self.as_of.isoformat(), "source": self.ledger.intake.source, "figures": self.figures}
        written = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
        (out / "figures.json").write_text(written + "\n", encoding="utf-8")
        book.wait()
        self._book = None

    def _add(self, section: Section) -> None:
        """Add a section's sheets to ``report.xlsx``: aside, where that can be, while further sections are made."""
        if self._book is None:
            self._book = self._begin_workbook()
            return
        for sheet in section.sheets:
            self._book.call("add", sheet)

    def _begin_workbook(self) -> aside.Kept:
        """Return the workbook, with the sheets of all sections shown so far."""
        from arkit.reporting.workbook import Book

        text = self.text
        facts = {text.say("As of"): self.as_of.isoformat(), text.say("Source"): self.ledger.intake.source}
        given: dict[str, Any] = {"lang": text.lang, "title": self.title, "properties": facts}
        book = aside.Kept(Book, Path(self.out).resolve() / "report.xlsx", as_of=self.as_of, **given)
        for sheet in (sheet for section in self._shown.values() for sheet in section.sheets):
            book.call("add", sheet)
        return book


def _open(ledger: str | Path | Ledger, reading: Mapping[str, str | None], accept: str) -> Ledger:
    import arkit

    if isinstance(ledger, Ledger):
        return ledger
    if ledger == "":
        sample: Ledger = arkit.sample()
        return sample
    rules = tuple(rule.strip() for rule in accept.split(",") if rule.strip())
    read: Ledger = arkit.read(ledger, accept=rules, **reading)
    return read
