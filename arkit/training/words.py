"""What the closed sets of a scenario are called; stages are among the labels of all ledgers."""

from __future__ import annotations

from arkit.text import N_

TRADES = {
    "engineering": N_("project works"),
    "dealer": N_("maker to dealer"),
    "manufacturer": N_("maker to maker"),
    "retail": N_("supplier to chain"),
}
LEVELS = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}
PERSONALITIES = {
    "driver": N_("Driver: quick, decides, wants results"),
    "expressive": N_("Expressive: lively, talks, wants to be seen"),
    "amiable": N_("Amiable: friendly, avoids conflict"),
    "analytical": N_("Analytical: careful, wants figures"),
}
TONES = {"soft": N_("soft"), "firm": N_("firm"), "hard": N_("hard")}
