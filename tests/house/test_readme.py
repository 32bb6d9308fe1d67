"""README says only what something runs."""

import re
import shlex

import pytest
from papermill.inspection import inspect_notebook
from typer.main import get_command

import arkit.cli


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def makefile(root):
    return (root / "Makefile").read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def commands(text):
    """Return every command of the fenced blocks, as words, without its comment and its folder of executables."""
    lines = [
        line
        for language in ("sh", "powershell", "console")
        for block in blocks(text, language)
        for line in block.splitlines()
    ]
    words = [shlex.split(line.replace("\\", "/"), comments=True) for line in lines]
    return [[re.sub(r"^\.venv/(bin|Scripts)/", "", first), *rest] for first, *rest in words]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_python_block_runs(readme, tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks(readme, "python")[place], "README.md", "exec"), {})


def test_the_library_in_ten_lines_has_ten(readme):
    _, code, _ = blocks(readme, "python")
    assert len([line for line in code.splitlines() if line]) == 10


def test_make_targets_are_there(readme, makefile):
    targets = {words[1] for words in commands(readme) if words[0] == "make"}
    assert targets == {"report", "lab", "class"}
    assert targets <= set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))


def test_ci_runs_make_report_first_and_the_proofs_last(root):
    ci = (root / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)", ci, flags=re.MULTILINE) == ["report", "check", "test", "proofs"]


def test_arkit_commands_take_the_options_shown(readme):
    command = get_command(arkit.cli.app)
    known = {name: {o for p in sub.params for o in p.opts} for name, sub in command.commands.items()}
    shown = [words for words in commands(readme) if words[0] == "arkit"]
    assert len(shown) >= 3
    assert [w for _, name, *rest in shown for w in rest if w.startswith("-") and w not in known[name]] == []


def test_words_without_make_are_what_make_does(readme, makefile):
    install = "pip install --constraint constraints.txt --editable ."
    assert ["python", "-m", *shlex.split(install)] in commands(readme)
    assert "--constraint constraints.txt --editable" in makefile
    makes = re.findall(
        r"python -m (pytest .*)", re.search(r"^test:.*?\n\n", makefile, flags=re.MULTILINE | re.DOTALL)[0]
    )
    assert re.findall(r"python -m (pytest [^`]*)", readme) == makes
    for extras in ("[lab,duckdb]", "[dev]"):
        assert extras in readme
        assert extras in makefile


def test_pictures_and_links_are_there(root, readme):
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", readme) if "://" not in target]
    assert [target for target in targets if not (root / target).exists()] == []


def test_never_tells_to_install_somebody_elses_package(readme):
    assert re.search(r"pip install arkit(?!-)", readme) is None


def test_every_notebook_stands_in_the_table(root, readme):
    listed = re.findall(r"\((notebooks/[^)]+\.ipynb)\)", readme)
    there = [path.relative_to(root).as_posix() for path in sorted((root / "notebooks").rglob("*.ipynb"))]
    assert sorted(set(listed)) == sorted(name for name in there if ".ipynb_checkpoints" not in name)


@pytest.mark.filterwarnings("ignore::UserWarning:papermill")
def test_the_table_names_parameters_that_exist(root, readme):
    rows = re.findall(r"^\| \[.*?\]\((notebooks/[^)]+)\) \| .*? \| (.*?) \|", readme, flags=re.MULTILINE)
    named = {path: set(re.findall(r"`(\w+)`", parameters)) for path, parameters in rows}
    assert any(named.values())
    assert {path: names - set(inspect_notebook(str(root / path))) for path, names in named.items() if names} == {
        path: set() for path, names in named.items() if names
    }
