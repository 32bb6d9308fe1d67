"""README says only what something runs."""

import re

import pytest


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_python_block_runs(readme, tmp_path, monkeypatch):
    (code,) = blocks(readme, "python")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})


def test_commands_are_run_by_ci_or_exist(root, readme):
    ci = (root / ".ci/run").read_text(encoding="utf-8")
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    commands = [line.strip() for block in blocks(readme, "sh") for line in block.splitlines()]
    targets = [words[1] for line in commands if (words := line.split("#")[0].split()) and words[0] == "make"]
    assert {"report", "test"} <= set(targets)
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, flags=re.MULTILINE)] == []
    assert "make report" in ci
    assert "make test" in ci


def test_pictures_and_links_are_there(root, readme):
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", readme) if "://" not in target]
    assert [target for target in targets if not (root / target).exists()] == []


def test_never_tells_to_install_somebody_elses_package(readme):
    assert re.search(r"pip install arkit(?!-)", readme) is None


def test_every_notebook_stands_in_the_table(root, readme):
    listed = re.findall(r"\((notebooks/[^)]+\.ipynb)\)", readme)
    there = [path.relative_to(root).as_posix() for path in sorted((root / "notebooks").rglob("*.ipynb"))]
    assert sorted(set(listed)) == [name for name in there if ".ipynb_checkpoints" not in name]
