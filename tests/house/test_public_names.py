"""The names that notebooks and users rely on (DESIGN §4); taking one away is a decision, not an accident."""

import arkit

NAMES = {
    "ArkitError", "Ledger", "LedgerError", "aging", "aging_history", "backtest", "bad_debt_rate", "causes",
    "charts", "check", "collection_effectiveness", "collection_targets", "concentration", "customer_types", "dso",
    "dso_history", "evaluate", "explore", "flows", "forecast", "formulas", "in_currency", "kpis", "payment_days",
    "payment_model", "plan", "play", "provision", "provision_backtest", "read", "read_rates", "read_worklist",
    "realised_exchange", "report", "revaluation", "revalued_items", "risk_signals", "sample", "simulate",
    "supports", "with_activities", "worklist", "write_worklist",
}  # fmt: skip
FORMULAS = {
    "dso", "countback_dso", "best_possible_dso", "average_days_delinquent", "collection_effectiveness",
    "receivables_turnover", "weighted_average_days", "bad_debt_rate", "carrying_cost", "allowance",
    "loss_rates", "roll_to_loss", "herfindahl", "late_interest", "discount_yield", "rate_mix_bridge",
    "dso_sales_bridge", "limit_by_record", "limit_by_capacity",
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
