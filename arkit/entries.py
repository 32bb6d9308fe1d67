"""The ledger's events as signed movements, prepared once per ledger.

One row for each document and for each side of each application, in the order in which they take effect. A position
at a date is then a filter and a sum, with no join: a document counts from its date, an application from the latest of
its own date and the dates of the two documents that it joins.

===============  ======================================================================================
``document_id``  the document that moves
``customer_id``  its customer
``currency``     its currency
``kind``         its kind
``event``        ``document``, or the kind of the application
``date``         its document date
``due``          the date from which it is late; credits have their own date, so has what lacks a due date
``effective``    when the movement takes effect
``closed_on``    when the document came to zero for good (9999-12-31: still open)
``month``        of ``effective``, as year * 12 + month; ``document_month``: of ``date``
``minor``        signed minor units: what raises the receivable is positive
``claim``        ``minor`` of a claim; 0 of a credit note, payment or refund, whose open part is unapplied credit
``tax``          of a document, the tax within ``minor``; 0 elsewhere
===============  ======================================================================================
"""

from __future__ import annotations

import narwhals.stable.v2 as nw

from arkit.columns import CREDIT_KINDS
from arkit.frames import FOREVER, Frame, as_categories, collect, materialise, moment

DOCUMENT = "document"
"""The event of a document itself, apart from its applications."""


def prepare(documents: Frame, applications: Frame | None) -> tuple[Frame, Frame | None]:
    """Return the entries of canonical tables whose amounts are in the column ``minor``, and how each document ends.

    Parameters
    ----------
    documents
        With ``document_id, customer_id, currency, kind, date, due_date, minor, tax``.
    applications
        With ``document_id, by_document_id, date, minor, kind``, or None.

    Returns
    -------
    tuple
        The entries, and per document what is left of it and since when (``document_id, open, last``); None where
        nothing was applied, so that each ends as it began.
    """
    own = nw.col("kind").is_in(CREDIT_KINDS) | nw.col("due_date").is_null()
    base = as_categories(
        documents.select(
            "document_id", "customer_id", "currency", "kind", "date",
            nw.when(own).then(nw.col("date")).otherwise(nw.col("due_date")).alias("due"),
            "minor", "tax",
        ),
        "customer_id", "currency", "kind",
    )  # fmt: skip
    parts = [base.with_columns(nw.lit(DOCUMENT).alias("event"), nw.col("date").alias("effective"))]
    if applications is not None:
        sides = _joined(base, applications)
        parts += [_item_side(sides), _by_side(sides)]
    names = parts[0].collect_schema().names()
    moves = materialise(nw.concat([part.select(names) for part in parts], how="vertical"))
    moves = as_categories(moves, "event")
    ends = None if applications is None else _ends(moves)
    return materialise(_with_closing(moves, ends).sort("effective")), ends


def _joined(base: Frame, applications: Frame) -> Frame:
    by = base.select(
        nw.col("document_id").alias("by_document_id"),
        *(nw.col(name).alias(f"by_{name}") for name in ("customer_id", "currency", "kind", "date", "due", "minor")),
    )
    applied = applications.select(
        "document_id", "by_document_id",
        nw.col("date").alias("applied_on"), nw.col("minor").alias("applied"), nw.col("kind").alias("event"),
    )  # fmt: skip
    sides = applied.join(base, on="document_id", how="inner").join(by, on="by_document_id", how="left")
    return sides.with_columns(nw.max_horizontal("applied_on", "date", "by_date").alias("effective"))


def _item_side(sides: Frame) -> Frame:
    down = nw.when(nw.col("minor") < 0).then(nw.col("applied")).otherwise(-nw.col("applied"))
    return sides.with_columns(down.alias("minor"), nw.lit(0, nw.Int64).alias("tax"))


def _by_side(sides: Frame) -> Frame:
    """Return what the settling document loses: only where it is of the other sign.

    A bill that replaces an invoice, or a bounced item that replaces a bill, carries the claim on with its own
    amount: the application takes nothing from it.
    """
    opposite = sides.filter(~nw.col("by_minor").is_null(), (nw.col("by_minor") < 0) != (nw.col("minor") < 0))
    moved = nw.when(nw.col("by_minor") < 0).then(nw.col("applied")).otherwise(-nw.col("applied"))
    return opposite.select(
        nw.col("by_document_id").alias("document_id"),
        *(nw.col(f"by_{n}").alias(n) for n in ("customer_id", "currency", "kind", "date", "due")),
        "effective", "event",
        moved.cast(nw.Int64).alias("minor"),
        nw.lit(0, nw.Int64).alias("tax"),
    )  # fmt: skip


def _ends(moves: Frame) -> Frame:
    by_document = moves.group_by("document_id")
    return materialise(by_document.agg(nw.col("minor").sum().alias("open"), nw.col("effective").max().alias("last")))


def _with_closing(moves: Frame, ends: Frame | None) -> Frame:
    left, last = ("minor", "effective") if ends is None else ("open", "last")
    if ends is not None:
        moves = moves.join(ends, on="document_id", how="inner")
    closed = nw.when(nw.col(left) == 0).then(nw.col(last)).otherwise(moment(moves, FOREVER))
    return moves.with_columns(
        closed.alias("closed_on"),
        (nw.col("minor") * (~nw.col("kind").is_in(CREDIT_KINDS)).cast(nw.Int64)).alias("claim"),
        _month("effective").alias("month"),
        _month("date").alias("document_month"),
    ).drop("open", "last", strict=False)


def _month(column: str) -> nw.Expr:
    return (nw.col(column).dt.year() * 12 + nw.col(column).dt.month()).cast(nw.Int32)


def over_applied(entries: Frame, ends: Frame, applications: Frame) -> Frame:
    """Return the documents that more was applied to, or taken back from, than they hold: ``document_id, minor, open``.

    An application shrinks its documents, so their end tells all; where one was taken back, every day is looked at.
    """
    left = ends.select("document_id", "open")
    back = applications.filter(nw.col("minor") < 0)
    ids = [back.select(nw.col(name).alias("document_id")) for name in ("document_id", "by_document_id")]
    reopened = nw.concat(ids, how="vertical").filter(~nw.col("document_id").is_null()).unique()
    if len(collect(reopened.head(1))):
        days = entries.join(reopened, on="document_id", how="inner").group_by("document_id", "effective")
        running = nw.col("minor").cum_sum().over("document_id", order_by="effective")
        daily = days.agg(nw.col("minor").sum()).with_columns(running.cast(nw.Int64).alias("open"))
        left = nw.concat([left.with_columns(nw.col("open").cast(nw.Int64)), daily.select("document_id", "open")])
    own = entries.filter(nw.col("event") == DOCUMENT).select("document_id", "minor")
    held, rest = nw.col("minor"), nw.col("open")
    sound = ((rest >= 0) & (rest <= held)) | ((rest <= 0) & (rest >= held))
    return own.join(left, on="document_id", how="inner").filter(~sound)
