from __future__ import annotations

from little import as_yaml, five, sure
from typer.testing import CliRunner

from arkit import cli


def check(tmp_path, parts, *options):
    (tmp_path / "one.yaml").write_text(as_yaml(parts), encoding="utf-8")
    return CliRunner().invoke(cli.app, ["scenario", "check", str(tmp_path / "one.yaml"), *options])


def test_a_scenario_that_is_fit_to_play_passes_in_silence(tmp_path):
    ran = check(tmp_path, five())
    assert (ran.exit_code, ran.output) == (0, "")


def test_a_fault_is_told_with_file_place_and_rule_and_refuses(tmp_path):
    parts = five()
    parts["title"]["zh"] = "little"
    ran = check(tmp_path, parts)
    assert ran.exit_code == 3
    assert ran.output == (
        f"{tmp_path / 'one.yaml'}: title.zh: error: the Chinese text has no Chinese character [translation]\n"
    )
    assert "中文文本中没有汉字" in check(tmp_path, parts, "--lang", "zh").output


def test_a_warning_is_told_and_does_not_refuse(tmp_path):
    parts = five()
    parts["situations"]["opening"]["choices"]["wait"] = sure("wait", "middle", minutes=2000)
    ran = check(tmp_path, parts)
    assert ran.exit_code == 0
    assert "warning: ask is better" in ran.output


def test_a_file_that_is_not_there_is_a_wrong_parameter(tmp_path):
    assert CliRunner().invoke(cli.app, ["scenario", "check", str(tmp_path / "none.yaml")]).exit_code == 2
