"""The page: an executed notebook as one self-contained HTML file that asks nothing of any network.

Our own nbconvert template (``template/``) drops code and markdown cells, draws every figure from its own JSON with
the one copy of plotly.js in the page, and forbids everything else by a Content-Security-Policy.
"""

from __future__ import annotations

import html
import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from arkit.messages import Lang, Message

FIGURE = "application/vnd.plotly.v1+json"
TEMPLATE = Path(__file__).parent / "template"
LANGUAGE_TAGS = {"en": "en", "zh": "zh-CN"}
WORDS = {
    "numbers": Message("The numbers behind this chart"),
    "no_script": Message("Charts need JavaScript; the same numbers stand in the table under each chart."),
}

_UNSAFE_IN_SCRIPT = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def page(notebook: Any, *, lang: Lang, fallback_title: str = "") -> str:  # noqa: ANN401 (nbformat is untyped)
    """Make the HTML page of an executed notebook.

    Parameters
    ----------
    notebook
        A ``NotebookNode`` with its outputs. A display of a figure carries its text alternative, caption and table in
        ``metadata["arkit"]`` under ``alt``, ``caption`` and ``table``.
    lang
        Language of the page.
    fallback_title
        Title of the page when no output has a level-one heading.

    Returns
    -------
    str
        The page, UTF-8 text without a byte from anywhere else.
    """
    resources = {
        "arkit": {
            "lang": LANGUAGE_TAGS[lang],
            "title": title(notebook) or fallback_title,
            "style": (TEMPLATE / "style.css").read_text(encoding="utf-8"),
            "script": (TEMPLATE / "page.js").read_text(encoding="utf-8"),
            "plotly": plotly_js(),
            "figure": FIGURE,
            "words": {key: word.to(lang) for key, word in WORDS.items()},
        }
    }
    text, _ = exporter().from_notebook_node(notebook, resources=resources)
    return str(text)


@cache
def exporter() -> Any:  # noqa: ANN401 (nbconvert is untyped)
    """Return nbconvert's exporter for our template."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    make: Any = TemplateExporter
    return make(
        template_name=TEMPLATE.name,
        extra_template_basedirs=[str(TEMPLATE.parent)],
        file_extension=".html",
        filters={"script_json": script_json},
    )


@cache
def plotly_js() -> str:
    """Return plotly.js as the plotly package carries it."""
    return files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")


def script_json(value: object) -> str:
    r"""Write JSON that can stand in a ``<script>`` element whatever text is in it.

    Examples
    --------
    >>> script_json({"name": "</script><!--"})
    '{"name":"\\u003c/script\\u003e\\u003c!--"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_UNSAFE_IN_SCRIPT)


def title(notebook: Any) -> str:  # noqa: ANN401 (nbformat is untyped)
    """Return what an output calls the page in ``metadata["arkit"]["title"]``, or else its first level-one heading."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for output in outputs:
        if said := output.get("metadata", {}).get("arkit", {}).get("title"):
            return str(said)
    for output in outputs:
        found = re.search(r"<h1\b[^>]*>(.*?)</h1>", output.get("data", {}).get("text/html", ""), re.DOTALL)
        if found:
            return " ".join(html.unescape(re.sub(r"<[^>]*>", "", found[1])).split())
    return ""
