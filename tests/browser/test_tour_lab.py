"""The tour in a real JupyterLab: every cell runs, and the explorer answers mouse and keyboard."""

import shutil
from pathlib import Path

import openpyxl
import pytest
import servers
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser

TOUR = Path(__file__).parents[2] / "notebooks/explore/01_tour.ipynb"
EXPLORER = ".arkit-explorer"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab of its own; yields its folder and the address of the tour."""
    folder = tmp_path_factory.mktemp("lab")
    servers.put(TOUR, folder)
    with servers.lab(folder) as address:
        yield folder, address(TOUR.name)


@pytest.fixture(scope="module")
def page(lab):
    """The tour, opened and run to its end."""
    _, address = lab
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60_000)
        page.goto(address)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.get_by_text("'Documents':").last.wait_for()
        page.locator(EXPLORER).scroll_into_view_if_needed()
        yield page
        chromium.close()


def test_every_cell_ran_and_every_chart_is_drawn(page):
    for wrong in ("stderr", "error"):
        expect(page.locator(f".jp-OutputArea-output[data-mime-type*={wrong}]")).to_have_count(0)
    for before in ("Currencies are never added up", "Two years of month-ends"):
        page.locator("p", has_text=before).scroll_into_view_if_needed()
        page.mouse.wheel(0, 300)
        expect(page.locator(".jp-Cell", has=page.locator(".js-plotly-plot")).first).to_be_visible()
    page.locator(EXPLORER).scroll_into_view_if_needed()


def test_the_explorer_followed_what_the_code_chose(page):
    expect(page.get_by_role("status").filter(has_text="30 June 2025")).to_be_visible()
    expect(page.get_by_role("radio", name="Over 90 days")).to_be_checked()


def test_a_date_moves_the_bars(page):
    before = page.locator(f"{EXPLORER} fieldset").first.inner_text()
    page.get_by_label("As of").fill("2025-12-31")
    expect(page.get_by_role("status").filter(has_text="31 December 2025")).to_be_visible()
    page.get_by_role("button", name="Month-end before").click()
    expect(page.get_by_role("status").filter(has_text="30 November 2025")).to_be_visible()
    assert page.locator(f"{EXPLORER} fieldset").first.inner_text() != before


def test_arrow_keys_choose_a_bar_and_keep_the_focus(page):
    page.get_by_role("radio", name="31–60 days").check()
    expect(page.locator(f"{EXPLORER} caption")).to_contain_text("31–60 days, All customers")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"{EXPLORER} caption")).to_contain_text("1–30 days, All customers")
    expect(page.get_by_role("radio", name="1–30 days", exact=False).first).to_be_focused()


def test_a_customer_leads_to_its_documents(page):
    customer = page.locator(f"{EXPLORER} fieldset").nth(1).get_by_role("radio").nth(1)
    number = customer.get_attribute("value")
    customer.check()
    expect(page.locator(f"{EXPLORER} caption")).to_contain_text(f"1–30 days, {number}")


def test_the_button_writes_what_is_seen(page, lab):
    page.get_by_role("button", name="Export to Excel").click()
    expect(page.get_by_text("Written: ageing-2025-11-30-CNY.xlsx")).to_be_visible()
    assert openpyxl.load_workbook(lab[0] / "ageing-2025-11-30-CNY.xlsx").sheetnames[1:] == [
        "Ageing", "Customers", "Documents",
    ]  # fmt: skip


def test_axe_finds_nothing_in_the_explorer(page):
    found = Axe().run(page, {"include": [[EXPLORER]]}).response["violations"]
    assert [(problem["impact"], problem["id"], problem["nodes"][0]["html"]) for problem in found] == []


def test_an_exception_in_a_callback_is_announced(page, lab):
    (lab[0] / "ageing-2025-10-31-CNY.xlsx").mkdir()
    page.get_by_role("button", name="Month-end before").click()
    expect(page.get_by_role("status").filter(has_text="31 October 2025")).to_be_visible()
    page.get_by_role("button", name="Export to Excel").click()
    expect(page.get_by_role("alert").filter(has_text="ageing-2025-10-31-CNY.xlsx")).to_be_visible()
