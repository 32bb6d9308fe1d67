"""Imports run downward only (DESIGN §5)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

LAYERS = (
    {"columns", "messages", "errors", "formulas"},
    {"money", "intake", "schemas", "frames", "labels"},
    {"ledger", "checks", "entries", "cube", "buckets", "standing"},
    {"readers"},
    {"rates"},
    {"measures"},
    {"diagnosis"},
    {"forecasting", "collecting"},
    {"text", "charts", "tables"},
    {"simulation", "samples", "training"},
    {"reporting", "explorer", "player"},
    {"cli", "__main__"},
)
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}
EDGE = ("reporting", "explorer", "player", "cli")  # only here papermill, nbconvert, ipywidgets
EDGE_LIBRARIES = {
    "papermill",
    "nbconvert",
    "nbformat",
    "jupyter_client",
    "ipywidgets",
    "anywidget",
    "IPython",
    "typer",
}
LATE = {"pandera", "papermill", "nbconvert", "plotly", "xlsxwriter", "holidays", "duckdb", "ipywidgets"}


def imports(module: str, tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what a module imports when it runs, as (dotted name, line); annotations alone do not count."""
    package = module.split(".")[: None if (ROOT / module.replace(".", "/")).is_dir() else -1]
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            if origin == "arkit":
                yield from ((f"arkit.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield origin, node.lineno


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _running(node)


def _part(module: str) -> str:
    return module.split(".")[1]


def test_every_module_has_its_place_in_the_layers(trees):
    parts = {_part(name) for name in trees if name != "arkit" and not name.startswith("arkit.locale")}
    assert parts - HEIGHT.keys() == set()


def test_imports_run_downward_only(trees):
    upward = [
        f"{module}:{line} imports {target}"
        for module, tree in trees.items()
        if module != "arkit"
        for target, line in imports(module, tree)
        if target.startswith("arkit.") and _part(target) in HEIGHT
        if HEIGHT[_part(target)] > HEIGHT.get(_part(module), 0)
    ]
    assert upward == []


def test_formulas_import_nothing_of_arkit(trees):
    formulas = [module for module in trees if f"{module}.".startswith("arkit.formulas.")]
    assert formulas
    outside = [
        f"{module}:{line} imports {target}"
        for module in formulas
        for target, line in imports(module, trees[module])
        if target.startswith("arkit") and not target.startswith("arkit.formulas.")
    ]
    assert outside == []


def test_notebooks_and_widgets_are_touched_only_at_the_edge(trees):
    inside = [
        f"{module}:{line} imports {target}"
        for module, tree in trees.items()
        if module != "arkit" and _part(module) not in EDGE
        for target, line in imports(module, tree)
        if target.split(".")[0] in EDGE_LIBRARIES
    ]
    assert inside == []


def test_importing_arkit_loads_no_heavy_library():
    loaded = _loaded_by("import arkit; dir(arkit)")
    assert loaded & {*LATE, "pandas", "numpy", "narwhals"} == set()


def test_a_ledger_class_loads_no_library_that_it_may_not_need():
    assert _loaded_by("import arkit; arkit.Ledger, arkit.aging, arkit.dso, arkit.read") & LATE == set()


def _loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())
