"""The ledger: dated documents and what settles them. Every position is computed from these events.

Nothing is ever read from a stored balance, and nothing that happens after a date can change the position at it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import narwhals.stable.v2 as nw
import pandas as pd

from arkit import checks
from arkit.buckets import Basis, Bills, Buckets, Credits, Unit, limits_of
from arkit.columns import TABLES
from arkit.cube import Cube
from arkit.entries import DOCUMENT, over_applied, prepare
from arkit.errors import ArkitError
from arkit.frames import Frame, as_categories, collect, day, materialise, moment, share_keys, until, wrap
from arkit.intake import Intake, Problem, SourceTable
from arkit.messages import Message
from arkit.money import exact, major
from arkit.standing import Standing, set_apart

Scope = Literal["full", "snapshot"]


class Ledger:
    """Receivable documents and their settlements, checked and prepared once.

    Parameters
    ----------
    documents
        One row per document, or per instalment of one: ``document_id, customer_id, kind, date, due_date, amount,
        currency``; optional columns are carried through. ``amount`` is signed, in major units: what raises the
        receivable is positive. A pandas or Polars frame or a DuckDB relation; the work is done there.
    applications
        What settles what, and when: ``document_id, by_document_id, date, amount, kind``; amounts positive, a
        negative one takes an earlier application back. It takes effect on the latest of its own date and the
        dates of the two documents. Where both documents are of the same sign (a bill that takes the place of
        an invoice), only ``document_id`` shrinks.
        One customer may pay another's invoice, as a group's treasury does.
    customers, activities, targets
        Optional tables, see DESIGN §3.
    scope
        ``full``: documents and settlements over time. ``snapshot``: only what was open on one day, from which
        ageing can be had, but no DSO and no bad debt.
    snapshot_on
        The day of a snapshot, where known.
    intake
        The reader's account of every row.

    Raises
    ------
    LedgerError
        With every problem found: missing columns, duplicate or unknown ids, wrong signs, fractions of a cent, more
        applied than a document holds, currencies that clash.

    Examples
    --------
    >>> import pandas as pd
    >>> invoice = {"document_id": "1", "customer_id": "C1", "kind": "invoice", "date": "2026-01-05",
    ...            "due_date": "2026-02-04", "amount": 100.0, "currency": "EUR"}
    >>> Ledger(pd.DataFrame([invoice])).open_items("2026-02-10")[["document_id", "open", "days_overdue"]]
      document_id   open  days_overdue
    0           1  100.0             6
    """

    def __init__(
        self,
        documents: Any,  # noqa: ANN401 (any frame that narwhals knows)
        applications: Any = None,  # noqa: ANN401
        customers: Any = None,  # noqa: ANN401
        activities: Any = None,  # noqa: ANN401
        targets: Any = None,  # noqa: ANN401
        *,
        scope: Scope = "full",
        snapshot_on: dt.date | None = None,
        intake: Intake | None = None,
    ) -> None:
        given = dict(zip(TABLES, (documents, applications, customers, activities, targets), strict=True))
        frames = {name: wrap(table) for name, table in given.items() if table is not None}
        engines = {frame.implementation for frame in frames.values()}
        if len(engines) > 1:
            msg = f"all tables of a ledger must live in one engine, got {sorted(str(e) for e in engines)}"
            raise ArkitError(msg)
        self._frames = checks.tables(frames)
        self.scope: Scope = scope
        self.snapshot_on = snapshot_on
        self._currencies = checks.currencies(self._frames["documents"])
        self._entries = self._prepare()
        self.intake = intake or _plain_intake(self)
        self._grouped: dict[tuple[str, ...], Frame] = {}
        self._cubes: dict[tuple[Any, ...], Cube] = {}
        self._cut: dict[tuple[Any, ...], tuple[dt.date, Cube]] = {}

    def _prepare(self) -> Frame:
        raw = self._frames["documents"], self._frames.get("applications")
        documents, *rest = share_keys(
            raw[0], *([(raw[1], ("document_id", "by_document_id"))] if raw[1] is not None else [])
        )
        applications = rest[0] if rest else None
        problems: list[Problem] = []
        documents, found = checks.document_amounts(documents, self._currencies)
        problems += found
        if applications is not None and raw[1] is not None:
            applications, found = checks.applications(documents, applications, raw[1], self._currencies)
            problems += found
        checks.refuse(problems)
        entries, ends = prepare(documents, applications)
        if applications is not None and ends is not None:
            wrong = over_applied(entries, ends, applications)
            checks.refuse(checks.over_applied_problems(wrong, self._currency_of))
        return entries

    def _currency_of(self, document_id: str) -> str:
        documents = self._frames["documents"].filter(nw.col("document_id") == document_id)
        return str(collect(documents.select("currency"))["currency"].iloc[0])

    def _native(self, table: str) -> Any:  # noqa: ANN401 (the user's own kind of frame)
        frame = self._frames.get(table)
        return None if frame is None else frame.to_native()

    @property
    def documents(self) -> Any:  # noqa: ANN401
        """The documents, canonical, as a frame of the ledger's engine."""
        return self._native("documents")

    @property
    def applications(self) -> Any:  # noqa: ANN401
        """The applications, or None."""
        return self._native("applications")

    @property
    def customers(self) -> Any:  # noqa: ANN401
        """The customers, or None."""
        return self._native("customers")

    @property
    def activities(self) -> Any:  # noqa: ANN401
        """What was done to collect, or None."""
        return self._native("activities")

    @property
    def targets(self) -> Any:  # noqa: ANN401
        """The collection plan, or None."""
        return self._native("targets")

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of the documents, sorted."""
        return self._currencies

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the column names of a table; empty where the ledger has no such table."""
        frame = self._frames.get(table)
        return () if frame is None else tuple(frame.collect_schema().names())

    def table(self, name: str) -> pd.DataFrame:
        """Return a whole table as pandas; for the small ones (customers, activities, targets)."""
        frame = self._frames.get(name)
        return pd.DataFrame(columns=list(TABLES[name])) if frame is None else collect(frame)

    def entries(self, by: Sequence[str] = ()) -> Frame:
        """Return the prepared entries, with columns of documents or customers beside them to group by.

        A column that both tables have is the documents'. Text that is not given is the empty text.
        """
        extra = tuple(name for name in by if name not in ("customer_id", "currency", "kind", "document_id"))
        if not extra:
            return self._entries
        if extra not in self._grouped:
            frame = self._entries
            for name in extra:
                frame = self._with_group(frame, name)
            self._grouped[extra] = materialise(frame)
        return self._grouped[extra]

    def _with_group(self, entries: Frame, name: str) -> Frame:
        for table, key in (("documents", "document_id"), ("customers", "customer_id")):
            if name in self.columns(table):
                values = self._frames[table].select(key, nw.col(name).cast(nw.String).fill_null("").alias(name))
                if key == "document_id":
                    values = share_keys(values)[0]
                elif entries.implementation.is_pandas():
                    entries = entries.with_columns(nw.col(key).cast(nw.String))
                joined = entries.join(values, on=key, how="left").with_columns(nw.col(name).fill_null(""))
                return as_categories(joined, name, key) if key == "customer_id" else as_categories(joined, name)
        msg = (
            f"by= must name a column of documents or customers, got {name!r}; "
            f"documents: {', '.join(self.columns('documents'))}; "
            f"customers: {', '.join(self.columns('customers')) or 'none'}"
        )
        raise ArkitError(msg)

    def cube(
        self, by: Sequence[str] = (), *, basis: str = "due", bills: str = "with", until: dt.date | None = None
    ) -> Cube:
        """Return the prepared sums by month, from which all month-ends come (:mod:`arkit.cube`).

        With ``until``, only what is in effect at that date: the newest of these is kept for the next measure.
        """
        key = (tuple(by), basis, bills)
        if key not in self._cubes:
            self._cubes[key] = Cube.build(self.entries(by), by=tuple(by), basis=basis, bills=bills)
        if until is None:
            return self._cubes[key]
        date, cut = self._cut.get(key, (None, None))
        if cut is None or date != until:
            cut = self._cubes[key].until(until)
            self._cut[key] = until, cut
        return cut

    def movements(self, as_of: str | dt.date, *, by: Sequence[str] = (), columns: Sequence[str] | None = None) -> Frame:
        """Return the entries of the documents that are open at a date, as far as they are in effect by then.

        ``columns``: what is needed of them; all of it by default.
        """
        limit, entries = day(as_of), self.entries(by)
        if self.scope == "snapshot" and self.snapshot_on is not None and limit < self.snapshot_on:
            checks.refuse([checks.before_snapshot(limit, self.snapshot_on)])
        needed = None if columns is None else list(dict.fromkeys([*columns, "closed_on"]))
        return until(entries, limit, nw.col("closed_on") > moment(entries, limit), columns=needed)

    def open_items(self, as_of: str | dt.date) -> pd.DataFrame:
        """Return the documents that are open at a date.

        Returns
        -------
        pandas.DataFrame
            The documents' columns, ``open`` (signed, major units) and ``days_overdue`` (0 where not yet late; a
            credit counts from its own date), by customer and due date.
        """
        limit = day(as_of)
        sums = self.movements(limit).group_by("document_id", "due").agg(nw.col("minor").sum().alias("open_minor"))
        sums = sums.filter(nw.col("open_minor") != 0)
        documents = share_keys(self._frames["documents"])[0]
        items = collect(sums.join(documents, on="document_id", how="inner"))
        items["open"] = major(items.pop("open_minor"), items["currency"])
        items["days_overdue"] = (pd.Timestamp(limit) - items.pop("due")).dt.days.clip(lower=0).astype("int64")
        names = [*self.columns("documents"), "open", "days_overdue"]
        return items[names].sort_values(["customer_id", "due_date", "document_id"], ignore_index=True)

    def trace(
        self,
        *,
        as_of: str | dt.date,
        column: str = "total",
        where: Mapping[str, str] | None = None,
        basis: Basis = "due",
        buckets: Sequence[int] | None = None,
        credits: Credits = "separate",
        bills: Bills = "with",
        unit: Unit = "days",
        year_start: int = 1,
        apart: Sequence[Standing] = (),
    ) -> pd.DataFrame:
        """Return the documents behind a figure of :func:`arkit.aging`.

        Parameters
        ----------
        as_of
            The date of the figure.
        column
            Its column: ``not_due``, ``d1_30`` ..., ``unapplied``, one of ``apart``, or ``total``.
        where
            Its row: ``{"currency": "CNY", "region": "North"}``; any column of documents or customers.
        basis, buckets, credits, bills, unit, year_start, apart
            As given to ``aging``.

        Returns
        -------
        pandas.DataFrame
            As :meth:`open_items`; ``open`` adds up to the figure, to the cent.
        """
        limit, where = day(as_of), dict(where or {})
        rules = Buckets(limits_of(buckets, unit), basis, credits, bills, unit, year_start)
        if column not in (*rules.names, *apart, "total"):
            msg = f"column must be one of {', '.join([*rules.names, *apart, 'total'])}; got {column!r}"
            raise ArkitError(msg)
        rows = self.movements(limit, by=tuple(where))
        for name, value in where.items():
            rows = rows.filter(nw.col(name).cast(nw.String) == value)
        taken, rest = set_apart(rows, self, limit, apart)
        part = {"total": rows, **taken}.get(column, rest)
        cells = rules.sort(part, limit, ["currency", "document_id"])["total" if column in taken else column]
        wanted = set(cells.index[cells != 0].get_level_values("document_id"))
        items = self.open_items(limit)
        return items[items["document_id"].isin(wanted)].reset_index(drop=True)

    def first_day(self) -> dt.date | None:
        """Return the date of the earliest document, or None of an empty ledger."""
        return self._extreme("first")

    def last_day(self, *, kinds: Sequence[str] = ()) -> dt.date | None:
        """Return the date of the latest document, of some kinds or of any."""
        return self._extreme("last", kinds)

    def _extreme(self, end: str, kinds: Sequence[str] = ()) -> dt.date | None:
        own = self._entries.filter(nw.col("event") == DOCUMENT)
        if kinds:
            own = own.filter(nw.col("kind").cast(nw.String).is_in(list(kinds)))
        pair = collect(own.select(nw.col("date").min().alias("first"), nw.col("date").max().alias("last")))
        value = pair[end].iloc[0]
        return None if pd.isna(value) else value.date()

    def __repr__(self) -> str:
        first, last = self.first_day(), self.last_day()
        span = f"{first} to {last}" if first else "empty"
        return f"<Ledger {self.intake.source}: {', '.join(self.currencies) or 'no currency'}, {span}, {self.scope}>"


def _plain_intake(ledger: Ledger) -> Intake:
    """Account for tables that were handed over as frames: all rows used, or the ledger would have been refused."""
    counts = {name: _height(ledger._frames[name]) for name in TABLES if name in ledger._frames}
    tables = tuple(SourceTable(name, name, None, rows, rows, 0, 0) for name, rows in counts.items())
    own = ledger.entries().filter(nw.col("event") == DOCUMENT)
    sums = collect(own.group_by("currency").agg(nw.col("minor").sum())).sort_values("currency")
    used = [exact(minor, code) for code, minor in zip(sums["currency"], sums["minor"], strict=True)]
    zero = [exact(0, code) for code in sums["currency"]]
    totals = pd.DataFrame(
        {"file": used, "used": used, "folded": zero, "refused": zero},
        index=pd.Index(sums["currency"], name="currency"),
        dtype="object",
    )
    return Intake("frames", "canonical", tables, totals, tuple(_missing_due_dates(ledger)))


def _height(frame: Frame) -> int:
    if frame.implementation.is_pandas():
        return len(frame.to_native())
    return int(collect(frame.select(nw.len().alias("n")))["n"].iloc[0])


def _missing_due_dates(ledger: Ledger) -> Iterator[Problem]:
    claims = nw.col("kind").cast(nw.String).is_in(["invoice", "debit_note", "bill", "bounced"])
    frame = ledger._frames["documents"]
    lacking = _height(frame.filter(nw.col("due_date").is_null(), claims))
    if lacking:
        yield Problem(
            "missing_due_date",
            Message("{n} documents have no due date: their own date is taken", n=lacking),
            Message("Fill in the due date, or the terms, at the source."),
            "warning", table="documents", column="due_date", count=lacking,
        )  # fmt: skip
