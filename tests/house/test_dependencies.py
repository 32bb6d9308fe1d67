"""One list of dependencies: environment.yml and constraints.txt follow pyproject.toml."""

import ast
import re

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

IMPORT_NAMES = {"pyyaml": "yaml"}  # where it is not the distribution's, with - for _
CONDA_NAMES = {"duckdb": "python-duckdb"}  # conda-forge's name where it is another


@pytest.fixture(scope="module")
def constraints(root):
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_environment_lists_what_pyproject_lists(root, project):
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for name in ("lab", "duckdb", "sql") for line in extras[name])]
    wanted = [Requirement(line) for line in lines]
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    *plain, pip = environment["dependencies"]
    assert pip == {"pip": ["--editable ."]}
    listed = {line for line in plain if line != "pip"}
    expected = {f"{CONDA_NAMES.get(need.name, need.name)}{need.specifier}" for need in wanted}
    assert listed == {f"python{project['requires-python']}", *expected}


def test_the_library_imports_every_dependency_of_its_base(project, trees):
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    imported = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    names = [Requirement(line).name for line in project["dependencies"]]
    assert [name for name in names if IMPORT_NAMES.get(name, name.replace("-", "_")) not in imported] == []


def test_constraints_pin_every_dependency_within_its_range(project, constraints):
    pinned = {canonicalize_name(name): version for name, version in (line.split("==") for line in constraints)}
    extras = project["optional-dependencies"]
    needed = [Requirement(line) for group in [project["dependencies"], *extras.values()] for line in group]
    outside = [
        str(need)
        for need in needed
        if need.name != project["name"]
        if canonicalize_name(need.name) not in pinned or pinned[canonicalize_name(need.name)] not in need.specifier
    ]
    assert outside == []


def test_constraints_are_exact_versions_and_nothing_else(constraints):
    assert [line for line in constraints if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.]+", line)] == []


def test_no_tracked_file_names_a_package_registry(root, tracked):
    hosts = re.compile(
        rb"pypi\.(?:org|python)|pythonhosted\.|registry\.npmjs|(?:conda\.)?anaconda\.(?:org|com)|deb\.debian\."
    )
    naming = [str(path.relative_to(root)) for path in tracked if hosts.search(path.read_bytes())]
    assert naming == []
