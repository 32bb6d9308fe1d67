"""The five sentences of the summary, worded from figures: what changed, and what to do.

Each takes a :class:`~arkit.reporting.standing.Standing` and returns one sentence that holds for its figures alone:
nothing owed, nothing overdue, no month before, one customer, credits above debts.
"""

from __future__ import annotations

from arkit.reporting.standing import MOST, SOON, Cause, Standing, Warned
from arkit.text import N_, Text

SMALL = 0.005
"""Amounts below half a cent and shares below half a point count as unchanged."""
OLD_SHARE = 0.2
"""From this part of what is overdue on, the oldest bucket is dealt with first."""
COVERED_SHARE = 0.1
"""From this part of what is overdue on, matching credits, or our own homework, comes before calling."""


def five(standing: Standing, text: Text) -> list[tuple[str, str]]:
    """Return the sentences, each with a word for what it is about."""
    said = [
        (text.say("Position"), position(standing, text)),
        (text.say("Overdue"), overdue(standing, text)),
        (text.say("Speed"), speed(standing, text)),
        (text.say("Debtors"), debtors(standing, text)),
        (text.say("To do"), action(standing, text)),
    ]
    # a customer's name may end in a full stop of its own: "... Co., Ltd."
    return [(about, sentence.replace("..", ".")) for about, sentence in said]


def position(s: Standing, text: Text) -> str:
    """Say how much is receivable, and how that moved."""
    total, code = s.now.total, s.currency
    if not s.documents and abs(total) < SMALL:
        return text.say("Nothing is owed on {date}.", date=text.date(s.now.date))
    amount = text.short_money(abs(total), code)
    if total < -SMALL:
        return text.say(
            "Credits exceed what customers owe by {amount}: the firm owes them, not they the firm.", amount=amount
        )
    open_items = text.plural("{n} open item", "{n} open items", s.documents)
    whose = text.plural("{n} customer", "{n} customers", s.customers)
    if s.before is None:
        return text.say(
            "Receivables are {amount}, in {items} of {customers}; there is no earlier month to compare with.",
            amount=amount,
            items=open_items,
            customers=whose,
        )
    return text.say(
        "Receivables are {amount}, in {items} of {customers}; {change}.",
        amount=amount,
        items=open_items,
        customers=whose,
        change=_moved(total, s.before.total, s, text),
    )


def _moved(now: float, before: float, s: Standing, text: Text) -> str:
    day = text.date(s.before.date) if s.before else ""
    change = now - before
    if abs(change) < SMALL:
        return text.say("the same as on {date}", date=day)
    if before <= SMALL:
        return text.say("{change} more than on {date}", change=text.short_money(abs(change), s.currency), date=day)
    template = (
        N_("{change} ({share}) more than on {date}") if change > 0 else N_("{change} ({share}) less than on {date}")
    )
    return text.say(
        template,
        change=text.short_money(abs(change), s.currency),
        share=text.percent(abs(change) / before),
        date=day,
    )


def overdue(s: Standing, text: Text) -> str:
    """Say how much is overdue, how the share moved, and how much of it is old."""
    before = s.before
    if s.now.overdue < SMALL:
        if before is None or before.overdue < SMALL:
            return text.say("Nothing is overdue.")
        return text.say(
            "Nothing is overdue; on {date} it was {amount}.",
            date=text.date(before.date),
            amount=text.short_money(before.overdue, s.currency),
        )
    old = (
        text.say("none of it by more than {days}", days=text.days(s.oldest_days, 0))
        if s.oldest < SMALL
        else text.say(
            "{amount} of it by more than {days}",
            amount=text.short_money(s.oldest, s.currency),
            days=text.days(s.oldest_days, 0),
        )
    )
    if s.warned is not None:
        old = text.say("; ").join([old, warned(s.warned, text)])
    amount, share = text.short_money(s.now.overdue, s.currency), text.percent(s.now.share)
    if before is None or before.share != before.share:
        return text.say("{amount} is overdue, {share} of what is owed; {old}.", amount=amount, share=share, old=old)
    points = s.now.share - before.share
    if abs(points) < 0.0005:
        moved = text.say("the same share as on {date}", date=text.date(before.date))
    else:
        template = (
            N_("the share rose by {points} since {date}")
            if points > 0
            else N_("the share fell by {points} since {date}")
        )
        moved = text.say(template, points=text.points(points), date=text.date(before.date))
    return text.say(
        "{amount} is overdue, {share} of what is owed; {moved}; {old}.",
        amount=amount,
        share=share,
        moved=moved,
        old=old,
    )


def warned(w: Warned, text: Text) -> str:
    """Say how much of what turned bad the watch list held in good time."""
    return text.say(
        "of what went beyond {limit} since {date}, {share} had stood on the watch list {days} before",
        limit=text.days(w.limit, 0),
        date=text.date(w.since),
        share=text.percent(w.share, 0),
        days=text.days(w.days_before, 0),
    )


def speed(s: Standing, text: Text) -> str:
    """Say how many days of sales are still out, or why that is not known."""
    v = s.speed
    if v.dso != v.dso:
        return text.say("DSO can not be given: {reason}.", reason=v.reason or text.say("it is not defined here"))
    dso = text.days(v.dso)
    if v.warning:
        return text.say("DSO reads {dso}, but {warning}.", dso=dso, warning=v.warning)
    best = (
        text.say("with nothing overdue it would be {days} (best possible DSO)", days=text.days(v.best))
        if v.best == v.best and v.best <= v.dso
        else ""
    )
    if v.before != v.before or s.before is None:
        moved = ""
    elif abs(v.dso - v.before) < 0.05:
        moved = text.say("unchanged since {date}", date=text.date(s.before.date))
    else:
        template = N_("up {days} since {date}") if v.dso > v.before else N_("down {days} since {date}")
        moved = text.say(template, days=text.days(abs(v.dso - v.before)), date=text.date(s.before.date))
    clauses = [clause for clause in (moved, best) if clause]
    if not clauses:
        return text.say("Receivables equal the last {dso} of sales (count-back DSO).", dso=dso)
    return text.say(
        "Receivables equal the last {dso} of sales (count-back DSO), {more}.",
        dso=dso,
        more=text.say("; ").join(clauses),
    )


def debtors(s: Standing, text: Text) -> str:
    """Say with whom the overdue money is concentrated, and its largest likely cause; without any, who owes most."""
    if not s.late:
        if s.largest is None or s.now.total < SMALL:
            return text.say("No customer owes anything.")
        return text.say(
            "The largest debtor is {name} with {amount}, {share} of receivables.",
            name=s.largest.name,
            amount=text.short_money(s.largest.amount, s.currency),
            share=text.percent(s.largest.amount / s.now.total),
        )
    first = s.late[0]
    amount = text.short_money(first.amount, s.currency)
    why = cause(s.cause, text)
    if len(s.late) == 1:
        return text.say("All that is overdue is owed by {name}{why}.", name=first.name, why=why)
    if len(s.late) <= 5:
        return text.say(
            "{customers} have overdue items; {name} has the most, {amount}{why}.",
            customers=text.plural("{n} customer", "{n} customers", len(s.late)),
            name=first.name,
            amount=amount,
            why=why,
        )
    five_hold = sum(debtor.amount for debtor in s.late[:5]) / sum(debtor.amount for debtor in s.late)
    return text.say(
        "Of {customers} with overdue items, five hold {share} of the amount; {name} has the most, {amount}{why}.",
        customers=text.plural("{n} customer", "{n} customers", len(s.late)),
        share=text.percent(five_hold),
        name=first.name,
        amount=amount,
        why=why,
    )


def cause(c: Cause | None, text: Text) -> str:
    """Say what most likely makes the largest part of it late, as a clause; nothing where nobody looked."""
    if c is None:
        return ""
    share = text.percent(c.share, 0)
    if not c.words:
        return text.say("; why it is late is not known for {share} of it", share=share)
    return text.say("; the largest likely cause is {cause} ({share})", cause=c.words, share=share)


def action(s: Standing, text: Text) -> str:
    """Say what to do first, from the shape of the position."""
    if not s.documents:
        return text.say("Check that all invoices up to {date} are in the file.", date=text.date(s.now.date))
    if s.now.overdue < SMALL:
        if s.due_soon < SMALL:
            return text.say("Nothing to chase; keep reminding customers before the due date.")
        return text.say(
            "Remind customers before the due date: {amount} falls due in the next {days} days.",
            amount=text.short_money(s.due_soon, s.currency),
            days=SOON,
        )
    steps = []
    if s.coverable >= COVERED_SHARE * s.now.overdue:
        steps.append(
            text.say(
                "match {amount} of unapplied credit with overdue items of the same customers",
                amount=text.short_money(s.coverable, s.currency),
            )
        )
    if s.oldest >= OLD_SHARE * s.now.overdue:
        steps.append(
            text.plural(
                "settle with a named person what becomes of the {n} item over {days}",
                "settle with a named person what becomes of each of the {n} items over {days}",
                s.oldest_items,
                days=text.days(s.oldest_days, 0),
            )
        )
    week = s.contacts
    if week is not None and len(steps) < 2 and week.tasks_amount >= COVERED_SHARE * s.now.overdue:
        steps.append(
            text.plural(
                "do our part on the {n} overdue document that waits for us ({amount})",
                "do our part on the {n} overdue documents that wait for us ({amount})",
                week.tasks,
                amount=text.short_money(week.tasks_amount, s.currency),
            )
        )
    steps += contact(s, text)
    if not steps:
        return text.say(
            "Call nobody this week: who owes was contacted lately, has promised a day, or others bring more."
        )
    if len(steps) == 1:
        return text.say("First {step}.", step=steps[0])
    if len(steps) == 2:
        return text.say("First {step}; then {next}.", step=steps[0], next=steps[1])
    return text.say("First {step}; then {next}; then {last}.", step=steps[0], next=steps[1], last=steps[2])


def contact(s: Standing, text: Text) -> list[str]:
    """Say whom to contact first: by the work list, or where nobody made one by what is overdue; nothing if nobody."""
    if s.contacts is None:
        name = s.late[0].name if s.late else ""
        if s.reach == 1:
            return [text.say("contact {name}, who holds most of what is overdue", name=name)]
        return [
            text.say(
                "contact the {n} customers that hold {share} of what is overdue, beginning with {name}",
                n=text.number(s.reach),
                share=text.percent(MOST, 0),
                name=name,
            )
        ]
    first = s.contacts.first
    if first is None:
        return []
    told = {"name": first.name, "how": first.how, "date": text.short_date(first.on)}
    if s.contacts.number == 1:
        return [text.say("contact {name} ({how} on {date})", **told)]
    return [
        text.say(
            "contact the {n} customers on the work list, beginning with {name} ({how} on {date})",
            n=text.number(s.contacts.number),
            **told,
        )
    ]
