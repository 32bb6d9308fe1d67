"""What the player calls things: grades, the rubric, kinds of scenarios and of people."""

from __future__ import annotations

from collections.abc import Mapping

from arkit.charts import palette
from arkit.messages import Message
from arkit.training.review import Grade

GRADES: Mapping[Grade, Message] = {
    "best": Message("Best"),
    "good": Message("Good"),
    "inaccuracy": Message("Inaccuracy"),
    "mistake": Message("Mistake"),
    "blunder": Message("Blunder"),
    "breach": Message("Breach of conduct"),
}
SIGNS: Mapping[Grade, str] = {
    "best": "★",
    "good": "✓",
    "inaccuracy": "?!",
    "mistake": "?",
    "blunder": "??",
    "breach": "✕",
}
"""As a chess engine annotates a game; never the only thing that tells grades apart."""
COLOURS: Mapping[Grade, str] = {
    "best": palette.CASH,
    "good": palette.CASH,
    "inaccuracy": palette.LATE_RAMP[1],
    "mistake": palette.LATE_RAMP[2],
    "blunder": palette.LATE_RAMP[3],
    "breach": palette.LATE_RAMP[3],
}
RUBRIC: Mapping[str, Message] = {
    "preparation": Message("Preparation"),
    "opening": Message("Opening"),
    "diagnosis": Message("Finding the true reason"),
    "concession": Message("Concessions"),
    "commitment": Message("Commitment"),
    "conduct": Message("Conduct"),
    "record": Message("Record"),
}
TRAITS: Mapping[str, Message] = {
    "ability": Message("Ability to pay"),
    "willingness": Message("Willingness"),
    "face": Message("Weight of face"),
    "pressure": Message("Reacts to pressure"),
}
FEEDBACK: Mapping[str, Message] = {
    "immediate": Message("After every decision"),
    "adaptive": Message("At once, but only when a decision cost much"),
    "end": Message("At the end"),
}
SOURCES: Mapping[str, Message] = {
    "S0": Message("Risk analysis of overdue debts"),
    "S1": Message("Receivables management"),
    "S2": Message("Collection skills"),
    "S3": Message("Preventing collection risk"),
    "S4": Message("Handbook of overdue receivables and telephone collection"),
}
"""The course texts that the ideas are from; the words here are our own."""
