"""The report's page in a real browser with the network cut."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

every_view = pytest.mark.parametrize(
    ("lang", "size"), [(lang, size) for lang in ("en", "zh") for size in ("desktop", "phone")]
)


@every_view
def test_every_chart_is_drawn_and_nothing_is_asked_for_or_logged(reports, visit, lang, size):
    report = reports(lang)
    opened = visit(report.html, size)
    charts = opened.page.locator(".chart")
    assert charts.count() >= 6
    drawn = charts.evaluate_all(
        """charts => charts.map(chart => {
            const box = chart.getBoundingClientRect();
            const marks = chart.querySelectorAll('.cartesianlayer .trace path');
            return box.width > 200 && box.height > 80 && box.right <= innerWidth + 1 && marks.length > 0;
        })"""
    )
    assert drawn == [True] * len(drawn)
    assert opened.asked == [report.html.as_uri()]
    assert opened.logged == []


@every_view
def test_the_page_does_not_scroll_sideways(reports, visit, lang, size):
    page = visit(reports(lang).html, size).page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@every_view
def test_axe_finds_nothing_serious_or_critical(reports, visit, lang, size):
    page = visit(reports(lang).html, size, bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    violations = Axe().run(page).response["violations"]
    found = [
        (violation["id"], violation["impact"], [node["target"] for node in violation["nodes"]][:3])
        for violation in violations
        if violation["impact"] in ("serious", "critical")
    ]
    assert found == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_chart_has_a_text_alternative_a_caption_and_a_table(reports, visit, lang):
    page = visit(reports(lang).html).page
    figures = page.locator("figure").evaluate_all(
        """figures => figures.map(figure => [
            figure.querySelector('[role=img]').getAttribute('aria-label').length > 20,
            figure.querySelector('figcaption').innerText.trim().length > 0,
            figure.querySelectorAll('details table td').length > 0,
        ])"""
    )
    assert figures == [[True, True, True]] * len(figures)


def test_the_table_behind_a_chart_opens_by_keyboard(reports, visit):
    page = visit(reports("en").html).page
    summary = page.locator("figure summary").first
    table = page.locator("figure details table").first
    assert not table.is_visible()
    summary.focus()
    page.keyboard.press("Enter")
    assert table.is_visible()


def test_a_chart_answers_the_mouse(reports, visit):
    page = visit(reports("en").html).page
    bar = page.locator(".chart .cartesianlayer .trace .point path").first
    bar.scroll_into_view_if_needed()
    bar.hover(force=True)
    label = page.locator(".hoverlayer .hovertext").first
    label.wait_for(timeout=5000)
    assert re.search(r"\d", label.text_content())


def test_charts_fit_the_paper_and_come_back(reports, visit):
    page = visit(reports("en").html).page
    width = "document.querySelector('.chart .main-svg').getBoundingClientRect().width"
    on_screen = page.evaluate(width)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(width) == 660
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(width) == on_screen
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") != 1


def test_nothing_breaks_without_javascript(reports, chromium):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(reports("en").html.as_uri())
    assert page.locator("h1").is_visible()
    assert "Charts need JavaScript" in page.locator("figure").first.inner_text()
    context.close()
