"""The explorer's widgets: a thin view on a :class:`~arkit.explorer.look.Look`."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import ipywidgets as widgets
import pandas as pd

from arkit.charts import palette
from arkit.charts.position import bucket_columns, late_columns, overdue_share
from arkit.errors import ArkitError
from arkit.explorer.controls import Bar, Bars, Notice
from arkit.explorer.look import ALL, Look
from arkit.frames import day, month_end
from arkit.measures.aging import aging
from arkit.messages import Lang, Message
from arkit.tables import Kind, table
from arkit.text import Text

if TYPE_CHECKING:
    from arkit.ledger import Ledger

MOST_CUSTOMERS, MOST_DOCUMENTS = 200, 100
COLUMNS: dict[str, Kind] = {
    "document_id": "text", "customer": "text", "kind": "text", "date": "date", "due_date": "date",
    "days_overdue": "count", "amount": "money", "open": "money",
}  # fmt: skip


class Explorer(widgets.VBox):  # type: ignore[misc]
    """A ledger's ageing to look around in: see :func:`arkit.explore`."""

    def __init__(self, ledger: Ledger, *, as_of: str | dt.date | None, lang: Lang, folder: Path) -> None:
        start = (ledger.snapshot_on if ledger.scope == "snapshot" else None) or as_of or ledger.last_day()
        if start is None:
            raise ArkitError(Message("this ledger is empty: there is nothing to explore"))
        self.ledger, self.text, self.lang, self.folder = ledger, Text(lang), lang, folder
        self._drawing, self._longest = False, 0.0
        self._one_at_a_time = RLock()
        self._build(day(start))
        wrap = {"flex_flow": "row wrap"}
        super().__init__(
            [
                widgets.HBox([self.date, self.earlier, self.later, self.currency], layout=wrap),
                self.status,
                widgets.HBox([self.buckets, self.customers], layout=wrap),
                self.documents,
                widgets.HBox([self.save, self.saved], layout=wrap),
                self.alert,
            ]
        )
        self.add_class("arkit-explorer")
        self._connect()
        self._draw()

    def _build(self, start: dt.date) -> None:
        say, fixed, codes = self.text.say, self.ledger.scope == "snapshot", self.ledger.currencies
        self.date = widgets.DatePicker(value=start, description=say("As of"), disabled=fixed)
        self.earlier = widgets.Button(description=say("Month-end before"), disabled=fixed)
        self.later = widgets.Button(description=say("Month-end after"), disabled=fixed)
        debtors = aging(self.ledger, as_of=start, by="customer_id").groupby(level="currency").size()
        self.currency = widgets.Dropdown(
            options=[(self.text.currency(code), code) for code in codes],
            value=debtors.idxmax() if len(debtors) else codes[0],
            description=say("Currency"),
            layout={} if len(codes) > 1 else {"display": "none"},
        )
        waiting = say("No answer yet: the kernel is busy or has stopped.")
        wide = {"flex": "1 1 420px", "min_width": "300px", "margin": "0 16px 8px 0"}
        self.buckets, self.customers = Bars(waiting=waiting, layout=wide), Bars(waiting=waiting, layout=wide)
        self.documents = widgets.HTML()
        self.save = widgets.Button(description=say("Export to Excel"))
        self.status, self.saved = Notice(), Notice()
        self.alert = Notice(role="alert", summary=say("Details"))

    def _connect(self) -> None:
        self.date.observe(lambda _: self._answer(self._draw), "value")
        self.currency.observe(lambda _: self._answer(self._draw), "value")
        self.buckets.observe(lambda _: self._answer(self._draw_customers), "value")
        self.customers.observe(lambda _: self._answer(self._draw_documents), "value")
        self.earlier.on_click(lambda _: self._answer(self._month_before))
        self.later.on_click(lambda _: self._answer(self._month_after))
        self.save.on_click(lambda _: self._answer(self._save))

    def _answer(self, act: Callable[[], None]) -> None:
        """Do what a control asks for; an exception is shown, for in a callback it would vanish.

        JupyterLab hands a widget's messages to a thread of their own, beside that of the cells: one at a time.
        """
        with self._one_at_a_time:
            if self._drawing:  # what the explorer itself changes asks for nothing
                return
            self._drawing = True
            try:
                act()
                self.alert.value = self.alert.detail = ""
            except Exception as error:
                ours = error.args[0] if error.args and isinstance(error.args[0], Message) else None
                self.alert.value = ours.to(self.lang) if ours else f"{type(error).__name__}: {error}"
                self.alert.detail = "".join(traceback.format_exception(error))
            finally:
                self._drawing = False
                self.buckets.answered += 1
                self.customers.answered += 1

    @property
    def look(self) -> Look:
        """What is seen now."""
        if self.date.value is None:
            raise ArkitError(Message("choose a date"))
        choice = self.buckets.value or ALL, self.customers.value or ALL
        return Look(self.ledger, self.date.value, self.currency.value, *choice)

    def export(self, path: str | Path | None = None) -> Path:
        """Write what is seen to Excel; without a path to ``ageing-DATE-CURRENCY.xlsx`` in the folder."""
        look = self.look
        name = f"ageing-{look.as_of.isoformat()}-{look.currency}.xlsx"
        return look.export(Path(path) if path else self.folder / name, self.lang)

    def _month_before(self) -> None:
        self.date.value = month_end(self.look.as_of, -1)
        self._draw()

    def _month_after(self) -> None:
        today = self.look.as_of
        self.date.value = month_end(today, 1 if today == month_end(today) else 0)
        self._draw()

    def _save(self) -> None:
        self.saved.value = self.text.say("Written: {path}", path=str(self.export()))

    def _draw(self) -> None:
        look, text = self.look, self.text
        row = look.position()
        columns = bucket_columns(row.to_frame().T)
        self._colours = {**palette.bucket_colours(columns), ALL: palette.INK}
        self._longest = max(self._longest, *row[columns].abs())  # one scale, so that a change of date shows
        bars = [self._bar(key, text.label(key), row[key], self._longest, key) for key in (ALL, *columns)]
        legend = text.say("By age, {currency}", currency=text.currency(look.currency))
        self.buckets.show(legend, bars, look.bucket)
        self.status.value = self._sentence(look, row)
        self._draw_customers()

    def _sentence(self, look: Look, row: pd.Series[float]) -> str:
        text = self.text
        said = text.say(
            "{date}: {total} receivable, {share} of it overdue.",
            date=text.date(look.as_of),
            total=text.money(row[ALL], look.currency),
            share=text.percent(overdue_share(row, late_columns(row.to_frame().T))),
        )
        if self.ledger.scope == "snapshot":
            return said
        before = month_end(look.as_of, -1)
        then = text.money(look.position(before)[ALL], look.currency)
        earlier = text.say("On {date}: {total}.", date=text.date(before), total=then)
        return f"{said} {earlier}"

    def _draw_customers(self) -> None:
        look, text = self.look, self.text
        owing = look.customers()
        top = owing.head(MOST_CUSTOMERS)
        scale = float(top.abs().max()) if len(top) else 0.0
        bars = [
            self._bar(str(key), self._name(look, str(key)), value, scale, look.bucket) for key, value in top.items()
        ]
        legend = text.say("Customers: {bucket}", bucket=text.label(look.bucket))
        if len(owing) > len(top):
            legend += " " + text.say("(the {n} largest of {all})", n=len(top), all=text.number(len(owing)))
        everyone = self._bar(ALL, text.say("All customers"), owing.sum(), 0.0, look.bucket)
        self.customers.show(legend, [everyone, *bars], look.customer if look.customer in top.index else ALL)
        self._draw_documents()

    def _bar(self, key: str, label: str, value: float, scale: float, bucket: str) -> Bar:
        length = abs(value) / scale if scale and key != ALL else 0.0
        amount = self.text.amount(value, self.currency.value)
        return Bar(key=key, label=label, amount=amount, length=length, colour=self._colours[bucket])

    @staticmethod
    def _name(look: Look, customer_id: str) -> str:
        return f"{customer_id} {look.names.get(customer_id, '')}".strip()

    def _draw_documents(self) -> None:
        look, text = self.look, self.text
        items = look.documents()
        caption = text.say(
            "Documents: {bucket}, {who}; {n} for {money}",
            bucket=text.label(look.bucket),
            who=text.say("All customers") if look.customer == ALL else self._name(look, look.customer),
            n=text.number(len(items)),
            money=text.money(items["open"].sum(), look.currency),
        )
        if len(items) > MOST_DOCUMENTS:
            caption += " " + text.say("(the {n} largest; the export holds all)", n=MOST_DOCUMENTS)
        shown = items.head(MOST_DOCUMENTS)
        shown = shown.assign(kind=shown["kind"].map(text.label))
        self.documents.value = table(shown, COLUMNS, self.lang, caption=caption)
        self.saved.value = ""

    def __repr__(self) -> str:
        look = self.look
        return f"<Explorer of {self.ledger.intake.source}: {self._sentence(look, look.position())}>"
