"""Reading a million rows of text and 50,000 of a workbook, against what only fetches the cells; and its memory.

``arkit.read`` recognises the layout, decides dates and numbers, checks every row and builds the ledger;
``pandas.read_csv`` and calamine do nothing of that.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

import arkit
from arkit.simulation import simulate_tables
from benchmarks.timing import Row, medians

INVOICES, CUSTOMERS, MONTHS = 1_000_000, 5_000, 36
SHEET_ROWS = 50_000
SETTLED = {
    "document_id": "invoice_number", "customer_id": "customer_id", "date": "invoice_date", "due_date": "due_date",
    "amount": "invoice_amount", "currency": "currency", "settled_on": "settled_date",
}  # fmt: skip
"""Columns of a list of invoices with their settlement day -> its headers."""
GIGABYTE = 1e9

MEMORY = """
import sys
from pathlib import Path
import arkit

def resident(key):  # kB, from Linux: what the process holds (VmRSS), and the most that it ever held (VmHWM)
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key)) * 1024

small, large = sys.argv[1:]
arkit.read(small)  # all that is loaded once is there before it counts
start = resident("VmRSS")
ledger = arkit.read(large)
peak = resident("VmHWM") - start
tables = ledger.documents, ledger.applications, ledger.customers
print(peak, sum(table.memory_usage(deep=True).sum() for table in tables if table is not None))
"""


def run(rounds: int = 5) -> list[Row]:
    """Write the files, read them in turns, and once more in processes of their own for their memory."""
    with tempfile.TemporaryDirectory() as folder:
        files = _written(Path(folder))
        few, table, settled, both, book = (files[name] for name in ("few", "documents", "settled", "both", "workbook"))
        t = medians(
            {
                "documents": lambda: arkit.read(table),
                "pandas": lambda: pd.read_csv(table, engine="pyarrow"),
                "settled": lambda: arkit.read(settled),
                "pandas, settled": lambda: pd.read_csv(settled, engine="pyarrow"),
                "both": lambda: arkit.read(both),
                "pandas, both": lambda: [pd.read_csv(file, engine="pyarrow") for file in both.iterdir()],
                "workbook": lambda: arkit.read(book),
                "calamine": lambda: _cells(book),
            },
            rounds=rounds,
        )
        peak, held = _memory(few, table)
    return [
        Row("a million invoices from CSV / `read_csv(engine='pyarrow')`", t["documents"], t["pandas"], 5.0),
        Row("a million invoices with their settlement days / likewise", t["settled"], t["pandas, settled"]),
        Row("the same invoices and all that settles them / likewise", t["both"], t["pandas, both"]),
        Row("50,000 invoices from Excel / calamine alone", t["workbook"], t["calamine"], 2.0),
        Row("GB of resident memory at the peak, above the start / the ledger's tables", peak, held, 4.0),
    ]


def _written(folder: Path) -> dict[str, Path]:
    """Simulate, and write the invoices as a table, as a list with their days of settlement, and as a workbook."""
    tables = simulate_tables(seed=20261122, months=MONTHS, customers=CUSTOMERS, invoices=INVOICES)
    invoices = tables.documents[tables.documents["kind"] == "invoice"].head(INVOICES)
    paid = tables.applications.groupby("document_id")["date"].max()
    with_days = invoices.assign(settled_on=invoices["document_id"].map(paid))[[*SETTLED]]
    files = {name: folder / f"{name}.csv" for name in ("documents", "settled", "few")}
    files["workbook"] = folder / "workbook.xlsx"
    invoices.to_csv(files["documents"], index=False)
    invoices.head(100).to_csv(files["few"], index=False)
    with_days.rename(columns=SETTLED).to_csv(files["settled"], index=False)
    files["both"] = folder / "both"
    files["both"].mkdir()
    tables.documents.to_csv(files["both"] / "documents.csv", index=False)
    tables.applications.to_csv(files["both"] / "applications.csv", index=False)
    invoices.head(SHEET_ROWS).to_excel(files["workbook"], index=False, engine="xlsxwriter")
    return files


def _cells(book: Path) -> list[list[list[object]]]:
    """Fetch the cells of every sheet."""
    opened = CalamineWorkbook.from_path(book)
    return [opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names]


def _memory(few: Path, table: Path) -> tuple[float, float]:
    """Return, in gigabytes, the peak of reading a file in a process of its own, and what the ledger's tables hold."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(few), str(table)], check=True, capture_output=True, text=True
    )
    peak, held = map(int, done.stdout.split())
    return peak / GIGABYTE, held / GIGABYTE
