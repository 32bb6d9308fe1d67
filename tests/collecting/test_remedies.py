"""The remedies as data: whole, in two languages, and refused where something is missing."""

from __future__ import annotations

from importlib.resources import files

import pytest
from pydantic import ValidationError

from arkit.collecting.remedies import read_remedies, remedies
from arkit.diagnosis.causes.families import UNKNOWN, keys

TEXT = files("arkit.collecting").joinpath("remedies.yaml").read_text(encoding="utf-8")


def test_every_cause_has_a_remedy_for_us_the_customer_and_the_contract_in_both_languages():
    assert set(remedies().causes) == {*keys(), UNKNOWN}
    for remedy in remedies().causes.values():
        for words in (remedy.us, remedy.customer, remedy.contract):
            assert words.to("en").endswith(".")
            assert words.to("zh").endswith("。")
            assert not set("abcdefghijklmnopqrstuvwxyz") & set(words.to("zh"))


def test_a_firm_reads_its_own_file(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(TEXT.replace("Apply the receipt", "Match the receipt"), encoding="utf-8")
    assert read_remedies(path).causes["unapplied"].us.startswith("Match the receipt")


def test_a_cause_left_out_is_named(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(TEXT.replace("  seasonal:\n", "  prompt_:\n", 1), encoding="utf-8")
    with pytest.raises(ValidationError, match="prompt_"):
        read_remedies(path)
    start = TEXT.index("  follow_up:\n")
    path.write_text(TEXT[:start] + TEXT[TEXT.index("  unknown:\n", start) :], encoding="utf-8")
    with pytest.raises(ValidationError, match=r"lacks causes\.follow_up"):
        read_remedies(path)
