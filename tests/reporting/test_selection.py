"""What a report shows of a ledger: the filter cuts rows, refuses what does not exist, and knows nothing later."""

import datetime as dt

import pandas as pd
import pytest

from arkit.errors import ParameterError
from arkit.reporting.selection import Selection
from tests.ledgers import document, ledger

AS_OF = dt.date(2026, 1, 31)
CUSTOMERS = [
    {"customer_id": "C1", "name": "A", "type": "dealer", "region": "north"},
    {"customer_id": "C2", "name": "B", "type": "retail", "region": "south"},
]
DOCUMENTS = [
    {**document("1", "invoice", "2026-01-05", 10.0, "2026-01-20"), "salesperson": "Li"},
    {**document("2", "invoice", "2026-01-06", 20.0, "2026-01-21", customer_id="C2"), "salesperson": "Wu"},
    {**document("3", "invoice", "2026-01-07", 30.0, "2026-01-22", customer_id="C2"), "salesperson": "Li"},
    {**document("4", "invoice", "2026-02-07", 40.0, "2026-03-22", customer_id="C1"), "salesperson": "Wu"},
]


def selection(where: str = "") -> Selection:
    return Selection(ledger(DOCUMENTS, customers=CUSTOMERS), AS_OF, where)


def documents(chosen: Selection) -> list[str]:
    rows = pd.DataFrame({"document_id": ["1", "2", "3"], "customer_id": ["C1", "C2", "C2"]})
    return chosen.of(rows)["document_id"].tolist()


def customers(chosen: Selection) -> list[str]:
    return chosen.of(pd.DataFrame({"customer_id": ["C1", "C2"]}))["customer_id"].tolist()


def test_without_a_filter_everything_is_shown():
    assert not selection()
    assert documents(selection()) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("where", "of_documents", "of_customers"),
    [
        ("region=south", ["2", "3"], ["C2"]),
        ("salesperson=Li", ["1", "3"], ["C1", "C2"]),
        ("salesperson=Li; region = south", ["3"], ["C2"]),
        ("customer_id=C1", ["1"], ["C1"]),
    ],
)
def test_all_conditions_must_hold(where, of_documents, of_customers):
    chosen = selection(where)
    assert documents(chosen) == of_documents
    assert customers(chosen) == of_customers


def test_a_customer_stands_where_his_latest_known_document_does():
    assert selection().values("salesperson", "customer_id").to_dict() == {"C1": "Li", "C2": "Li"}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("region=nort", r"no value of region 'nort'.*north"),
        ("regoin=north", r"no column 'regoin'.*region"),
        ("north", "write column=value"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(where, said):
    with pytest.raises(ParameterError, match=said):
        selection(where)


def test_an_unknown_customer_is_refused():
    assert selection().customer("C2") == "C2"
    with pytest.raises(ParameterError, match=r"no customer 'C9'.*C1, C2"):
        selection().customer("C9")
