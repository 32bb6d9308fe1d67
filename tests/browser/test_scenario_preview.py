"""The page of a scenario in a real browser with the network cut."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from arkit.training import Appraiser, parse_scenario
from arkit.training.preview import page
from arkit.training.survey import survey

pytestmark = pytest.mark.browser

DOCS = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", DOCS, re.S)[1]


@pytest.fixture(scope="module", params=["en", "zh"])
def shown(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("preview") / "page.html"
    path.write_text(page(survey(Appraiser(parse_scenario(EXAMPLE))), lang=request.param), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_asks_for_nothing_and_axe_finds_nothing(chromium, shown, width):
    with chromium.new_context(viewport={"width": width, "height": 900}, offline=True, bypass_csp=False) as context:
        opened, logged, asked = context.new_page(), [], []
        opened.on("console", lambda message: logged.append(message.text))
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(shown.as_uri())
        assert (logged, asked) == ([], [shown.as_uri()])
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert opened.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"  # the style holds
        wide = """texts => texts.filter(text => text.getBBox().width > 186).map(text => text.textContent)"""
        assert opened.locator(".node text").evaluate_all(wide) == []
    screen = {"width": width, "height": 900}
    with chromium.new_context(viewport=screen, offline=True, bypass_csp=True) as context:  # axe puts a script in
        opened = context.new_page()
        opened.goto(shown.as_uri())
        assert Axe().run(opened).response["violations"] == []
