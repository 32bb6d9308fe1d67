"""What the page shows after the end: the outcome, the course of its value, and every decision beside the best."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from arkit.player.card import card
from arkit.player.session import Session
from arkit.player.view import frame, rule, said, spoken
from arkit.player.words import COLOURS, GRADES, RUBRIC, SIGNS
from arkit.text import Text
from arkit.training.model import Situation
from arkit.training.review import Decision, Review


def review_view(session: Session, text: Text) -> dict[str, Any]:
    """Return the screen of the review."""
    review, say = session.review(), text.say
    scenario = session.appraiser.scenario
    ending, currency = scenario.endings[review.state.place.node], scenario.account.currency
    reason = scenario.reasons[review.state.reason].title.words
    return {
        **frame(scenario, text),
        "screen": "review",
        "card": card(scenario, text, review.state.days),
        "log": said(review.state, text),
        "log_heading": say("The conversation"),
        "ending": {"title": ending.title.words.to(text.lang), "text": ending.text.words.to(text.lang)},
        "reason": say("The true reason was: {reason}", reason=reason.to(text.lang)),
        "headline": _headline(review, currency, text),
        "money": _money(review, currency, text),
        "conduct": _conduct(review, text),
        "course": _course(review, currency, text),
        "decisions_heading": say("Your decisions"),
        "decisions": [_decision(session, number, each, text) for number, each in enumerate(review.decisions)],
        "rubric": {
            "caption": say("How you worked"),
            "head": [say("What counts"), say("Points"), say("Of at most")],
            "rows": [
                [say(RUBRIC[mark].template), text.number(points.earned), text.number(points.most)]
                for mark, points in review.rubric.items()
                if points.most
            ],
        },
        "assumptions": _assumptions(session, currency, text),
        "again": say("Play again with new luck"),
        "retry": say("Try again from here"),
    }


def _headline(review: Review, currency: str, text: Text) -> str:
    graded = [each.grade for each in review.decisions]
    good = sum(grade in ("best", "good") for grade in graded)
    return text.say(
        "{good} of {n} decisions were good or best; together they lost {lost}.",
        good=good,
        n=len(graded),
        lost=text.money(max(float(review.lost), 0.0), currency),
    )


def _money(review: Review, currency: str, text: Text) -> dict[str, Any]:
    say, came, luck = text.say, review.result, sum(review.luck, Decimal(0))
    assert came is not None
    rows: list[tuple[str, Decimal]] = [
        (say("What the case was worth at the start, if played best"), review.start),
        (say("Lost by your decisions"), -review.lost),
        (say("Luck"), luck),
        (say("Outcome"), came.total),
        (say("of which collected (present value)"), came.collected),
        (say("of which cost of the work"), -came.cost),
        (say("of which future business kept"), came.business),
    ]
    return {
        "caption": text.of(say("The money"), currency),
        "head": [say("Item"), say("Amount")],
        "rows": [[label, text.amount(float(amount), currency)] for label, amount in rows],
        "total": 3,
    }


def _conduct(review: Review, text: Text) -> dict[str, Any]:
    gates = [review.state.scenario.gates[gate] for gate in dict.fromkeys(review.state.breaches)]
    kept = text.say("Conduct: no rule was broken.")
    return {
        "kept": review.conduct_kept,
        "text": text.say("Conduct: a rule was broken, and no outcome makes up for it.") if gates else kept,
        "breaches": [rule(gate, text) for gate in gates],
    }


def _course(review: Review, currency: str, text: Text) -> dict[str, Any]:
    """Return the value of the case from decision to decision: before, after what was chosen, after luck."""
    say = text.say
    steps, values = [], []
    for number, (each, luck) in enumerate(zip(review.decisions, review.luck, strict=True), 1):
        value, chosen = each.worth[each.best].value, each.worth[each.chosen].value
        values += [float(value), float(chosen), float(chosen + luck)]
        amounts = [text.amount(float(amount), currency) for amount in (value, -each.lost, luck)]
        steps.append(
            {
                "number": number, "value": values[-3], "chosen": values[-2], "after": values[-1],
                "sign": SIGNS[each.grade], "colour": COLOURS[each.grade],
                "row": [text.number(number), say(GRADES[each.grade].template), *amounts],
            }
        )  # fmt: skip
    return {
        "caption": text.of(say("What the case was worth as the conversation went on"), currency),
        "legend": [say("value of best play"), say("lost by a decision"), say("luck")],
        "table_summary": say("The same as a table"),
        "head": [say("Decision"), say("Grade"), say("Worth before"), say("Lost"), say("Luck")],
        "steps": steps,
        "ticks": [[value, text.number(value)] for value in _ticks(min(values), max(values))],
        "axis": say("decision"),
        "end": say("outcome"),
    }


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers from below the lowest to above the highest."""
    span = max(high - low, 1.0) / 4
    unit = 10 ** math.floor(math.log10(span))
    size = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= span)
    return [size * number for number in range(math.floor(low / size), math.ceil(high / size) + 1)]


def _decision(session: Session, number: int, each: Decision, text: Text) -> dict[str, Any]:
    scenario, say, lang = session.appraiser.scenario, text.say, text.lang
    situations, reasons = scenario.situations, scenario.reasons
    situation = situations[each.place.node]
    line = [(situations[move.node].choices[move.choice], move) for move in each.better]
    return {
        **spoken(each, scenario, text),
        "number": number,
        "heading": f"{number + 1}. {situation.title.words.to(lang)}",
        "chosen_heading": say("You:"),
        "options": _options(each, situation, scenario.account.currency, text),
        "belief": {
            "caption": say("What you could know of the reason then"),
            "rows": [[reasons[key].title.words.to(lang), text.percent(p, 0), p] for key, p in each.belief.items()],
        },
        "line_heading": say("The best line from here") if each.grade == "best" else say("The better line"),
        "line": [
            {
                "choice": choice.text.words.to(lang),
                "heard": choice.outcomes[move.outcome].heard.words.to(lang),
                "chance": text.percent(move.chance, 0),
            }
            for choice, move in line
        ],
        "more": say("All choices, and the better line"),
    }


def _options(each: Decision, situation: Situation, currency: str, text: Text) -> dict[str, Any]:
    """Return what each choice on offer was worth, the best first; a breach counts as none of them."""
    order = sorted(each.worth, key=lambda key: each.worth[key].lost)
    marks = {each.chosen: "chosen", each.best: "best"}
    return {
        "caption": text.of(text.say("What each choice was worth on what you could know"), currency),
        "head": [text.say("Choice"), text.say("Worth"), text.say("Lost")],
        "rows": [
            [
                situation.choices[key].text.words.to(text.lang),
                _within(each.worth[key].value, each.worth[key].margin, currency, text),
                _within(each.worth[key].lost, each.worth[key].lost_margin, currency, text),
            ]
            for key in order
        ],
        "marked": [marks.get(key, "") for key in order],
    }


def _within(value: Decimal, margin: Decimal, currency: str, text: Text) -> str:
    shown = text.amount(float(value), currency)
    return f"{shown} ± {text.amount(float(margin), currency)}" if margin else shown


def _assumptions(session: Session, currency: str, text: Text) -> dict[str, Any]:
    say, money = text.say, session.appraiser.scenario.assumptions
    exact = say("Values are exact expectations in this scenario's model, over luck and over what you could not know.")
    rolled = say("Values are averages of many plays, with an interval of {level}.", level="99%")
    return {
        "heading": say("What this money rests on"),
        "note": exact if session.appraiser.exact else rolled,
        "fields": [
            _field("discount_rate", say("Discount rate, per year (%)"), money.discount_rate, scale=0.01, most=100),
            _field("hour_cost", text.of(say("Cost of an hour of work"), currency), money.hour_cost, most=1e6),
            _field(
                "future_business",
                text.of(say("Value of the future business"), currency),
                money.future_business,
                most=1e12,
            ),
        ],
        "apply": say("Work it out again"),
    }


def _field(name: str, label: str, value: float, *, most: float, scale: float = 1) -> dict[str, Any]:
    return {"name": name, "label": label, "value": round(value / scale, 6), "scale": scale, "most": most}
