"""``arkit check``: the verdict, the page in both languages and the JSON, of what is read and of what is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

import arkit
from arkit import cli

HEADER = "document_id,customer_id,kind,date,due_date,amount,currency,note<b>"
GOOD = "I1,<script>alert(1)</script>,invoice,2026-01-05,2026-02-04,1234567.89,CNY,<img src=x>"
BAD = "I2,C2,invoice,2026-13-05,2026-02-04,7.00,CNY,"


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.fixture
def file(tmp_path: Path):
    def write(*rows: str) -> str:
        path = tmp_path / "ledger.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        return str(path)

    return write


def check(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["check", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("lang", "verdict", "refusal"),
    [("en", "Read in full", "Refused: 1 problem(s)"), ("zh", "已全部读入", "拒绝读入：共 1 个问题")],
)
def test_it_tells_the_same_in_the_terminal_and_on_the_page(file, tmp_path, lang, verdict, refusal) -> None:
    for rows, code, said in (((GOOD,), 0, verdict), ((GOOD, BAD), 3, refusal)):
        out = tmp_path / str(code)
        exit_code, shown = check(file(*rows), "--lang", lang, "--out", str(out))
        assert exit_code == code
        assert said in shown
        assert shown.splitlines()[-1] == str(out / "check.html")
        page = Page((out / "check.html").read_text("utf-8"))
        assert said in page.said
        assert "1,234,567.89" in page.said


def test_ledger_text_is_text_on_the_page(file, tmp_path) -> None:
    check(file(GOOD, "I3,<i>C3</i>,<u>invoice,2026-01-05,2026-02-04,1.00,CNY,"), "--out", str(tmp_path / "out"))
    page = Page((tmp_path / "out" / "check.html").read_text("utf-8"))
    assert {"script", "img", "b", "i", "u"}.isdisjoint(page.tags)
    assert "<u>invoice" in page.said


def test_nothing_in_a_ledger_steers_the_terminal(file, tmp_path) -> None:
    path = file("I1,C1,\x1b[2Jinvoice,2026-01-05,2026-02-04,1.00,CNY,")
    assert "\x1b[2J" not in check(path, "--out", str(tmp_path / "out"))[1]


def test_the_json_has_all_of_it_with_money_as_text(file, tmp_path) -> None:
    check(file(GOOD, BAD), "--accept", "not_a_date", "--control", "1234567.88", "--out", str(tmp_path))
    told = json.loads((tmp_path / "check.json").read_text("utf-8"))
    assert told["refused"] is True
    assert told["totals"]["CNY"] == {"file": "1234574.89", "used": "1234567.89", "folded": "0.00", "refused": "7.00"}
    assert told["control"] == [
        {"currency": "CNY", "as_of": "2026-01-05", "ledger": "1234567.89", "general_ledger": "1234567.88",
         "difference": "0.01"}
    ]  # fmt: skip
    assert {problem["rule"] for problem in told["problems"]} == {"control_differs", "not_a_date"}
    (problem,) = (p for p in told["problems"] if p["rule"] == "not_a_date")
    place = {name: problem[name] for name in ("file", "row", "column", "value", "count")}
    assert place == {"file": "ledger.csv", "row": 3, "column": "date", "value": "2026-13-05", "count": 1}
    assert set(problem["message"]) == set(problem["todo"]) == {"en", "zh"}


def test_what_was_accepted_is_said(file) -> None:
    found = arkit.check(file(GOOD, BAD), accept="not_a_date")
    assert not found.refused
    assert "not_a_date" in found.verdict
    assert "Accepted by whoever made this report: not_a_date" in Page(found.page()).said


def test_the_date_asked_for_counts(file) -> None:
    early, late = (arkit.check(file(GOOD), as_of=date) for date in ("2026-01-31", "2026-03-31"))
    assert [p.rule for p in early.problems] == []
    assert [p.rule for p in late.problems] == ["invoicing_stops"]


def test_a_wrong_parameter_is_no_refusal(file, tmp_path) -> None:
    code, said = check(file(GOOD), "--dates", "xyz", "--out", str(tmp_path / "out"))
    assert code == 2
    assert "xyz" in said
    assert not (tmp_path / "out").exists()


def test_what_is_no_table_is_refused_with_a_page(tmp_path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir,\nplease pay.\n", encoding="utf-8")
    code, _ = check(str(tmp_path / "letter.txt"), "--out", str(tmp_path / "out"))
    assert code == 3
    assert json.loads((tmp_path / "out" / "check.json").read_text("utf-8"))["recognised"] is None


class TestWriteProfile:
    def test_it_reads_by_what_it_wrote(self, tmp_path) -> None:
        path = tmp_path / "odd.csv"
        path.write_text(
            "Invoice No,Customer No,Invoice Date,Due,Balance Due\nA,C,2026-01-05,2026-02-04,9.50\n", "utf-8"
        )
        mine = tmp_path / "new" / "mine.yaml"
        assert check(str(path), "--write-profile", str(mine))[0] == 0
        ledger = arkit.read(path, profile=mine, currency="EUR", exported_on="2026-01-31")
        assert ledger.intake.totals.loc["EUR", "used"] == Decimal("9.50")

    def test_it_overwrites_nothing(self, file, tmp_path) -> None:
        mine = tmp_path / "mine.yaml"
        mine.write_text("mine", encoding="utf-8")
        code, said = check(file(GOOD), "--write-profile", str(mine))
        assert (code, mine.read_text("utf-8")) == (2, "mine")
        assert "is there already" in said
