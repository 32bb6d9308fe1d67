"""Write the glossary in both languages, from the docstrings: ``python docs/glossary.py``."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import arkit
from arkit import formulas
from arkit.measures.kpi_definitions import DEFINITIONS
from arkit.messages import Lang
from arkit.text import Text

HERE = Path(__file__).parent
PAGES: dict[Lang, Path] = {"en": HERE / "glossary.md", "zh": HERE / "glossary.zh.md"}
BESIDE = ("credit",)
"""A measure that stands above the layer of measures, for it needs what the diagnosis found."""
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_UNITS = {
    "money": ("money", "金额"), "days": ("days", "天"), "share": ("share, 0–1", "比例（0–1）"),
    "times": ("times", "倍、次"), "date": ("date", "日期"), "rate": ("share a year", "年利率"),
    "index": ("index, 0–10,000", "指数（0–10,000）"), "count": ("number", "个数"), "table": ("table", "表"),
    "as given": ("that of the figure", "与所给指标相同"),
}  # fmt: skip
_SOURCES = {
    "Credit Research Foundation": "美国信用研究基金会（CRF）",
    "any textbook of financial management, trade credit": "财务管理教科书（商业信用）",
    "any textbook of financial management": "财务管理教科书",
    "any textbook of financial statement analysis": "财务报表分析教科书",
    "the arithmetic mean with weights": "加权算术平均数",
    "the movements of any control account": "统驭账户的增减变动",
    "named in each rule set": "见各规则",
    "as each of its measures": "见各指标",
}
_HEADS = {
    "en": ("Term", "中文", "Meaning", "Formula", "Unit", "Function", "Source"),
    "zh": ("术语", "English", "含义", "公式", "单位", "函数", "出处"),
}
_TITLES = {
    "en": ("Glossary", "Made by `docs/glossary.py` from the docstrings. [中文](glossary.zh.md)",
           "Measures of a ledger", "Formulas on plain numbers", "Key figures of `arkit.kpis`"),
    "zh": ("术语表", "由 `docs/glossary.py` 根据函数说明生成。[English](glossary.md)",
           "台账指标", "数字公式", "`arkit.kpis` 的关键指标"),
}  # fmt: skip


class Entry(NamedTuple):
    """One line of the glossary; ``chinese`` is the term, ``zh`` the meaning."""

    function: str
    term: str
    chinese: str
    meaning: str
    zh: str
    formula: str
    formula_zh: str
    unit: str
    source: str
    source_zh: str


def names() -> dict[str, list[str]]:
    """Return the public functions that the glossary has to explain."""
    measures = [name for name, module in arkit._PUBLIC.items() if module.startswith("measures.") or name in BESIDE]
    plain = [name for name in formulas.__all__ if inspect.isfunction(getattr(formulas, name))]
    return {"measures": sorted(measures), "formulas": sorted(plain)}


def entries(part: str) -> Iterator[Entry]:
    """Yield the entries of ``measures`` or ``formulas``, in the order of the hand-written table."""
    for name, told in table()[part].items():
        home = arkit if part == "measures" else formulas
        doc = inspect.getdoc(getattr(home, name)) or ""
        called = f"arkit.{name}" if part == "measures" else f"arkit.formulas.{name}"
        first = _CHINESE.search(doc)
        yield Entry(
            called, told["term"], first.group() if first else "", _meaning(doc), told["zh"],
            *_formulas(doc, told), told["unit"], *_sources(doc, told),
        )  # fmt: skip


def _formulas(doc: str, told: dict[str, Any]) -> tuple[str, str]:
    """Return the formula in both languages; one in a docstring is code."""
    if stated := formula_of(doc):
        return f"`{stated}`", told["formula_zh"]
    return told["formula"], told["formula_zh"]


def _sources(doc: str, told: dict[str, Any]) -> tuple[str, str]:
    """Return the source in both languages; works keep the names under which they are found."""
    source = source_of(doc) or told["source"]
    if like := re.fullmatch(r"as `?(\w+)`?", source):
        return f"as `{like[1]}`", f"同 `{like[1]}`"
    return source, told.get("source_zh") or _SOURCES.get(source, source)


def table() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what was written by hand beside the docstrings."""
    data: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((HERE / "glossary.yaml").read_text(encoding="utf-8"))
    return data


def _meaning(doc: str) -> str:
    """Return the docstring's first sentence as one line of English that says what it is, not what the code does."""
    line = _plain(doc.split("\n\n")[0])
    line = re.sub(r"\s*\(?[\u4e00-\u9fff]+\)?", "", line)
    line = re.sub(r"^(Return|Measure|Compute) ", "", line)
    return line[0].upper() + line[1:]


def formula_of(doc: str) -> str:
    """Return the formula that a docstring states: after the word, or in its first sentence."""
    found = re.search(r"Formula: ``(.+?)``", doc, flags=re.DOTALL)
    if found is None:
        found = re.search(r"``([^`]* [-+*/] [^`]*)``", doc.split("\n\n")[0])
    return " ".join(found.group(1).split()) if found else ""


def source_of(doc: str) -> str:
    """Return the source that a docstring names."""
    found = re.search(r"Source: (.+?)(?=\.?\n\n|\.?$)", doc, flags=re.DOTALL)
    if found is None:
        found = re.search(r"References\n-+\n(.+?)(?=\n\n|$)", doc, flags=re.DOTALL)
    return _plain(found.group(1)).rstrip(".") if found else ""


def _plain(text: str) -> str:
    """Return a docstring's words as Markdown in one line."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    return " ".join(text.split())


def page(lang: Lang) -> str:
    """Return the page in a language."""
    title, made, *heads = _TITLES[lang]
    parts = [f"# {title}", made]
    for head, part in zip(heads, ("measures", "formulas"), strict=False):
        parts += [f"## {head}", _table(lang, entries(part))]
    parts += [f"## {heads[2]}", _table(lang, key_figures(lang))]
    return "\n\n".join(parts) + "\n"


def key_figures(lang: Lang) -> Iterator[Entry]:
    """Yield the key figures: their names and definitions are the library's own, in both languages."""
    for name, kpi in DEFINITIONS.items():
        english, chinese = (Text(code).label(name) for code in PAGES)
        said = kpi.definition.to(lang)
        source = kpi.source.to(lang)
        yield Entry(f"arkit.kpis: {name}", english, chinese, said, said, "", "", kpi.unit, source, source)


def _table(lang: str, rows: Iterator[Entry]) -> str:
    heads = _HEADS[lang]
    made = [[*_cells(row, lang)] for row in rows]
    keep = [at for at in range(len(heads)) if any(row[at] for row in made)]
    lines = [[heads[at] for at in keep], ["---"] * len(keep), *([row[at] for at in keep] for row in made)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(row: Entry, lang: str) -> Iterator[str]:
    terms = (row.term, row.chinese) if lang == "en" else (row.chinese, row.term)
    yield from terms
    yield row.meaning if lang == "en" else row.zh
    yield row.formula if lang == "en" else row.formula_zh
    yield _UNITS[row.unit][lang == "zh"]
    yield f"`{row.function}`"
    yield row.source if lang == "en" else row.source_zh


if __name__ == "__main__":
    for code, path in PAGES.items():
        path.write_text(page(code), encoding="utf-8")
