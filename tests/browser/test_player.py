"""A whole scenario, played by keyboard alone in JupyterLab and in Voilà, in both languages, reloaded on the way."""

import json
import shutil
from pathlib import Path

import pytest
import servers
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from arkit.training import attempts

pytestmark = pytest.mark.browser

COURSE = Path(__file__).parents[2] / "notebooks/course"
NOTEBOOK = "01_true_or_pretext.ipynb"
PLAYER = ".arkit-player"
RESUME = {"en": "Go on: 2 decisions made", "zh": "继续：已走2步"}
DECIDED = """made => {
    const player = document.querySelector('.arkit-player');
    return player.querySelector('[data-screen=review]') || player.querySelectorAll('.arkit-p-player').length === made;
}"""
REASON = {"en": "The true reason was: ", "zh": "真实原因："}


@pytest.fixture(scope="module", params=["lab", "voila"])
def server(request, tmp_path_factory):
    """A server with the course; yields its name, its folder and what makes an address of a notebook."""
    folder = tmp_path_factory.mktemp(request.param)
    for lang in ("en", "zh"):
        servers.put(COURSE / lang / NOTEBOOK, folder / lang)
    with getattr(servers, request.param)(folder) as address:
        yield request.param, folder, address


@pytest.fixture(scope="module")
def chromium():
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )


def load(page, kind, address):
    """Open the notebook, or open it again, and run it; in JupyterLab from its palette of commands."""
    page.goto(address)
    if kind == "lab":
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.keyboard.press("Control+Shift+C")
        page.get_by_role("searchbox").or_(page.locator(".lm-CommandPalette-input")).first.wait_for()
        page.keyboard.type("Run All Cells")
        page.keyboard.press("Enter")
    page.locator(PLAYER).nth(2).locator("h3").first.wait_for()


def tab_until(page, inside, *, most=300):
    """Press Tab until the focus is on what a selector matches."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("inside => !!document.activeElement?.matches(inside)", inside):
            return
    pytest.fail(f"the keyboard does not come to {inside}")


def decide(page, step):
    """Take an option by keyboard: the focus stands on the first one after each decision."""
    option = "input[type=radio][name$=choice]"
    if not page.evaluate("inside => !!document.activeElement?.matches(inside)", option):
        tab_until(page, option)
    page.keyboard.press("ArrowDown" if step % 2 else "Space")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_whole_scenario_by_keyboard_with_a_reload_on_the_way(server, chromium, lang):
    kind, folder, address = server
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    path = f"{lang}/{NOTEBOOK}"
    load(page, kind, address(path))
    first = page.locator(PLAYER).first

    tab_until(page, f"{PLAYER} input[type=text]")
    page.keyboard.type("lan 小兰")
    tab_until(page, f"{PLAYER} input[type=radio]")
    tab_until(page, f"{PLAYER} button[type=submit]")
    page.keyboard.press("Enter")
    expect(first.locator("[data-screen=play]")).to_be_visible()
    for step in range(2):
        expect(first.locator(".arkit-p-player")).to_have_count(step)
        decide(page, step)
    expect(first.locator(".arkit-p-player")).to_have_count(2)
    problems(page, first)

    load(page, kind, address(path))
    first = page.locator(PLAYER).first
    offer = first.get_by_role("button", name=RESUME[lang])
    expect(offer).to_be_visible()
    tab_until(page, f"{PLAYER} button.arkit-p-resume")
    page.keyboard.press("Enter")
    expect(first.locator(".arkit-p-player")).to_have_count(2)
    for step in range(2, 20):
        page.wait_for_function(DECIDED, arg=step)
        if first.locator("[data-screen=review]").count():
            break
        decide(page, step)
    expect(first.locator(".arkit-p-headline")).to_be_focused()
    expect(first.get_by_text(REASON[lang])).to_be_visible()
    assert first.locator(".arkit-p-decision").count() >= 5
    problems(page, first)
    context.close()

    row = attempts(folder / lang / "attempts").iloc[0]
    assert (row["participant"], row["finished"], row["proved"]) == ("lan 小兰", True, True)


def problems(page, first):
    """Hold that axe finds nothing serious or critical in the player, with everything that can be opened open."""
    first.evaluate("root => root.querySelectorAll('details').forEach(each => { each.open = true; })")
    found = Axe().run(page, {"include": [[PLAYER]]}).response["violations"]
    told = [(each["impact"], each["id"], each["nodes"][0]["html"]) for each in found]
    assert [each for each in told if each[0] in ("serious", "critical")] == [], json.dumps(told, indent=1)


@pytest.mark.parametrize("server", ["voila"], indirect=True)  # JupyterLab itself is not made for a phone
def test_the_player_fits_a_phone(server, chromium):
    _, _, address = server
    context = chromium.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address(f"zh/{NOTEBOOK}"))
    first = page.locator(PLAYER).first
    first.locator("h3").wait_for()
    first.get_by_role("textbox").fill("wei")
    first.locator("button[type=submit]").tap()
    first.locator("[data-screen=play]").wait_for()
    wide = first.evaluate("root => [root.scrollWidth, root.clientWidth, window.innerWidth]")
    assert wide[0] <= wide[1] <= wide[2]
    context.close()
