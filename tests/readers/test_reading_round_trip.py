from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import arkit

text = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12).map(str.strip)
ids = st.from_regex(r"[0-9A-Z]{1,8}", fullmatch=True).filter(lambda value: "E" not in value)
rows = st.lists(
    st.tuples(
        ids, ids, st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 400),
        st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2), st.sampled_from(["EUR", "CNY"]), text,
    ),
    min_size=1, max_size=12, unique_by=lambda row: row[0],
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_reading_what_was_written_gives_the_same_ledger(tmp_path_factory, rows: list[tuple]) -> None:
    written = pd.DataFrame(
        [
            {"document_id": number, "customer_id": customer, "kind": "invoice", "date": pd.Timestamp(date),
             "due_date": pd.Timestamp(date) + pd.Timedelta(days=days), "amount": float(amount), "currency": currency,
             "note": note or None}
            for number, customer, date, days, amount, currency, note in rows
        ]
    )  # fmt: skip
    path = tmp_path_factory.mktemp("trip") / "documents.csv"
    written.to_csv(path, index=False)
    ledger = arkit.read(path)
    columns = list(written.columns)
    got, want = ledger.documents[columns], arkit.Ledger(written).documents
    for column in columns:
        assert got[column].astype(object).where(got[column].notna(), None).tolist() == (
            want[column].astype(object).where(want[column].notna(), None).tolist()
        ), column
    totals = written.assign(amount=[row[4] for row in rows]).groupby("currency")["amount"].agg(sum)
    assert ledger.intake.totals["file"].to_dict() == totals.to_dict()
    assert ledger.intake.ties()
