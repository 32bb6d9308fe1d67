"""Values by brute force from the file alone: every path, every reason, no Bayes, no memory, none of the library."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

Part = dict[str, Any]
World = tuple[float, str]
"""Joint probability of a hidden reason and of all that was heard."""


def meets(part: Part, state: dict[str, int], reason: str | None) -> bool:
    inside = all(
        band.get("at_least", -(10**9)) <= state[name] <= band.get("at_most", 10**9)
        for name, band in part.get("when", {}).items()
    )
    return inside and (reason is None or not part.get("reasons") or reason in part["reasons"])


def odds(given: Any, state: dict[str, int], reason: str) -> float:
    if isinstance(given, int | float):
        return given
    return next(case["p"] for case in given if meets(case, state, reason))


def moved(raw: Part, state: dict[str, int], effects: dict[str, int]) -> dict[str, int]:
    found = {}
    for name, value in state.items():
        bounds = raw["variables"][name]
        found[name] = max(bounds.get("least", 0), min(bounds.get("most", 100), value + effects.get(name, 0)))
    return found


def worth(raw: Part, node: str, state: dict[str, int], reason: str, day: int) -> float:
    end, money = raw["endings"][node], raw["assumptions"]
    factor = (1 + money["discount_rate"]) ** (-day / 365)
    paid = sum(
        p["amount"] * odds(p["chance"], state, reason) * (1 + money["discount_rate"]) ** (-(day + p["days"]) / 365)
        for p in end["payments"]
    )
    kept = money["future_business"] * odds(end["business"], state, reason)
    return paid + factor * (kept - money["hour_cost"] * end["minutes"] / 60)


def spoken(raw: Part, node: str, state: dict[str, int], reason: str) -> str:
    if node in raw["endings"]:
        return ""
    says = raw["situations"][node]["says"]
    return next(line["text"]["en"] for line in says if meets(line, state, reason))


def open_choices(raw: Part, node: str, state: dict[str, int]) -> dict[str, Part]:
    return {key: part for key, part in raw["situations"][node]["choices"].items() if meets(part, state, None)}


def heard_after(
    raw: Part, node: str, state: dict[str, int], worlds: list[World], choice: str, step: int
) -> Iterator[tuple[str, str, dict[str, int], list[World]]]:
    """Yield what can be heard, the next node and state, and the worlds in which it is heard."""
    part = raw["situations"][node]["choices"][choice]
    for key, out in part["outcomes"].items():
        after = moved(raw, moved(raw, state, part.get("effects", {})), out.get("effects", {}))
        there = out["next"]
        if step + 1 >= raw["limit"]["decisions"] and there in raw["situations"]:
            there = raw["limit"]["ending"]
        heard: dict[str, list[World]] = {}
        for weight, reason in worlds:
            if (p := odds(out["chance"], state, reason)) > 0:
                heard.setdefault(spoken(raw, there, after, reason), []).append((weight * p, reason))
        for line, kept in heard.items():
            yield f"{key}/{line}", there, after, kept


def value_of_choice(
    raw: Part, node: str, state: dict[str, int], worlds: list[World], choice: str, step: int, day: int
) -> float:
    """Sum over worlds: probability times value, in money of the first day; the cost of this choice and on."""
    part, money = raw["situations"][node]["choices"][choice], raw["assumptions"]
    cost = money["hour_cost"] * part.get("minutes", 10) / 60 * (1 + money["discount_rate"]) ** (-day / 365)
    total = -cost * sum(weight for weight, _ in worlds)
    later = day + part.get("days", 0)
    for _, there, after, kept in heard_after(raw, node, state, worlds, choice, step):
        total += value(raw, there, after, kept, step + 1, later)
    return total


def value(raw: Part, node: str, state: dict[str, int], worlds: list[World], step: int, day: int) -> float:
    if node in raw["endings"]:
        return sum(weight * worth(raw, node, state, reason, day) for weight, reason in worlds)
    return max(
        value_of_choice(raw, node, state, worlds, key, step, day)
        for key, part in open_choices(raw, node, state).items()
        if not any(meets(breach, state, None) for breach in part.get("breaches", []))
    )


def begin(raw: Part) -> tuple[dict[str, int], list[World]]:
    state = {name: variable["start"] for name, variable in raw["variables"].items()}
    return state, [(reason["chance"], key) for key, reason in raw["reasons"].items()]


def best_of_all_plans(raw: Part) -> float:
    """Try every plan: one choice for each history that the plan itself can lead to."""
    state, worlds = begin(raw)
    return max(_plans(raw, raw["opening"], state, worlds, 0, 0))


def _plans(raw: Part, node: str, state: dict[str, int], worlds: list[World], step: int, day: int) -> Iterator[float]:
    if node in raw["endings"]:
        yield sum(weight * worth(raw, node, state, reason, day) for weight, reason in worlds)
        return
    money = raw["assumptions"]
    for key, part in open_choices(raw, node, state).items():
        if any(meets(breach, state, None) for breach in part.get("breaches", [])):
            continue
        cost = money["hour_cost"] * part.get("minutes", 10) / 60 * (1 + money["discount_rate"]) ** (-day / 365)
        paid = -cost * sum(weight for weight, _ in worlds)
        branches = [
            list(_plans(raw, there, after, kept, step + 1, day + part.get("days", 0)))
            for _, there, after, kept in heard_after(raw, node, state, worlds, key, step)
        ]
        for together in product(*branches):
            yield paid + sum(together)
