"""The loss allowance 坏账准备 of a date, from documents to charge: ``arkit.provision``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arkit.buckets import Basis, Bills, Unit
from arkit.frames import day
from arkit.measures.allowance import notes as said
from arkit.measures.allowance.base import documents, items_of
from arkit.measures.allowance.forward import Opening, in_major, roll_forward, sold
from arkit.measures.allowance.frames import Made
from arkit.measures.allowance.history import History
from arkit.measures.allowance.individual import Individual, assessed
from arkit.measures.allowance.losses import losses
from arkit.measures.allowance.methods import MONTHS, SOURCES, Method, Rates
from arkit.measures.allowance.settings import check_settings
from arkit.measures.results import By, finish, names_of, note
from arkit.messages import Message

if TYPE_CHECKING:
    from arkit.ledger import Ledger


@dataclass(frozen=True, eq=False)
class Provision:
    """The allowance of a date and all that it is made of; amounts in major units, rates 0-1 to six decimals.

    Parameters
    ----------
    as_of, since, method
        The date; the day of the opening allowance; the way it was made.
    matrix
        A row per currency (, segment) and bucket, those assessed together 组合计提: ``base``, ``rate`` (of the past, or
        given), ``expected_rate`` (over the scenarios, by weight), ``allowance`` (rounded half up once, here).
    rates
        What each rate of the past is made of: ``outstanding, lost`` (loss rates) or ``opened, stayed, rolled, lost,
        roll_rate, lost_rate`` (roll rates), ``own`` (false: the currency's, as the segment had nothing in the bucket),
        ``on_record`` (months since the currency first owed anything of that age), ``recovered`` (share of the
        currency's write-offs that came back) and ``rate``.
    lags
        Of loss rates, a row per bucket and ``lag`` (months since), of the cohorts old enough to know it:
        ``outstanding``, ``lost_before`` that month, ``lost`` in it, ``share`` (that it takes of what was open); the
        shares of a bucket add up to its rate before recoveries.
    scenarios
        A row per currency (, segment) and ``scenario``: ``factor, weight, allowance`` were it certain.
    individual
        The claims assessed one by one 单项计提: ``document_id, customer_id, currency, open, expected_loss, reason``.
    losses
        What was written off and what came back since the opening: ``document_id, customer_id, currency`` (, segment),
        ``date, kind`` (write_off or recovery) and ``amount``.
    sales
        Of percentage_of_sales, a row per currency (, segment) and ``month``: ``credit_sales, rate, charge``.
    items
        Every other open document: ``document_id, customer_id, currency`` (, segment), ``kind, days`` (late, or of age),
        ``bucket, open, credited`` (the customer's credit set against it), ``base`` (what is left).
    roll_forward
        A row per currency (, segment) and ``month``: ``opening + charge - write_offs + recoveries = closing``.
    total
        A row per currency (, segment): ``receivables = base + individually_assessed + left_out`` (credits less what of
        them was set against claims), ``collective, individual, allowance``, ``coverage`` (0-1: allowance over
        what it covers), ``opening, charge, write_offs, recoveries`` since the opening.
    notes
        What could not be had, and what to mind.
    """

    as_of: dt.date
    since: dt.date
    method: Method
    matrix: pd.DataFrame
    rates: pd.DataFrame
    lags: pd.DataFrame
    scenarios: pd.DataFrame
    individual: pd.DataFrame
    items: pd.DataFrame
    losses: pd.DataFrame
    sales: pd.DataFrame
    roll_forward: pd.DataFrame
    total: pd.DataFrame
    notes: tuple[Message, ...]


def provision(
    ledger: Ledger,
    *,
    as_of: str | dt.date,
    method: Method = "loss_rates",
    by: By = None,
    basis: Basis = "due",
    buckets: Sequence[int] | None = None,
    bills: Bills = "with",
    unit: Unit = "days",
    year_start: int = 1,
    rates: Rates = None,
    scenarios: Mapping[str, tuple[float, float]] | None = None,
    individual: Individual = None,
    opening: Opening = None,
    since: str | dt.date | None = None,
    months: int | None = None,
    follow: int = 24,
    last_rate: float | None = None,
) -> Provision:
    """Make the loss allowance of a date 坏账准备, by the simplified approach or a textbook form.

    Parameters
    ----------
    ledger
        The ledger. A snapshot has no past: only given rates and individual assessment work on it.
    as_of
        The date; what happens after it changes nothing.
    method
        ``loss_rates``: what of past month-ends' claims was later written off, net of recoveries, by age.
        ``roll_rates`` 迁徙率: what of a bucket rolls on, multiplied through to loss.
        ``aging`` 账龄分析法: given ``rates``, one for each bucket (the ageing schedule of CECL is this one, too).
        ``percentage_of_balance`` 余额百分比法: one given rate of the base.
        ``percentage_of_sales`` 赊销百分比法: one given rate of credit sales, which gives the charge.
        ``individual`` 个别认定法: only what is assessed one by one.
        ``direct`` 直接转销法: no allowance; the charge is what was written off less what came back.
    by
        Column(s) of documents or customers: the portfolios 组合, each with its own rates.
    basis, buckets, bills, unit, year_start
        As for :func:`arkit.aging`, but that the limits unless given are 30, 60, 90, 180, 360 days or 1, 2, 3 years. In
        years by the document date nothing is not due, so that ``rates`` begin with the first year.
    rates
        0-1; a number, or one for each bucket from ``not_due`` on; a mapping from segment to these.
    scenarios
        ``{name: (factor, weight)}``: by what factor losses will differ from the past, and how likely that is; by
        default the past unadjusted.
    individual
        Claims assessed one by one: rows with ``document_id`` or ``customer_id``, and ``expected_loss`` (major units)
        or ``loss_rate``; optional ``currency``, ``reason``. They leave the base.
    opening
        The allowance at ``since`` as the books have it: a number, or by currency or segment; what is given of a
        currency alone is spread over its segments as the same method would have made it there. By default what the
        same method gives there, with what was known then.
    since
        A month-end; by default the end of the year before.
    months
        Month-ends of history that rates are made from (36 for loss rates, 12 for roll rates).
    follow
        Months for which each is followed (loss rates).
    last_rate
        Roll rates: the loss rate of the last bucket where it is assumed (often 1); by default what of it that
        left was written off.

    Returns
    -------
    Provision
        ``matrix, rates, lags, scenarios, individual, items, losses, sales, roll_forward, total, notes``.

    Raises
    ------
    ArkitError
        On an unknown convention or column, or settings that do not belong to the method; all of them at once.
    LedgerError
        On a list of individually assessed claims that does not fit the ledger, with all its problems.

    Notes
    -----
    A customer's credits are set against his oldest claims first, and a customer in credit leaves the base. Losses are
    write-offs; credit notes (disputes, returns) are dilution and no credit loss. A recovery names no age: each
    currency's share of write-offs that came back lowers all its rates alike. A claim that a bill takes over is followed
    from the bill on. Claims that a payment taken back reopens can be lost or rolled beyond what stood open: such shares
    are cut at 1. Roll rates take every claim of a bucket for alike; where old and young ones mix in the last, of which
    the young are paid, they understate it: take more buckets, or ``last_rate``.
    History counts all claims, those assessed one by one today among them.

    References
    ----------
    IFRS 9 5.5.15 and B5.5.35 (simplified approach, provision matrix), 5.5.17 and B5.5.41-43 (scenarios and weights),
    B5.5.49-54 (forward-looking information); CAS 22 金融工具确认和计量, art. 63 (简化方法); ASC 326-20-55-37 to 55-40
    (Example 5, ageing schedule).

    Examples
    --------
    >>> import pandas as pd
    >>> from arkit.ledger import Ledger
    >>> invoice = {"document_id": "1", "customer_id": "C1", "kind": "invoice", "date": "2026-01-05",
    ...            "due_date": "2026-02-04", "amount": 1000.0, "currency": "EUR"}
    >>> books = Ledger(pd.DataFrame([invoice]))
    >>> made = provision(books, as_of="2026-02-28", method="aging", rates=[0, 0.02, 0.1, 0.3, 0.6, 0.8, 1])
    >>> made.total[["base", "allowance", "coverage"]].iloc[0].to_dict()
    {'base': 1000.0, 'allowance': 20.0, 'coverage': 0.02}
    """
    limit, names = day(as_of), names_of(by)
    rules, start, way = check_settings(
        limit, method=method, basis=basis, buckets=buckets, bills=bills, unit=unit, year_start=year_start, rates=rates,
        scenarios=scenarios, individual=individual, since=since, months=months, follow=follow, last_rate=last_rate,
    )  # fmt: skip
    history = History.of(ledger, limit, names, rules)
    open_items = documents(ledger, limit, names, rules)
    apart = assessed(open_items, individual)
    items = items_of(open_items.drop(apart.index), history.bases)
    made = Made(history, way, items, apart, names, rules)
    moved = roll_forward(history, way, made.closing, made.individual, start, opening)
    conventions = {
        **rules.conventions, "credits": "a customer's, against his oldest claims", "method": method,
        "source": SOURCES[method], "rounding": "half up: rates to 0.0001 %, then each bucket once",
        "since": start,
        **({"months": way.months} if method in MONTHS else {}),
        **({"follow": follow} if method == "loss_rates" else {}),
        **({} if last_rate is None else {"last_rate": last_rate}),
        "scenarios": ", ".join(f"{one.name} x {one.factor} ({one.weight})" for one in way.scenarios),
    }  # fmt: skip
    matrix, total = made.matrix(), made.total(moved, open_items)
    undefined = [
        note("allowance", dict(zip([*history.bases.segments, "bucket"], key, strict=True)), said.NO_PAST)
        for key in matrix.index[matrix["allowance"].isna()]
    ]
    return Provision(
        limit, start, method,
        finish(matrix, as_of=limit, conventions=conventions, notes=undefined),
        made.rates(), made.lags(), made.scenarios(), made.apart(), made.items(),
        losses(ledger, limit, start, names, rules), sold(history, way, start),
        finish(in_major(moved), as_of=limit, conventions=conventions),
        finish(total, as_of=limit, conventions=conventions, notes=undefined),
        said.notes(ledger, history, way, start, opening, made.found, matrix, total, len(apart) > 0),
    )  # fmt: skip
