"""The page: what the scenario is, what judgement is worth in it, its graph, and everything in words below."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from arkit.messages import Lang
from arkit.text import Text
from arkit.training.findings import Finding
from arkit.training.model import Document
from arkit.training.preview import sections
from arkit.training.preview.drawing import drawing
from arkit.training.preview.markup import Column, items, said, table, terms, wrap
from arkit.training.preview.wording import PLAYERS, SEVERITIES, Wording
from arkit.training.survey import Survey
from arkit.training.words import LEVELS, PERSONALITIES, TRADES


def page(survey: Survey, findings: Sequence[Finding] = (), *, lang: Lang = "en") -> str:
    """Return a scenario as one HTML page that asks for nothing and runs no script.

    Parameters
    ----------
    survey
        The scenario's values.
    findings
        What the linter found, to be told on top.
    lang
        Language of the page and of the scenario's texts on it.
    """
    wording = Wording(survey.scenario, Text(lang))
    text, style = wording.text, _style()
    title = wording.of(survey.scenario.title)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    body = "".join(
        (
            _head(wording, survey),
            _findings(findings, text),
            said(text.say("What judgement is worth"), "h2"),
            _players(survey, wording),
            _graph(survey, wording),
            said(text.say("The situations"), "h2"),
            said(_about_choices(survey, text), "p", "about"),
            sections.situations(survey, wording),
            said(text.say("The endings"), "h2"),
            sections.endings(survey, wording),
        )
    )
    return (
        f'<!doctype html>\n<html lang="{"zh-Hans" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head><body><main>{body}</main></body></html>\n"
    )


@cache
def _style() -> str:
    return files("arkit.training.preview").joinpath("style.css").read_text(encoding="utf-8").strip()


def _head(wording: Wording, survey: Survey) -> str:
    text, scenario = wording.text, survey.scenario
    account, money = scenario.account, scenario.assumptions
    kicker = text.say("Scenario preview · {id} · version {version}", id=scenario.id, version=scenario.version)
    owed = [said(_document(part, wording), "span") for part in account.documents]
    reasons = [
        said(f"{wording.share(reason.chance)} {wording.of(reason.title)}", "span")
        for reason in scenario.reasons.values()
    ]
    state = [
        said(f"{wording.of(part.title)} {part.start} ({part.least}\N{EN DASH}{part.most})", "span")
        for part in scenario.variables.values()
    ]
    rest = [
        text.say("discount rate {rate} a year", rate=text.percent(money.discount_rate)),
        text.say("an hour of work {cost}", cost=wording.money(money.hour_cost)),
        text.say("future business {value}", value=wording.money(money.future_business)),
    ]
    stage = [text.inline(f"stage_{scenario.stage}"), wording.one(TRADES, scenario.trade)]
    pairs = [
        (text.say("Stage, trade"), said(" · ".join(stage), "span")),
        (text.say("Length"), said(_length(wording), "span")),
        (text.say("Objectives"), items(said(wording.of(part), "span") for part in scenario.objectives)),
        (text.say("Account"), said(_account(wording), "p") + items(owed)),
        (text.say("The other end"), _persona(wording)),
        (text.say("Hidden reasons"), items(reasons)),
        (text.say("State at the start"), items(state)),
        (text.say("What the money rests on"), items(said(part, "span") for part in rest)),
        (text.say("Values"), said(_exactness(survey, text), "span")),
    ]
    told = terms(pair for pair in pairs if pair[1])
    return f"<header>{said(kicker, 'p', 'kicker')}{said(wording.of(scenario.title), 'h1')}{told}</header>"


def _length(wording: Wording) -> str:
    scenario, text = wording.scenario, wording.text
    return text.say(
        "{minutes} minutes to play; at most {decisions} decisions, then: {ending}",
        minutes=scenario.minutes,
        decisions=scenario.limit.decisions,
        ending=wording.of(scenario.endings[scenario.limit.ending].title),
    )


def _account(wording: Wording) -> str:
    account, text = wording.scenario.account, wording.text
    return text.say(
        "{customer} owes {total} on {day}",
        customer=wording.of(account.customer),
        total=text.money(float(account.total), account.currency),
        day=text.date(account.as_of),
    )


def _document(part: Document, wording: Wording) -> str:
    text = wording.text
    told = [part.id, wording.money(float(part.amount)), text.say("due {day}", day=text.date(part.due_date))]
    if part.disputed:
        told.append(text.say("disputed: {why}", why=wording.of(part.disputed)))
    return " · ".join(told)


def _persona(wording: Wording) -> str:
    text, persona = wording.text, wording.scenario.persona
    levels = text.say(
        "ability {ability}, willingness {willingness}, face {face}, pressure {pressure}; {personality}",
        ability=wording.one(LEVELS, persona.ability),
        willingness=wording.one(LEVELS, persona.willingness),
        face=wording.one(LEVELS, persona.face),
        pressure=wording.one(LEVELS, persona.pressure),
        personality=wording.one(PERSONALITIES, persona.personality),
    )
    name = f"{wording.of(persona.name)} · {wording.of(persona.role)}"
    return f"{said(name)}{said(wording.of(persona.portrait))}{said(levels)}"


def _exactness(survey: Survey, text: Text) -> str:
    if survey.exact:
        return text.say("exact: every play was followed")
    if survey.policies:
        return text.say("estimates: the scenario is too large, so best play looks ahead and plays are drawn")
    return text.say("none: the values can not be worked out, see the findings")


def _findings(findings: Sequence[Finding], text: Text) -> str:
    if not findings:
        return ""
    head = text.say("What the linter found")
    told = (
        f"{said(text.say(SEVERITIES[each.severity]), 'strong', each.severity)} "
        f"{said(each.message.to(text.lang), 'span')} {said(' '.join((each.path, f'[{each.rule}]')).strip(), 'code')}"
        for each in findings
    )
    return f'<section class="findings">{said(head, "h2")}{items(told)}</section>'


def _players(survey: Survey, wording: Wording) -> str:
    text = wording.text
    best = survey.policies.get("best")
    columns = (
        Column(text.say("Player")),
        Column(text.say("Expected value"), "num"),
        Column(text.say("Share of what is owed"), "num"),
        Column(text.say("Less than best play"), "num"),
    )
    rows = [
        ("", [
            said(wording.one(PLAYERS, policy), "span"),
            said(wording.money(value), "span"),
            said(wording.owed(value), "span"),
            said(wording.owed(None if best is None or policy == "best" else best - value), "span"),
        ])
        for policy, value in survey.policies.items()
    ]  # fmt: skip
    about = text.say(
        "What is collected less the work that it costs, plus the future business that is kept, on the first day of the "
        "case. No player breaks a rule of conduct."
    )
    return said(about, "p", "about") + table(text.say("Players by rule"), columns, rows, "players")


def _graph(survey: Survey, wording: Wording) -> str:
    text = wording.text
    about = text.say(
        "A line is the wider, the more often best play goes there; best play does not go the grey ones. Dashed lines "
        "lead back. Worth is what the case still brings from there on, on that day, averaged over what is known when "
        "best play comes there; in brackets, where it never does, over what a player at random knows. Each box leads "
        "to its section."
    )
    name, shown = html.escape(text.say("Graph")), wrap(drawing(survey, wording), "div", "middle")
    return (
        f'<h2 id="graph">{name}</h2>{said(about, "p", "about")}'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="graph">{shown}</div>'
    )


def _about_choices(survey: Survey, text: Text) -> str:
    return text.say(
        "Lost on average: what a choice gives away against the best one that keeps the rules of conduct, in money and "
        "as a share of what is owed, over all that a player at random may know there, each by its probability. "
        "Best in: the share of these cases in which nothing is better. Chances are by hidden reason; a range runs over "
        "the states."
    )
