from pathlib import Path

import pandas as pd
import pytest

import arkit
from arkit.errors import ArkitError
from arkit.samples import sample_folder
from arkit.simulation import company

SHIPPED = Path(__file__).parents[2] / "sample_data"
CSV = [f"{name}.csv" for name in company.LEDGER_TABLES] + [f"truth/{name}.csv" for name in company.TRUTH_TABLES]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    company.main(str(folder))
    return folder


@pytest.fixture(scope="module")
def shipped() -> arkit.Ledger:
    return arkit.sample()


@pytest.fixture(scope="module")
def workbook() -> arkit.Ledger:
    return arkit.read(SHIPPED / company.WORKBOOK)


@pytest.mark.parametrize("file", [*CSV, "README.md"])
def test_rebuilding_gives_the_shipped_file_to_the_byte(rebuilt, file):
    assert (rebuilt / file).read_bytes() == (SHIPPED / file).read_bytes()


def test_rebuilding_gives_the_shipped_workbook_to_the_cell(rebuilt):
    def sheets(folder):
        return pd.read_excel(folder / company.WORKBOOK, sheet_name=None, header=None, engine="calamine")

    ours, shipped = sheets(rebuilt), sheets(SHIPPED)
    assert list(ours) == list(shipped) == ["应收单据", "核销记录", "客户档案", "催收记录", "回款计划"]
    for name, sheet in ours.items():
        pd.testing.assert_frame_equal(sheet, shipped[name])


def test_nothing_else_is_shipped(rebuilt):
    def names(folder):
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    assert names(SHIPPED) == names(rebuilt)


def test_files_are_modest():
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) < 6_000_000


def test_sample_is_the_shipped_folder(shipped):
    ledger = shipped
    assert sample_folder() == SHIPPED
    assert ledger.scope == "full"
    assert ledger.currencies == ("CNY", "USD")
    assert len(ledger.customers) == company.CUSTOMERS
    assert 5_800 <= (ledger.documents["kind"] == "invoice").sum() <= 6_500
    assert ledger.intake.ties()
    assert {problem.rule for problem in ledger.intake.problems} == {"missing_due_date", "due_on_weekend"}


def test_a_missing_sample_says_where_it_looked(monkeypatch, tmp_path):
    monkeypatch.setattr("arkit.samples.__file__", str(tmp_path / "arkit" / "samples.py"))
    with pytest.raises(ArkitError, match="sample company is missing from"):
        sample_folder()


def test_workbook_and_tables_are_one_ledger(shipped, workbook):
    for name in company.LEDGER_TABLES:
        ours, theirs = getattr(shipped, name), getattr(workbook, name)
        if name == "customers":
            ours = ours.rename(columns={"name": "name_en", "name_zh": "name"})
        pd.testing.assert_frame_equal(ours, theirs[ours.columns])


def test_both_forms_give_the_same_ageing(shipped, workbook):
    for as_of in ("2024-06-30", "2025-12-31"):
        pd.testing.assert_frame_equal(arkit.aging(shipped, as_of=as_of), arkit.aging(workbook, as_of=as_of))


def test_customers_have_names_in_both_languages(shipped):
    customers = shipped.customers
    assert customers["name"].is_unique
    assert customers["name_zh"].is_unique
    assert customers["name"].str.isascii().all()
    assert customers["name_zh"].str.fullmatch(r"[\u4e00-\u9fff]+").all()


def test_every_column_stands_in_the_readme():
    text = (SHIPPED / "README.md").read_text(encoding="utf-8")
    for file in CSV:
        part = text.split(f"### {file}")[1].split("###")[0]
        columns = pd.read_csv(SHIPPED / file, nrows=0).columns
        listed = [line.split("`")[1] for line in part.splitlines() if line.startswith("| `")]
        assert listed == list(columns), file
