"""Take the README's pictures: ``make report``, then ``python docs/pictures.py reports/sample/report.html``."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from arkit.player import play, widget

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1080, 1000
SCENARIO, SEED = "goods_not_sold", 3
AT = "2026-11-25T10:00:00Z"
PAGE = """<!doctype html><meta charset=utf-8><style>{css}</style>
<body style="margin:16px"><div id=here></div><script type=module>
{js}
const state = {state};
const model = {{ get: (name) => state[name], on() {{}}, off() {{}}, send() {{}} }};
render({{ model, el: document.getElementById("here") }});
</script>"""
"""The player's own drawing, without a kernel."""


def take_report(chromium: Browser, report: Path) -> None:
    """Picture the head of the page and its first charts."""
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(report.resolve().as_uri())
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    charts = page.locator("figure").first.bounding_box()
    for name, top in (("report-en", 36), ("report-en-age", charts["y"] - 24)):
        clip = {"x": 0, "y": top, "width": WIDTH, "height": HEIGHT}
        page.screenshot(path=HERE / f"{name}.png", clip=clip, full_page=True)


def take_player(chromium: Browser) -> None:
    """Picture a conversation on its way, and its review; always the third option, so that there is something to say."""
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    with tempfile.TemporaryDirectory() as folder:
        player = play(SCENARIO, participant="lan", folder=folder, seed=SEED, feedback="immediate")
        player.ask("begin", alias="lan", feedback="immediate", at=AT)
        while player.view["screen"] == "play":
            step = player.view["step"]
            if step == 3:
                _picture(page, player, "player-en")
            options = player.view["choices"]
            player.ask("choose", choice=options[2 * step % len(options)][0], step=step, at=AT)
        _picture(page, player, "review-en")


def _picture(page, player, name) -> None:  # noqa: ANN001
    state = json.dumps({"view": player.view, "alert": ""}).replace("</", "<\\/")
    css, js = ((widget.HERE / f"player.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    page.set_content(PAGE.format(css=css, js=js.replace("export default { render };", ""), state=state))
    page.locator(".arkit-player h3").first.wait_for()
    page.screenshot(path=HERE / f"{name}.png")


with sync_playwright() as playwright:
    options = ["--no-sandbox", "--disable-background-networking"]
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
    if len(sys.argv) > 1:
        take_report(browser, Path(sys.argv[1]))
    take_player(browser)
    browser.close()
