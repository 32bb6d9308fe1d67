"""A simulated firm: its ledger, and apart from it the planted truth.

Read the modules in this order: :mod:`~arkit.simulation.causes` (what each cause does),
:mod:`~arkit.simulation.customers`, :mod:`~arkit.simulation.dispositions` (who and when),
:mod:`~arkit.simulation.invoicing`, :mod:`~arkit.simulation.behaviour` (why and how late),
:mod:`~arkit.simulation.settlement`, :mod:`~arkit.simulation.documents`, :mod:`~arkit.simulation.activities`.
"""

from arkit.simulation.causes import CAUSES
from arkit.simulation.model import Simulation, Tables, simulate, simulate_tables

__all__ = ["CAUSES", "Simulation", "Tables", "simulate", "simulate_tables"]
