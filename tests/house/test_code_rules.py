"""Rules of the house that no linter knows."""

import ast
from collections.abc import Iterator

AGGREGATES = {
    "sum",
    "min",
    "max",
    "mean",
    "count",
    "len",
    "n_unique",
    "first",
    "last",
    "alias",
    "cast",
    "fill_null",
}
CLOCK = {"today", "now", "utcnow", "localtime", "gmtime", "time_ns"}
RUN_METADATA = (
    "arkit.reporting.run",
    "arkit.reporting.publish",
    "arkit.cli",
)  # when a run started and ended, nothing else


def plain(node: ast.expr) -> bool:
    """Tell whether an argument of ``agg`` is a plain column, summed: what every engine computes alike."""
    match node:
        case ast.Constant() | ast.Tuple() | ast.Dict():  # pandas: agg("sum"), agg(x=("column", "sum"))
            return True
        case ast.Starred(value=inner):
            return plain(inner)
        case ast.ListComp(elt=inner) | ast.GeneratorExp(elt=inner):
            return plain(inner)
        case ast.List(elts=parts):
            return all(map(plain, parts))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="nw" | "pl"), attr="col" | "len")):
            return True
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in AGGREGATES:
            return plain(inner)
    return False


def expressions_in_agg(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "agg":
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if not plain(argument):
                    yield f"line {argument.lineno}: {ast.unparse(argument)}"


def test_agg_takes_plain_columns_only(trees):
    # narwhals on pandas silently drops the condition of agg(when(...).then(x).sum()): -150 for 100
    found = [f"{module} {place}" for module, tree in trees.items() for place in expressions_in_agg(tree)]
    assert found == []


def test_the_rule_about_agg_catches_what_it_is_for():
    wrong = ("nw.when(a).then(b).sum()", "nw.max_horizontal('a').sum()", "(nw.col('a') * 2).sum()", "total")
    right = ("nw.col('a').sum().alias('b')", "nw.len()", "*[nw.col(c).sum() for c in names]", "'sum'")
    assert [code for code in wrong if not list(expressions_in_agg(ast.parse(f"f.agg({code})")))] == []
    assert [code for code in right if list(expressions_in_agg(ast.parse(f"f.agg({code})")))] == []


def clock_reads(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if node.func.attr in CLOCK or (owner == "time" and node.func.attr == "time"):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def test_the_library_never_reads_the_clock(trees):
    read = [
        f"{module} {place}"
        for module, tree in trees.items()
        if not module.startswith(RUN_METADATA)
        for place in clock_reads(tree)
    ]
    assert read == []


def test_the_rule_about_the_clock_catches_what_it_is_for():
    codes = ("datetime.now(UTC)", "date.today()", "pd.Timestamp.today()", "time.time()")
    assert [code for code in codes if not list(clock_reads(ast.parse(code)))] == []
    assert list(clock_reads(ast.parse("time.perf_counter()"))) == []


def test_no_module_outgrows_a_page_or_seven(root):
    long = {
        str(path.relative_to(root)): lines
        for path in sorted((root / "arkit").rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }
    assert long == {}


def test_every_test_module_has_a_name_of_its_own(tracked):
    names = [path.name for path in tracked if path.name.startswith("test_") and path.suffix == ".py"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
