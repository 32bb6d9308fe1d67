"""What the page shows while a scenario is chosen, begun and played: words and figures, ready to be drawn."""

from __future__ import annotations

from typing import Any, get_args

from arkit.player.card import card
from arkit.player.session import Feedback, Session
from arkit.player.words import COLOURS, FEEDBACK, GRADES, SIGNS, SOURCES
from arkit.text import Text
from arkit.training.attempt_file import Attempt
from arkit.training.engine import State, choices
from arkit.training.lessons import lessons
from arkit.training.model import Choice, Gate, Scenario
from arkit.training.review import Decision


def frame(scenario: Scenario, text: Text) -> dict[str, Any]:
    """Return what every screen has: the title and the names of the controls."""
    say = text.say
    return {
        "lang": {"en": "en", "zh": "zh-Hans"}[text.lang],
        "title": scenario.title.words.to(text.lang),
        "words": {
            "language": {"en": "中文", "zh": "English"}[text.lang],
            "language_label": {"en": "Show in Chinese 中文", "zh": "换成英文 English"}[text.lang],
            "waiting": say("No answer yet: the kernel is busy or has stopped. Your last saved decision is safe."),
            "account": say("Account"),
            "conversation": say("Conversation"),
            "line": say("{name}: {text}", name="$name", text="$text"),
        },
    }


def start_view(
    scenario: Scenario, text: Text, *, alias: str, fixed: bool, feedback: Feedback, unfinished: list[Attempt]
) -> dict[str, Any]:
    """Return the first screen: what it is about, who plays, and what can be gone on with."""
    say = text.say
    return {
        **frame(scenario, text),
        "screen": "start",
        "card": card(scenario, text),
        "about": say("About {n} minutes", n=scenario.minutes),
        "objectives_heading": say("What you practise"),
        "objectives": [objective.words.to(text.lang) for objective in scenario.objectives],
        "alias": {"label": say("Your alias"), "value": alias, "fixed": fixed, "hint": say("No real name is needed.")},
        "feedback": {
            "legend": say("When do you want to hear how good a decision was?"),
            "options": [[key, say(FEEDBACK[key].template)] for key in get_args(Feedback)],
            "value": feedback,
        },
        "begin": say("Begin"),
        "resume_heading": say("Unfinished"),
        "resume": [
            {
                "attempt": attempt.path.stem,
                "text": text.plural(
                    "Go on: {n} decision made, begun {when}",
                    "Go on: {n} decisions made, begun {when}",
                    len(attempt.choices),
                    when=text.date(attempt.times[0]),
                ),
            }
            for attempt in unfinished
        ],
    }


def play_view(session: Session, text: Text) -> dict[str, Any]:
    """Return the screen of the conversation as it unfolds."""
    state, say = session.state, text.say
    scenario, made = state.scenario, len(state.turns)
    situation = scenario.situations[state.place.node]
    told = session.spoken_of()
    return {
        **frame(scenario, text),
        "screen": "play",
        "card": card(scenario, text, state.days),
        "log": said(state, text),
        "situation": situation.title.words.to(text.lang),
        "step": made,
        "progress": {
            "text": say("Decision {n}, at most {most}", n=made + 1, most=scenario.limit.decisions),
            "share": made / scenario.limit.decisions,
        },
        "legend": say("What do you do?"),
        "choices": [[key, choice.text.words.to(text.lang)] for key, choice in choices(state).items()],
        "decide": say("Decide"),
        "nothing": say("Choose one first."),
        "take_back": say("Take the last decision back") if made else "",
        "saved": say("Saved") if made else "",
        "feedback": spoken(told, scenario, text) if told else None,
    }


def said(state: State, text: Text) -> list[dict[str, str]]:
    """Return everything said and heard so far, by whom."""
    names = {
        "debtor": state.scenario.persona.name.words.to(text.lang),
        "player": text.say("You"),
        "heard": text.say("What happens"),
    }
    return [{"who": line.who, "name": names[line.who], "text": line.text.words.to(text.lang)} for line in state.said]


def spoken(decision: Decision, scenario: Scenario, text: Text) -> dict[str, Any]:
    """Return what is said of a decision, at once or in the review."""
    say, currency, grade = text.say, scenario.account.currency, decision.grade
    right = grade == "best"
    return {
        "grade": say(GRADES[grade].template),
        "sign": SIGNS[grade],
        "colour": COLOURS[grade],
        "chosen": decision.choice.text.words.to(text.lang),
        "lost": say("Value lost: {amount}", amount=text.money(max(float(decision.lost), 0.0), currency)),
        "why": decision.choice.why.words.to(text.lang),
        "better_heading": "" if right else say("Better:"),
        "better": "" if right else decision.better_choice.text.words.to(text.lang),
        "better_why": "" if right else decision.better_choice.why.words.to(text.lang),
        "breaches": [rule(scenario.gates[gate], text) for gate in decision.breaches],
        "lesson": lesson(decision.choice if right else decision.better_choice, scenario, text),
    }


def rule(gate: Gate, text: Text) -> str:
    """Return a rule of conduct with its reason."""
    return text.say("{name}: {text}", name=gate.title.words.to(text.lang), text=gate.why.words.to(text.lang))


def lesson(choice: Choice, scenario: Scenario, text: Text) -> dict[str, str]:
    """Return the lesson that a choice teaches."""
    taught = {**lessons(), **scenario.lessons}[choice.lesson]
    title = taught.title.words.to(text.lang)
    return {
        "summary": text.say("Lesson: {title}", title=title),
        "text": taught.text.words.to(text.lang),
        "source": text.say("After the course text: {source}", source=text.say(SOURCES[choice.source].template)),
    }
