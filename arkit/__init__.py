"""arkit: receivables 应收账款, from a ledger export to ageing, DSO, causes and a plan.

Names are loaded when first used: ``import arkit`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# public name -> the module that defines it (never a module of the same name, which would shadow it)
_PUBLIC = {
    "ArkitError": "errors",
    "Ledger": "ledger",
    "LedgerError": "errors",
    "aging": "measures.aging",
    "aging_history": "measures.aging",
    "backtest": "diagnosis.backtest",
    "bad_debt_rate": "measures.bad_debt",
    "causes": "diagnosis.causes",
    "check": "reporting.checked",
    "collection_effectiveness": "measures.collection",
    "collection_targets": "collecting",
    "collection_triangle": "measures.cohorts",
    "completion_factors": "measures.cohorts",
    "concentration": "measures.concentration",
    "credit": "collecting",
    "customer_types": "diagnosis.types",
    "dso": "measures.dso",
    "dso_bridge": "measures.bridge",
    "dso_history": "measures.dso",
    "evaluate": "collecting",
    "explore": "explorer",
    "flows": "measures.flows",
    "forecast": "forecasting",
    "in_currency": "rates",
    "interest_rules": "measures.interest",
    "kpis": "measures.kpis",
    "late_interest": "measures.interest",
    "limitation": "measures.limitation",
    "payment_days": "measures.payment",
    "payment_model": "diagnosis.payment_model",
    "plan": "collecting",
    "play": "player",
    "provision": "measures.allowance",
    "provision_backtest": "measures.allowance",
    "read": "readers",
    "read_rates": "rates",
    "read_worklist": "collecting",
    "realised_exchange": "measures.realised",
    "report": "reporting",
    "revaluation": "measures.revaluation",
    "revalued_items": "measures.revaluation",
    "risk_signals": "diagnosis.signals",
    "roll_forecast": "measures.roll_ahead",
    "roll_history": "measures.migration",
    "roll_rates": "measures.migration",
    "sample": "samples",
    "simulate": "simulation",
    "supports": "reporting.support",
    "vintages": "measures.cohorts",
    "with_activities": "collecting",
    "worklist": "collecting",
    "write_worklist": "reporting.worksheet",
}
_MODULES = ("charts", "formulas")

__all__ = [*_PUBLIC, *_MODULES]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the name stands for)
    if name in _MODULES:
        return import_module(f"arkit.{name}")
    if name in _PUBLIC:
        value = getattr(import_module(f"arkit.{_PUBLIC[name]}"), name)
        globals()[name] = value
        return value
    msg = f"module 'arkit' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
