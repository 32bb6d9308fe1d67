"""The list of claims assessed one by one 单项计提清单, as a CSV file that Excel saved, in English or Chinese."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from arkit.errors import ParameterError
from arkit.messages import Message

HEADINGS = {
    "document_id": ("document", "单据", "单据号", "单据编号", "发票号"),
    "customer_id": ("customer", "客户编号", "客户编码", "客户代码"),
    "currency": ("币种", "货币"),
    "expected_loss": ("预期信用损失", "预计损失", "坏账准备", "计提金额"),
    "loss_rate": ("损失率", "预期损失率", "计提比例"),
    "reason": ("原因", "理由", "计提理由"),
}
"""Other names of the columns that :func:`arkit.provision` knows."""
NUMBERS = ("expected_loss", "loss_rate")


def read(path: Path) -> pd.DataFrame:
    """Return the rows of a list; numbers may have thousands marks or be percentages.

    Raises
    ------
    ParameterError
        For a file that is not there, or rows with more cells than the heading has.
    LedgerError
        For text in no known encoding.
    """
    from arkit.readers.delimited import decode

    if not path.is_file():
        raise ParameterError(Message("individual: there is no such file: {path}", path=str(path)))
    text = decode(path.read_bytes(), path.name)[1].decode()
    heading = text.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=heading.count)))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    names = [_name(cell) for cell in rows[0]] if rows else []
    long = [str(place) for place, row in enumerate(rows[1:], 1) if len(row) > len(names)]
    if long:
        raise ParameterError(
            Message(
                "individual: more cells than the heading has, in row {rows}: put text that has commas in quotes",
                rows=", ".join(long),
            )
        )
    filled = [[cell.strip() for cell in row] + [""] * (len(names) - len(row)) for row in rows[1:]]
    frame = pd.DataFrame(filled, columns=names, dtype="str")
    return frame.assign(**{name: [_number(cell) for cell in frame[name]] for name in NUMBERS if name in frame})


def _name(cell: str) -> str:
    said = cell.strip()
    return next((name for name, others in HEADINGS.items() if said.lower() in (name, *others)), said)


def _number(cell: str) -> str:
    """Return a number as Python writes it; what is none is left to be refused with its row."""
    plain = cell.replace(",", "").replace("，", "")
    if not plain.endswith(("%", "％")):
        return plain
    try:
        return repr(round(float(plain[:-1]) / 100, 12))
    except ValueError:
        return cell
