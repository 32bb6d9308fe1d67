import pytest

from arkit.simulation import Tables, calibration, simulate_tables


@pytest.fixture(scope="session")
def world() -> Tables:
    """One ordinary world."""
    return simulate_tables(seed=101, export_share=0.04)


@pytest.fixture(scope="session")
def worlds(world) -> list[Tables]:
    """Several worlds: a rule about chances is held over all of them."""
    return [world, *(simulate_tables(seed=seed) for seed in range(102, 107))]


@pytest.fixture(scope="session")
def late_with_cause(worlds):
    """Every late invoice of all worlds with its planted cause, its customer's terms and its first contact."""
    import pandas as pd

    parts = []
    for number, made in enumerate(worlds):
        invoices = calibration.late_invoices(made)
        invoices = invoices[invoices["days_late"] > 0].merge(made.truth[["document_id", "cause", "variant"]])
        standing = made.customers[["customer_id", "terms"]].rename(columns={"terms": "standing_terms"})
        parts.append(invoices.merge(standing).assign(world=number))
    return pd.concat(parts, ignore_index=True)
