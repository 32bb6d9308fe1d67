"""Take the README's pictures: ``make report``, then ``python docs/pictures.py reports/sample/report.html``."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
WIDTH, HEIGHT = 1080, 1000


def take(report: Path) -> None:
    """Picture the head of the page and its first charts."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(report.resolve().as_uri())
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        charts = page.locator("figure").first.bounding_box()
        for name, top in (("report-en", 36), ("report-en-age", charts["y"] - 24)):
            clip = {"x": 0, "y": top, "width": WIDTH, "height": HEIGHT}
            page.screenshot(path=HERE / f"{name}.png", clip=clip, full_page=True)
        chromium.close()


take(Path(sys.argv[1]))
