"""What makes tables a ledger: the rules that join columns and tables, asked on the ledger's own engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping

import narwhals.stable.v2 as nw

from arkit.errors import LedgerError
from arkit.frames import Frame, collect
from arkit.intake import Problem
from arkit.messages import Message
from arkit.money import LARGEST_MINOR, exact, to_minor
from arkit.schemas import canonical, missing_columns, violations

NEGATIVE_KINDS = ("credit_note", "payment")
POSITIVE_KINDS = ("invoice", "debit_note", "bill", "bounced", "refund", "recovery")
_SHOWN = 20


def refuse(problems: Iterable[Problem]) -> None:
    """Raise a LedgerError that carries all problems, if there is one."""
    found = tuple(problems)
    if found:
        raise LedgerError(Message("the ledger was refused: {n} problem(s)", n=len(found)), found)


def tables(frames: Mapping[str, Frame]) -> dict[str, Frame]:
    """Bring the tables to their canonical types and hold each against its schema; raise all problems at once."""
    refuse(problem for name, frame in frames.items() for problem in missing_columns(frame, name))
    result: dict[str, Frame] = {}
    problems: list[Problem] = []
    for name, frame in frames.items():
        result[name], found = canonical(frame, name)
        problems += found or violations(result[name], name)
    refuse(problems)
    return result


def currencies(documents: Frame) -> tuple[str, ...]:
    """Return the currency codes of the documents, sorted."""
    return tuple(sorted(collect(documents.select("currency").unique())["currency"]))


def document_amounts(documents: Frame, codes: Iterable[str]) -> tuple[Frame, list[Problem]]:
    """Add ``minor`` and ``tax`` in minor units; report fractions of a cent, absurd amounts and wrong signs."""
    scaled, problems = _scaled(documents, codes, "documents")
    if problems:
        return documents, problems
    wrong = (nw.col("kind").is_in(NEGATIVE_KINDS) & (nw.col("minor") > 0)) | (
        nw.col("kind").is_in(POSITIVE_KINDS) & (nw.col("minor") < 0)
    )
    problems += _problems(
        scaled.filter(wrong), "wrong_sign", "amount",
        Message("an invoice, debit note, bill, bounced item, refund or recovery raises the receivable (positive); "
                "a credit note or payment lowers it (negative)"),
        Message("Turn the sign, or give the document the kind that it really is."),
    )  # fmt: skip
    return scaled, problems


def _scaled(frame: Frame, codes: Iterable[str], table: str) -> tuple[Frame, list[Problem]]:
    """Return amounts as whole minor units, or the problems that keep them from being that."""
    codes = tuple(codes)
    frame = frame.with_columns(to_minor(codes).alias("minor"))
    size = nw.col("minor").abs()
    huge = frame.filter(~(size <= LARGEST_MINOR))
    problems = _problems(
        huge, "amount_too_large", "amount", Message("this amount is beyond any ledger, or not a number"),
        Message("Check the row; amounts are in major units."), table,
    )  # fmt: skip
    # the error of a float grows with it: half a unit in the last place, and the multiplication's
    off = (nw.col("minor") - nw.col("minor").round(0)).abs() > size * 4.5e-16 + 1e-6
    problems += _problems(
        frame.filter(off), "fraction_of_a_cent", "amount",
        Message("the amount has more decimals than its currency"),
        Message("Round it at the source: arkit does not decide what becomes of the rest."), table,
    )  # fmt: skip
    if problems:
        return frame, problems
    columns = [nw.col("minor").round(0).cast(nw.Int64).alias("minor")]
    if table == "documents":
        has_tax = "tax" in frame.collect_schema().names()
        tax = to_minor(codes, amount="tax").fill_null(0).round(0).cast(nw.Int64) if has_tax else nw.lit(0, nw.Int64)
        columns.append(tax.alias("tax"))
    return frame.with_columns(columns), []


def applications(documents: Frame, encoded: Frame, given: Frame, codes: Iterable[str]) -> tuple[Frame, list[Problem]]:
    """Add ``minor``; report documents that do not exist and currencies that clash.

    Parameters
    ----------
    documents
        With encoded keys and ``minor``.
    encoded, given
        The applications with encoded keys, and as they came.
    codes
        The currencies of the documents.
    """
    problems: list[Problem] = []
    for column in ("document_id", "by_document_id"):
        problems += _problems(
            _unknown(documents, encoded, given, column), "unknown_document", column,
            Message("no document has this id"),
            Message("Add the document, or correct the id; leave by_document_id empty where there is none."),
            "applications",
        )  # fmt: skip
    problems += _problems(
        given.filter(nw.col("document_id") == nw.col("by_document_id")),
        "applied_to_itself",
        "by_document_id",
        Message("a document can not settle itself"),
        Message("Name the payment or credit note that settles it, or leave by_document_id empty."),
        "applications",
    )
    if problems:
        return encoded, problems
    own = documents.select("document_id", "currency")
    joined = encoded.join(own, on="document_id", how="left")
    codes = tuple(codes)
    if len(codes) > 1:
        other = own.select(nw.col("document_id").alias("by_document_id"), nw.col("currency").alias("by_currency"))
        joined = joined.join(other, on="by_document_id", how="left")
        clash = joined.filter(~nw.col("by_currency").is_null(), nw.col("by_currency") != nw.col("currency"))
        problems += _problems(
            clash, "currency_clash", "by_document_id",
            Message("the settling document is in another currency than the item"),
            Message("Apply in one currency; book the exchange as an adjustment."), "applications",
        )  # fmt: skip
    scaled, found = _scaled(joined, codes, "applications")
    return scaled, problems + found


def _unknown(documents: Frame, encoded: Frame, given: Frame, column: str) -> Frame:
    if given.implementation.is_pandas():
        before, after = given.to_native()[column], encoded.to_native()[column]
        lost: Frame = nw.from_native(given.to_native()[after.isna() & before.notna()])
        return lost
    ids = documents.select(nw.col("document_id").alias(column))
    return given.filter(~nw.col(column).is_null()).join(ids, on=column, how="anti")


def _problems(
    bad: Frame, rule: str, column: str, message: Message, todo: Message, table: str = "documents"
) -> list[Problem]:
    """Return one problem a row, for the rows that are shown, and one that counts the rest."""
    if bad.implementation.is_pandas() and not len(bad.to_native()):
        return []
    names = dict.fromkeys(("document_id", column))
    rows = collect(bad.select(*names).head(_SHOWN + 1))
    problems = [
        Problem(rule, message, todo, table=table, column=column, value=f"{document}: {value}")
        for document, value in zip(rows["document_id"], rows[column], strict=True)
    ]
    if len(problems) > _SHOWN:
        total = int(collect(bad.select(nw.len().alias("n")))["n"].iloc[0])
        rest = Message("the same in {n} further rows", n=total - _SHOWN)
        problems[_SHOWN:] = [Problem(rule, rest, todo, table=table, column=column, count=total - _SHOWN)]
    return problems


def before_snapshot(as_of: dt.date, day: dt.date) -> Problem:
    """Return why a snapshot has no position at a date before its own: what was settled between is not in it."""
    return Problem(
        "before_snapshot",
        Message("the ledger knows what was open on {day}, and nothing of {as_of}", day=str(day), as_of=str(as_of)),
        Message("Ask for {day} or later; or export the documents with their settlements.", day=str(day)),
        value=str(as_of),
    )


def over_applied_problems(wrong: Frame, currency_of: Callable[[str], str]) -> Iterator[Problem]:
    """Report documents that more was applied to than they hold, with both amounts."""
    rows = collect(wrong).drop_duplicates("document_id")
    for document, minor, rest in rows[["document_id", "minor", "open"]].itertuples(index=False):
        code = currency_of(document)
        yield Problem(
            "over_applied",
            Message(
                "{applied} was applied to a document of {amount}",
                applied=str(exact(minor - rest, code)), amount=str(exact(minor, code)),
            ),
            Message("Keep the excess unapplied on the payment, or book a refund."),
            table="applications", column="amount", value=document, amount=exact(abs(rest), code), currency=code,
        )  # fmt: skip
