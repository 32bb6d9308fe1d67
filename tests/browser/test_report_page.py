"""The report's page in a real browser with the network cut."""

import csv
import re
from itertools import product

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe

import arkit
from arkit.reporting.sections import KINDS

pytestmark = pytest.mark.browser

every_report = pytest.mark.parametrize(
    ("notebook", "size"), [(name, size) for name in KINDS for size in ("desktop", "phone")]
)
every_view = pytest.mark.parametrize(
    ("lang", "size"), [(lang, size) for lang in ("en", "zh") for size in ("desktop", "phone")]
)


def found_by_axe(page, *, drawings=True):
    """Return what is serious or critical with every part of the page open; drawings are many nodes, alike in a view."""
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    violations = Axe().run(page, context={"exclude": [] if drawings else [[".chart > *"]]}).response["violations"]
    return [
        (violation["id"], violation["impact"], [node["target"] for node in violation["nodes"]][:3])
        for violation in violations
        if violation["impact"] in ("serious", "critical")
    ]


@every_report
def test_every_report_is_drawn_fits_and_asks_for_nothing(reports, visit, notebook, size):
    report = reports("en", notebook)
    opened = visit(report.html, size)
    assert opened.asked == [report.html.as_uri()]
    assert opened.logged == []
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    drawn = opened.page.locator(".chart").evaluate_all(
        """charts => charts.map(chart => {
            const box = chart.getBoundingClientRect();
            return box.width > 200 && box.height > 80 && box.right <= innerWidth + 1;
        })"""
    )
    assert drawn
    assert all(drawn)
    captions = opened.page.locator(".figures:visible caption span").evaluate_all(
        "spans => spans.map(span => span.getBoundingClientRect().right <= innerWidth)"
    )
    assert captions
    assert all(captions)


@pytest.mark.parametrize("notebook", [name for name in KINDS if name != "monthly_diagnostic"])
def test_axe_finds_nothing_serious_or_critical_in_any_report(reports, visit, notebook):
    assert found_by_axe(visit(reports("en", notebook).html, bypass_csp=True).page, drawings=False) == []


def test_the_review_names_its_customer_in_the_heading(reports, visit):
    page = visit(reports("en", "customer_review").html).page
    named = page.locator("dl.terms dd").first.inner_text()
    assert page.locator("h1").inner_text().startswith(f"{named}: ")


@every_view
def test_every_chart_is_drawn_and_nothing_is_asked_for_or_logged(reports, visit, lang, size):
    report = reports(lang)
    opened = visit(report.html, size)
    charts = opened.page.locator(".chart")
    assert charts.count() >= 6
    drawn = charts.evaluate_all(
        """charts => charts.map(chart => {
            const box = chart.getBoundingClientRect();
            const marks = chart.querySelectorAll('.cartesianlayer .trace path, .sankey-link, .heatmaplayer image');
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
    assert found_by_axe(page, drawings=(lang, size) == ("en", "desktop")) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_chart_has_a_text_alternative_a_caption_and_a_table(reports, visit, lang):
    page = visit(reports(lang).html).page
    figures = page.locator("figure").evaluate_all(
        """figures => figures.map(figure => [
            figure.querySelector('[role=img]').getAttribute('aria-label').length > 10,
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


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report on a ledger whose customers are named to do harm."""
    folder = tmp_path_factory.mktemp("hostile")
    names = {
        "00123": "<script>alert(1)</script>",
        "00124": '=HYPERLINK("http://x")',
        "00125": '"><img src=x onerror=alert(2)>',
    }
    columns = "document_id,customer_id,kind,date,due_date,amount,currency"
    rows = [
        f"{number:05d},{customer},invoice,2026-0{month}-05,2026-0{month}-25,1000.50,EUR"
        for number, (customer, month) in enumerate(product(names, range(1, 7)))
    ]
    ledger = folder / "ledger"
    ledger.mkdir()
    (ledger / "documents.csv").write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    with (ledger / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("customer_id", "name"), *names.items()])
    return names, arkit.report(ledger, as_of="2026-06-30", out=folder / "report")


def test_a_customer_named_like_a_script_is_text_on_the_page(hostile, visit):
    names, report = hostile
    opened = visit(report.html)
    text = opened.page.locator("main").inner_text()
    assert [name for name in names.values() if name not in text] == []
    assert opened.page.locator("main img, main script:not([type='application/json'])").count() == 0
    assert opened.asked == [report.html.as_uri()]
    assert opened.logged == []


def test_a_customer_named_like_a_formula_is_text_in_the_workbook(hostile):
    names, report = hostile
    book = openpyxl.load_workbook(report.folder / "report.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    for name in names.values():
        found = [cell for cell in cells if cell.value == name]
        assert found, name
        assert {(cell.data_type, cell.hyperlink) for cell in found} == {("s", None)}
    assert {cell.value for cell in cells} >= set(names)  # numbers of customers keep their zeros
