"""Small scenarios, written as the file would hold them."""

from __future__ import annotations

from copy import deepcopy
from random import Random
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
    said = {"text": text(words), "why": text(f"why {words}"), "source": "S0", "lesson": "lesson_one", "tone": "firm"}
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
        "lessons": {"lesson_one": {"title": text("lesson"), "text": text("what to learn"), "source": "S0"}},
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


def wide() -> Part:
    """Five decisions of four choices with three outcomes each, three reasons, three variables."""
    base = ((0.6, 0.3, 0.1), (0.2, 0.5, 0.3), (0.25, 0.25, 0.5), (0.4, 0.4, 0.2))
    nodes = {}
    for at in range(5):
        following = f"n{at + 1}" if at < 4 else "paid"
        nodes[f"n{at}"] = situation(
            f"n{at}",
            {
                f"c{way}": choice(
                    f"c{at}{way}",
                    {
                        f"o{o}": outcome(
                            following,
                            f"h{at}{way}{o}",
                            by_reason(base[(2 + way) % 4][o], cash=base[way][o], will=base[(1 + way) % 4][o]),
                            effects={"trust": 5 * (o - 1), "information": o},
                        )
                        for o in range(3)
                    },
                    effects={"face": 5 * (way - 1)},
                    minutes=10 * way,
                )
                for way in range(4)
            },
        )
    pays = [
        {"p": 0.9, "when": {"trust": {"at_least": 60}}, "reasons": ["cash"]},
        {"p": 0.8, "when": {"face": {"at_most": 45}}, "reasons": ["will"]},
        {"p": 0.6, "when": {"information": {"at_least": 6}}, "reasons": ["papers"]},
        {"p": 0.2},
    ]
    return raw(
        nodes,
        {"paid": ending("paid", payment(100_000, pays, days=30))},
        reasons={
            key: {"title": text(key), "chance": p} for key, p in {"cash": 0.5, "will": 0.3, "papers": 0.2}.items()
        },
        variables={
            key: {"title": text(key), "start": at} for key, at in {"trust": 50, "face": 50, "information": 0}.items()
        },
        assumptions={"discount_rate": 0.08, "hour_cost": 150.0, "future_business": 0.0},
    )


def by_lot(seed: int) -> Part:
    """Draw a small scenario: reasons, bands, lines by reason, chances by both, loops, breaches, closed choices."""
    lot = Random(seed)
    reasons = ("cash", "will", "papers")[: lot.choice((2, 3))]
    shares = [lot.randint(1, 5) for _ in reasons]
    nodes, ends = ("open", "talk", "deal"), ("paid", "court")

    def band() -> Part:
        return {lot.choice(("trust", "face")): {lot.choice(("at_least", "at_most")): lot.randint(35, 65)}}

    def cases() -> list[Part]:
        found: list[Part] = [{"p": lot.randint(0, 10) / 10}]
        for _ in range(lot.randint(0, 2)):
            when = {"when": band()} if lot.random() < 0.5 else {}
            found.insert(0, {"p": lot.randint(0, 10) / 10, "reasons": [lot.choice(reasons)], **when})
        return found

    def option(name: str) -> Part:
        yes = cases()
        no = [{**case, "p": round(1 - case["p"], 1)} for case in yes]
        more: Part = {"minutes": lot.randint(0, 90), "days": lot.randint(0, 20)}
        if lot.random() < 0.7:
            more["effects"] = {lot.choice(("trust", "face")): lot.randint(-20, 20)}
        return choice(
            name,
            {
                key: outcome(lot.choice((*nodes, *ends)), f"{key} {name}", p, effects={"trust": lot.randint(-9, 9)})
                for key, p in (("yes", yes), ("no", no))
            },
            **more,
        )

    built = {}
    for node in nodes:
        says: list[Part] = [{"text": text(f"plain {node}")}]
        for line in range(lot.randint(0, 2)):
            when = {"when": band()} if lot.random() < 0.5 else {}
            says.insert(0, {"text": text(f"{line} {node}"), "reasons": [lot.choice(reasons)], **when})
        options = {key: option(f"{key} {node}") for key in ("one", "two", "three")}
        options["two"]["when"] = band()
        options["three"]["breaches"] = [{"gate": "respect", "when": band()}]
        built[node] = situation(node, options, says)
    return raw(
        built,
        {
            end: ending(
                end,
                *(payment(lot.randint(1, 9) * 10_000, cases(), lot.randint(0, 90)) for _ in range(lot.randint(1, 2))),
                business=cases(),
                minutes=lot.randint(0, 300),
            )
            for end in ends
        },
        reasons={key: {"title": text(key), "chance": n / sum(shares)} for key, n in zip(reasons, shares, strict=True)},
        variables={key: {"title": text(key), "start": lot.randint(40, 60)} for key in ("trust", "face")},
        gates={"respect": {"title": text("respect"), "why": text("no threats")}},
        limit={"decisions": lot.choice((3, 4)), "ending": "court"},
        assumptions={"discount_rate": 0.1, "hour_cost": 150.0, "future_business": 40_000.0},
    )
