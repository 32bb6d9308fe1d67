"""The names that notebooks and users rely on (DESIGN §4); taking one away is a decision, not an accident."""

import arkit

NAMES = {
    "ArkitError", "Ledger", "LedgerError", "aging", "aging_history", "backtest", "bad_debt_rate", "causes",
    "charts", "check", "collection_effectiveness", "collection_targets", "collection_triangle",
    "completion_factors", "concentration", "credit", "customer_types", "dso", "dso_bridge", "dso_history",
    "evaluate", "explore", "flows", "forecast", "formulas", "in_currency", "interest_rules", "kpis",
    "late_interest", "limitation", "payment_days", "payment_model", "plan", "play", "provision", "provision_backtest",
    "read",
    "read_rates", "read_worklist", "realised_exchange", "report", "revaluation", "revalued_items", "risk_signals",
    "roll_forecast", "roll_history", "roll_rates", "sample", "simulate", "supports", "vintages", "with_activities",
    "worklist", "write_worklist",
}  # fmt: skip
FORMULAS = {
    "age_to_age", "allowance", "average_days_delinquent", "bad_debt_rate", "best_possible_dso", "carrying_cost",
    "collection_effectiveness", "countback_dso", "discount_yield", "dso", "dso_sales_bridge", "herfindahl",
    "late_interest", "limit_by_capacity", "limit_by_record", "loss_rates", "net_roll_rate", "rate_mix_bridge",
    "receivables_turnover", "roll_forward", "roll_to_loss", "to_end", "weighted_average_days",
}  # fmt: skip


def test_public_names_are_these():
    assert set(arkit.__all__) == NAMES


def test_every_public_name_is_there():
    assert {name for name in NAMES if getattr(arkit, name, None) is None} == set()


def test_no_module_shadows_a_public_name(root):
    modules = {path.stem for path in (root / "arkit").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert modules & (NAMES - {"charts", "formulas"}) == set()


def test_formulas_are_these():
    assert {name for name in FORMULAS if not callable(getattr(arkit.formulas, name, None))} == set()
