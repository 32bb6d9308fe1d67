"""``docs/profiles.md`` tells every layout, shape, key and column that there is, and its example runs."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

import arkit
from arkit import columns
from arkit.readers import convert, profiles
from arkit.readers.drafting import draft
from arkit.readers.profiles import form

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("profiles.md", "profiles.zh.md")}
FIXTURES = Path(__file__).parent / "fixtures"
OWN = {"canonical", "zh_workbook"}
READING = {"currency": "EUR", "exported_on": "2026-02-28"}


def section(page: str, number: int) -> str:
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", PAGES[page], flags=re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page} has no section {number}"
    return found.group()


def told(text: str) -> set[str]:
    """Return the words that stand as code in the first cells of a section's tables."""
    cells = re.findall(r"^\| (`[^|]*`) \|", text, flags=re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", section(page, 1), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
class TestEachPage:
    def test_tells_every_layout_with_its_shape_and_its_chinese_name_and_no_other(self, page: str) -> None:
        rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section(page, 2), flags=re.MULTILINE)
        assert sorted(name for name, _ in rows) == sorted(profiles.names())
        for name, row in rows:
            profile = profiles.load(name)
            assert profile.shape in row.split(" | "), name
            assert profile.title.to("zh") in row.split(" | "), name

    def test_tells_every_shape_and_no_other(self, page: str) -> None:
        assert told(section(page, 3)) == set(profiles.SHAPES)

    @pytest.mark.parametrize("model", [form.File, form.Table])
    def test_tells_every_key_and_no_other(self, page: str, model: type[BaseModel]) -> None:
        keys = {key for one in (form.File, form.Table) for key in one.model_fields}
        assert set(model.model_fields) <= told(section(page, 4)) == keys

    def test_names_as_users_of_a_key_only_profiles_that_have_it(self, page: str) -> None:
        rows = re.findall(r"^\| `([^|]*)` \|.*\| ([^|]*) \|$", section(page, 4), flags=re.MULTILINE)
        named = 0
        for keys, users in rows:
            for user in re.findall(r"`(\w+)`", users):
                raw = (Path(profiles.__file__).parent / f"{user}.yaml").read_text("utf-8")
                assert all(re.search(rf"\b{key}:", raw) for key in re.findall(r"\w+", keys)), (keys, user)
                named += 1
        assert named >= 20

    def test_its_example_runs(self, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (csv,), (drafted, edited) = blocks(page, "csv"), blocks(page, "yaml")
        Path("my.csv").write_text(csv, "utf-8")
        with pytest.raises(arkit.LedgerError) as refusal:
            arkit.read("my.csv")
        assert [problem.rule for problem in refusal.value.problems] == ["unknown_layout"]
        assert draft("my.csv") == drafted
        Path("mine.yaml").write_text(drafted, "utf-8")
        with pytest.raises(arkit.ArkitError, match="no header is named for document_id, date"):
            arkit.read("my.csv", profile="mine.yaml")
        Path("mine.yaml").write_text(edited, "utf-8")
        (total,) = re.findall(r"\*\*([\d.]+)\*\* EUR", section(page, 1))
        ledger = arkit.read("my.csv", profile="mine.yaml", control=total, **READING)
        position = arkit.aging(ledger, as_of=READING["exported_on"]).loc["EUR"]
        assert Decimal(str(position["total"])) == Decimal(total)
        assert (position["not_due"], position["d1_30"], position["unapplied"]) == (640.0, 880.5, -90.0)
        assert ledger.intake.totals.loc["EUR", "folded"] == Decimal("75.00")


def test_the_page_tells_every_column() -> None:
    text = section("profiles.md", 5)
    words = set(re.findall(r"`(\w+)`", text))
    kept = {column for names in columns.TABLES.values() for column in names} | {*columns.DOCUMENT_OPTIONAL}
    kept |= {*columns.CUSTOMER_COLUMNS, *columns.ACTIVITY_COLUMNS, *columns.TARGET_COLUMNS}
    helpers = {*convert.HELPERS, *convert.IDS, *convert.DATES, *convert.NUMBERS}
    assert kept | helpers <= words
    assert {*columns.DOCUMENT_KINDS, *columns.APPLICATION_KINDS, *columns.ACTIVITY_KINDS} <= words


@pytest.mark.parametrize("name", profiles.names())
def test_a_layout_has_both_names_a_source_and_a_fixture_of_its_own(name: str) -> None:
    profile = profiles.load(name)
    assert profile.title
    assert not profile.title.to("zh").isascii()
    assert profile.generic or name in OWN or any("https://" in source for source in profile.source)
    expected = [yaml.safe_load(path.read_text("utf-8")) for path in FIXTURES.glob("*/expected.yaml")]
    assert name in {one.get("profile") for one in expected}


@pytest.mark.parametrize(("change", "lacking"), [(("document_id: A", "note: A"), "document_id"),
                                                 (("customer_name: B", "note: B"), r"customer_id\|customer_name"),
                                                 (("date: C", "note: C"), "date"),
                                                 (("open: D", "note: D"), r"amount\|open\|debit\|credit")])  # fmt: skip
def test_a_profile_that_lacks_what_no_ledger_can_do_without_is_refused(change, lacking, tmp_path: Path) -> None:
    text = ("name: mine\ntitle: Mine\nshape: open_items\ntables:\n  documents:\n    names_are_keys: true\n"
            "    columns:\n      document_id: A\n      customer_name: B\n      date: C\n      open: D\n"
            "    required: []\n")  # fmt: skip
    mine, ledger = tmp_path / "mine.yaml", tmp_path / "ledger.csv"
    ledger.write_text("A,B,C,D\n1,Alpha,2026-01-31,10.50\n", "utf-8")
    mine.write_text(text, "utf-8")
    assert arkit.read(ledger, profile=mine).documents["amount"].tolist() == [10.5]
    mine.write_text(text.replace(*change), "utf-8")
    with pytest.raises(arkit.ArkitError, match=rf"no header is named for {lacking}$"):
        arkit.read(ledger, profile=mine)


def test_a_file_that_lacks_what_a_profile_does_not_ask_for_is_refused_where_no_ledger_can_do_without(write) -> None:
    mine = write("{name: mine, title: Mine, shape: open_items, tables: {documents: {required: [], columns: {",
                 "document_id: A, customer_id: B, date: C, amount: D}}}}", name="mine.yaml")  # fmt: skip
    with pytest.raises(arkit.LedgerError, match="unknown_layout"):
        arkit.read(write("A,B,D", "1,2,10.50"), profile=mine)


def test_a_draft_says_nothing_of_columns_that_are_not_there(write) -> None:
    drafted = yaml.safe_load(draft(write("Belnr,Firma,Ausgestellt,Brutto EUR", "R-1,Nord,2026-01-05,10.50")))
    documents = drafted["tables"]["documents"]
    assert set(documents["columns"]) == {"number"}
    assert documents.keys().isdisjoint({"sign", "against_sign", "skip", "kind_where"})


def test_the_word_of_only_is_compared_without_case(write) -> None:
    mine = write("{name: mine, title: Mine, shape: open_items, tables: {documents: {only: {is_open: 'Yes'}, columns: {",
                 "document_id: A, customer_id: B, date: C, amount: D, is_open: E}}}}", name="mine.yaml")  # fmt: skip
    ledger = arkit.read(write("A,B,C,D,E", "1,2,2026-01-31,10.50,YES"), profile=mine)
    assert ledger.intake.totals.loc["XXX", "used"] == Decimal("10.50")
