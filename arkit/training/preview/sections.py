"""The sections of the page: one for each situation with its choices, one for the endings."""

from __future__ import annotations

from arkit.text import UNDEFINED
from arkit.training.lessons import lessons
from arkit.training.model import Choice, Ending, Situation
from arkit.training.preview.markup import Column, items, link, said, table, terms, wrap
from arkit.training.preview.wording import Wording
from arkit.training.survey import Survey
from arkit.training.words import TONES


def situations(survey: Survey, wording: Wording) -> str:
    """Return a section for each situation, in the order of the file."""
    return "".join(_situation(key, part, survey, wording) for key, part in survey.scenario.situations.items())


def _situation(key: str, part: Situation, survey: Survey, wording: Wording) -> str:
    text = wording.text
    title = f"{said(wording.of(part.title), 'span')} {said(key, 'code')}"
    rows = [("", _choice(key, name, choice, survey, wording)) for name, choice in part.choices.items()]
    columns = (
        Column(text.say("Choice"), "wide"),
        Column(text.say("Lost on average"), "num"),
        Column(text.say("Best in"), "num"),
        Column(text.say("Outcomes"), "wide"),
        Column(text.say("Why, and lesson"), "wide"),
    )
    caption = text.say("Choices: {title}", title=wording.of(part.title))
    says, back = text.say("What the debtor says"), link("graph", text.say("Back to the graph"))
    return (
        f'<section id="situation-{key}"><h3>{title}</h3>{_facts(key, survey, wording)}'
        f"{said(says, 'h4')}{_lines(part, wording)}"
        f"{table(caption, columns, rows, 'choices')}{wrap(back, 'p', 'up')}"
        "</section>"
    )


def _facts(key: str, survey: Survey, wording: Wording) -> str:
    text, spot = wording.text, survey.spots[key]
    pairs = [
        (text.say("Worth under best play"), said(wording.worth(spot), "span")),
        (text.say("Best play comes here"), said(wording.share(spot.passed), "span")),
    ]
    if spot.visits > spot.passed + 0.0005:
        pairs.append((text.say("Times per play"), said(text.number(spot.visits, 2), "span")))
    return terms([*pairs, *_ways(key, survey, wording)])


def _ways(key: str, survey: Survey, wording: Wording) -> list[tuple[str, str]]:
    ways = [
        f"{_node(there, wording)} {said(wording.often(flow), 'span')}"
        for (origin, there), flow in survey.edges.items()
        if origin == key
    ]
    return [(wording.text.say("Leads to (how often under best play)"), items(ways, "ways"))] if ways else []


def _node(key: str, wording: Wording) -> str:
    scenario = wording.scenario
    if key in scenario.endings:
        return link(f"ending-{key}", wording.of(scenario.endings[key].title))
    return link(f"situation-{key}", wording.of(scenario.situations[key].title))


def _lines(part: Situation, wording: Wording) -> str:
    told = []
    for number, line in enumerate(part.says):
        condition = wording.condition(line.when, line.reasons)
        if not condition and number:
            condition = wording.text.say("otherwise")
        told.append(f"{said(condition, 'span', 'when') if condition else ''}{said(wording.of(line.text), 'q')}")
    return items(told, "says")


def _choice(node: str, key: str, choice: Choice, survey: Survey, wording: Wording) -> list[str]:
    offer = survey.offers[node, key]
    losing = said(wording.money(offer.lost), "span")
    if offer.lost is not None:
        losing += said(wording.owed(offer.lost), "small")
    best = said(wording.share(offer.best), "span", "top" if offer.best and offer.best >= 0.5 else "")
    return [
        _said(key, choice, survey, node, wording),
        losing,
        best,
        _outcomes(choice, wording),
        _why(choice, wording),
    ]


def _said(key: str, choice: Choice, survey: Survey, node: str, wording: Wording) -> str:
    text, offer = wording.text, survey.offers[node, key]
    costs = [text.say("{n} min", n=choice.minutes)]
    if choice.days:
        costs.append(text.days(choice.days, 0))
    if choice.effects:
        costs.append(wording.effects(choice.effects))
    told = f"{said(wording.one(TONES, choice.tone), 'span', f'tone {choice.tone}')} {said(key, 'code')}"
    notes = said(" · ".join(costs), "span", "note")
    if choice.when:
        where = text.say(
            "on offer where {condition} ({share} of visits at random)",
            condition=wording.condition(choice.when),
            share=wording.share(offer.offered),
        )
        notes += said(where, "span", "note")
    return f"{told}{said(wording.of(choice.text), 'p')}{notes}{_breaches(choice, offer.broken, wording)}"


def _breaches(choice: Choice, broken: float, wording: Wording) -> str:
    told = []
    for breach in choice.breaches:
        gate = wording.of(wording.scenario.gates[breach.gate].title)
        where = wording.condition(breach.when)
        text = wording.text
        told.append(
            text.say(
                "Breach: {gate}, where {condition} ({share})", gate=gate, condition=where, share=wording.share(broken)
            )
            if where
            else text.say("Breach: {gate}", gate=gate)
        )
    return "".join(said(each, "span", "breach") for each in told)


def _outcomes(choice: Choice, wording: Wording) -> str:
    told = []
    for outcome in choice.outcomes.values():
        effects = wording.effects(outcome.effects)
        chances = wording.chances(outcome.chance)
        told.append(
            f'{said(wording.of(outcome.heard), "span")} <span class="chance">{said(chances, "span")}'
            f"{said(effects, 'span', 'effects')} → {_node(outcome.next, wording)}</span>"
        )
    return items(told, "outcomes")


def _why(choice: Choice, wording: Wording) -> str:
    lesson = wording.scenario.lessons.get(choice.lesson) or lessons().get(choice.lesson)
    taught = wording.text.say("Lesson: {title}", title=wording.of(lesson.title) if lesson else choice.lesson)
    return f"{said(wording.of(choice.why))}{said(taught, 'span', 'note')}"


def endings(survey: Survey, wording: Wording) -> str:
    """Return the table of the endings."""
    text = wording.text
    columns = (
        Column(text.say("Ending"), "wide"),
        Column(text.say("Mean value"), "num"),
        Column(text.say("Best play comes here"), "num"),
        Column(text.say("Payments"), "wide"),
        Column(text.say("Business kept")),
    )
    parts = survey.scenario.endings
    rows = [(f"ending-{key}", _ending(key, part, survey, wording)) for key, part in parts.items()]
    return table(text.say("Endings"), columns, rows, "endings")


def _ending(key: str, part: Ending, survey: Survey, wording: Wording) -> list[str]:
    text, spot = wording.text, survey.spots[key]
    head = f"{said(wording.of(part.title), 'strong')} {said(key, 'code')}{said(wording.of(part.text))}"
    if part.minutes:
        head += said(text.say("{n} min", n=part.minutes), "span", "note")
    paid = [
        said(
            text.say(
                "{amount} after {days}: {chances}",
                amount=wording.money(float(payment.amount)),
                days=text.days(payment.days, 0),
                chances=wording.chances(payment.chance),
            ),
            "span",
        )
        for payment in part.payments
    ]
    return [
        head,
        said(wording.worth(spot), "span"),
        said(wording.share(spot.passed), "span"),
        items(paid) or UNDEFINED,
        said(wording.chances(part.business), "span"),
    ]
