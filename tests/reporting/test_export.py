"""The page asks nothing of any network, and ledger text in it stays text."""

import json
import re

import nbformat
import pytest

from arkit.reporting import export

EVIL = "</script><script>alert(1)</script><!-- \u2028"


def notebook(*outputs):
    cell = nbformat.v4.new_code_cell("secret_code = 1", outputs=list(outputs))
    words = nbformat.v4.new_markdown_cell("# for people in Jupyter only")
    return nbformat.v4.new_notebook(cells=[words, cell])


def shown(data, about=None):
    return nbformat.v4.new_output("display_data", data=data, metadata={"arkit": about} if about else {})


def figure(**about):
    data = [{"type": "bar", "x": [EVIL], "y": [1]}]
    return shown({export.FIGURE: {"data": data, "layout": {}}, "text/plain": "bars"}, about)


@pytest.fixture(scope="module")
def page():
    heading = shown({"text/html": "<h1>Ageing &amp; <em>DSO</em></h1>", "text/plain": ""})
    error = nbformat.v4.new_output("error", ename="E", evalue="boom", traceback=["Traceback: boom"])
    stream = nbformat.v4.new_output("stream", name="stderr", text="a warning")
    chart = figure(alt=f'"Bars" {EVIL}', caption=f"Caption {EVIL}", table="<table><tr><td>1</td></tr></table>")
    return export.page(notebook(heading, chart, error, stream, figure()), lang="zh")


def own_markup(page):
    """Return the page without the text of its scripts and its style."""
    return re.sub(r"<(script|style)\b[^>]*>.*?</\1>", "", page, flags=re.DOTALL)


def test_title_and_language_are_the_pages_own(page):
    assert "<title>Ageing &amp; DSO</title>" in page
    assert '<html lang="zh-CN">' in page


def test_a_page_without_a_heading_takes_the_given_title():
    assert "<title>a &lt; b</title>" in export.page(notebook(), lang="en", fallback_title="a < b")


def test_an_output_may_name_the_page_otherwise_than_its_heading():
    heading = shown({"text/html": "<h1>June</h1>", "text/plain": ""}, {"title": "June · ledger.csv"})
    assert "<title>June · ledger.csv</title>" in export.page(notebook(heading), lang="en")


def test_no_code_no_markdown_cell_no_stream_and_no_traceback_is_shown(page):
    for hidden in ("secret_code", "for people in Jupyter", "a warning", "boom"):
        assert hidden not in page


def test_nothing_in_the_markup_points_outside(page):
    targets = re.findall(r"""\b(?:src|href|action|data|poster|srcset)\s*=\s*["']?([^"'\s>]*)""", own_markup(page))
    assert {target[:5] for target in targets} <= {"data:"}
    style = (export.TEMPLATE / "style.css").read_text(encoding="utf-8")
    assert "@import" not in style
    assert set(re.findall(r"url\(['\"]?(.{5})", style)) <= {"data:"}


def test_the_policy_forbids_what_the_page_does_not_need(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "img-src": "data: blob:",
        "style-src": "'unsafe-inline'",
        "script-src": "'unsafe-inline'",
        "connect-src": "'none'",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script")


def test_plotly_is_in_the_page_once_however_many_charts(page):
    assert page.count(export.plotly_js()[:200]) == 1
    assert page.count('class="chart-data"') == 2


def test_text_of_the_ledger_can_not_leave_a_script_or_an_attribute(page):
    assert "<script>alert(1)" not in page
    assert "\u2028" not in export.script_json(EVIL)
    assert json.loads(export.script_json(EVIL)) == EVIL
    found = re.search(r'class="chart-data">(.*?)</script>', page)[1]
    assert json.loads(found)["data"][0]["x"] == [EVIL]
    assert 'aria-label="&#34;Bars&#34; &lt;/script&gt;' in page


def test_a_chart_has_alternative_caption_and_table(page):
    first, second = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)
    assert '<div class="chart" role="img" aria-label=' in first
    assert "<figcaption>Caption &lt;/script&gt;" in first
    assert "<summary>" in first
    assert "<table><tr><td>1</td></tr></table>" in first
    assert "<details" not in second


def test_a_figure_that_json_can_not_say_is_an_error_and_no_broken_chart():
    data = {"data": [{"y": [float("nan")]}], "layout": {}}
    with pytest.raises(ValueError, match="JSON"):
        export.page(notebook(shown({export.FIGURE: data, "text/plain": ""})), lang="en")


def test_pictures_and_plain_text_of_other_notebooks_are_shown():
    picture = shown({"image/png": "iVBORw0KGgo=\n", "text/plain": "x"}, {"alt": 'a "picture"'})
    page = export.page(notebook(picture, shown({"text/plain": "<a> & b"})), lang="en")
    assert '<img alt="a &#34;picture&#34;" src="data:image/png;base64,iVBORw0KGgo=">' in page
    assert '<pre tabindex="0">&lt;a&gt; &amp; b</pre>' in page
