"""Small scenarios, written as the file would hold them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import yaml

from arkit.training.model import Scenario
from arkit.training.reading import parse_scenario

Part = dict[str, Any]


def text(words: str) -> Part:
    return {"en": words, "zh": f"中文：{words}"}


def outcome(leads_to: str, heard: str, chance: Any = 1.0, **more: Any) -> Part:
    return {"heard": text(heard), "next": leads_to, "chance": chance, **more}


def choice(words: str, outcomes: dict[str, Part], **more: Any) -> Part:
    said = {"text": text(words), "why": text(f"why {words}"), "source": "S0", "lesson": "lesson_one"}
    return {**said, "outcomes": outcomes, **more}


def sure(words: str, leads_to: str, **more: Any) -> Part:
    return choice(words, {"then": outcome(leads_to, f"after {words}")}, **more)


def situation(words: str, choices: dict[str, Part], says: list[Part] | None = None) -> Part:
    return {"title": text(words), "says": says or [{"text": text(f"debtor at {words}")}], "choices": choices}


def payment(amount: int, chance: Any, days: int = 0) -> Part:
    return {"amount": amount, "days": days, "chance": chance}


def ending(words: str, *payments: Part, business: Any = 1.0, minutes: int = 0) -> Part:
    told = {"title": text(words), "text": text(f"end {words}")}
    return {**told, "payments": list(payments), "business": business, "minutes": minutes}


def by_reason(otherwise: float, **chances: float) -> list[Part]:
    return [*({"p": p, "reasons": [reason]} for reason, p in chances.items()), {"p": otherwise}]


def raw(situations: dict[str, Part], endings: dict[str, Part], **more: Any) -> Part:
    document = {"id": "A-1", "date": "2026-01-10", "due_date": "2026-02-10", "amount": "100000.00"}
    levels = {"ability": "high", "willingness": "low", "face": "high", "pressure": "low"}
    base = {
        "id": "little", "version": 1, "title": text("little"), "objectives": [text("learn")], "minutes": 10,
        "stage": "collection", "trade": "dealer",
        "account": {
            "customer": text("Blue Lake"), "as_of": "2026-03-31", "currency": "CNY", "documents": [document],
        },
        "persona": {
            "name": text("Wang"), "role": text("owner"), "personality": "driver", "portrait": text("busy"), **levels,
        },
        "reasons": {
            "cash": {"title": text("short of cash"), "chance": 0.6},
            "will": {"title": text("will not pay"), "chance": 0.4},
        },
        "variables": {"trust": {"title": text("trust"), "start": 50}},
        "assumptions": {"discount_rate": 0.0, "hour_cost": 0.0, "future_business": 0.0},
        "opening": next(iter(situations)), "limit": {"decisions": 10, "ending": next(iter(endings))},
        "situations": situations, "endings": endings,
    }  # fmt: skip
    return deepcopy({**base, **more})


def as_yaml(parts: Part) -> str:
    dumper = type("Plain", (yaml.SafeDumper,), {"ignore_aliases": lambda *_: True})
    return yaml.dump(parts, Dumper=dumper, allow_unicode=True, sort_keys=False)


def build(parts: Part) -> Scenario:
    return parse_scenario(as_yaml(parts))


def ask_first() -> Part:
    """Asking costs an hour and is heard differently by reason; only then does one know whether to bend or to press."""
    rates = by_reason(0.0, cash=0.9, will=0.1)
    acts = {
        "bend": sure("offer instalments", "instalments"),
        "press": sure("send the letter", "letter", days=10),
    }
    ask = choice(
        "ask for the cash plan",
        {
            "figures": outcome("act", "figures", rates),
            "talk": outcome("act", "talk", by_reason(0.0, cash=0.1, will=0.9)),
        },
        minutes=60,
        marks={"diagnosis": 2},
    )
    return raw(
        {"open": situation("open", {"ask": ask, **acts}), "act": situation("act", acts)},
        {
            "instalments": ending("instalments", payment(90_000, by_reason(0.0, cash=1.0, will=0.0), days=60)),
            "letter": ending("letter", payment(100_000, by_reason(0.0, cash=0.0, will=0.9), days=30), business=0.5),
        },
        assumptions={"discount_rate": 0.08, "hour_cost": 200.0, "future_business": 10_000.0},
    )


def winding() -> Part:
    """Everything at once: a loop, state bands, lines by reason and state, a breach, chance by state, two payments."""
    by_trust = [{"p": 0.8, "when": {"trust": {"at_least": 60}}}, *by_reason(0.2, cash=0.5)]
    rest = [{"p": 0.2, "when": {"trust": {"at_least": 60}}}, *by_reason(0.8, cash=0.5)]
    says = [
        {"text": text("gives figures"), "when": {"trust": {"at_least": 55}}, "reasons": ["cash"]},
        {"text": text("sighs"), "when": {"trust": {"at_most": 45}}},
        {"text": text("stays vague")},
    ]
    return raw(
        {
            "open": situation(
                "open",
                {
                    "listen": choice(
                        "listen",
                        {"warm": outcome("talk", "warm", by_reason(0.3, cash=0.6), effects={"trust": 15}),
                         "cool": outcome("talk", "cool", by_reason(0.7, cash=0.4))},
                        minutes=30, effects={"trust": 5}, marks={"opening": 1},
                    ),
                    "push": sure("push", "talk", effects={"trust": -10}, minutes=5),
                    "shame": sure("shame", "letter", breaches=[{"gate": "respect"}]),
                },
            ),
            "talk": situation(
                "talk",
                {
                    "again": choice(
                        "ask again",
                        {"open": outcome("talk", "opens up", by_reason(0.2, cash=0.7), effects={"trust": 10}),
                         "shut": outcome("talk", "shuts", by_reason(0.8, cash=0.3), effects={"trust": -5})},
                        minutes=20, days=2,
                    ),
                    "plan": choice(
                        "plan",
                        {"yes": outcome("plan", "yes", by_trust), "no": outcome("letter", "no", rest)},
                        days=1,
                    ),
                    "letter": sure("letter", "letter", days=14, minutes=90, when={"trust": {"at_most": 80}}),
                },
                says,
            ),
        },
        {
            "letter": ending("letter", payment(70_000, by_reason(0.3, will=0.8), days=90), minutes=120, business=0.2),
            "plan": ending(
                "plan",
                payment(40_000, by_reason(0.5, cash=0.95), days=10),
                payment(60_000, [{"p": 0.9, "when": {"trust": {"at_least": 70}}}, *by_reason(0.3, cash=0.7)], days=40),
                business=by_reason(0.7, cash=0.95),
            ),
        },
        gates={"respect": {"title": text("respect"), "why": text("no shaming")}},
        limit={"decisions": 4, "ending": "letter"},
        assumptions={"discount_rate": 0.1, "hour_cost": 180.0, "future_business": 25_000.0},
    )  # fmt: skip


def five() -> Part:
    """Five decisions, fit to play: a soft tone serves one reason, a firm one the other, and asking tells them apart."""
    steps = {10: 0.5, 20: 0.6, 30: 0.7, 40: 0.85, 50: 0.95}
    pays = [{"p": 0.3}]
    for by, p in steps.items():
        pays.insert(0, {"p": p, "when": {"trust": {"at_least": 50 + by}}, "reasons": ["cash"]})
        pays.insert(0, {"p": p, "when": {"trust": {"at_most": 50 - by}}, "reasons": ["will"]})
    keys = ("prepare", "opening", "middle", "deadlock", "close")
    nodes = {}
    for key, following in zip(keys, (*keys[1:], "paid"), strict=True):
        rates = {"yes": by_reason(0.2, cash=0.8), "no": by_reason(0.8, cash=0.2)}
        nodes[key] = situation(
            key,
            {
                "soft": sure(f"soft {key}", following, effects={"trust": 10}),
                "firm": sure(f"firm {key}", following, effects={"trust": -10}),
                "ask": choice(f"ask {key}", {k: outcome(following, f"{k} {key}", p) for k, p in rates.items()}),
            },
        )
    nodes["deadlock"]["choices"]["threat"] = sure("threaten", "close", breaches=[{"gate": "respect"}])
    return raw(
        nodes,
        {"paid": ending("paid", payment(100_000, pays, days=20))},
        reasons={key: {"title": text(key), "chance": 0.5} for key in ("cash", "will")},
        gates={"respect": {"title": text("respect"), "why": text("no threats")}},
        assumptions={"discount_rate": 0.08, "hour_cost": 120.0, "future_business": 0.0},
    )
