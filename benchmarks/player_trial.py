"""How long a decision takes in the player, autosave included: ``python -m benchmarks.player_trial``.

The first scenario of the course is played at random over and over, in Voilà and in JupyterLab, with feedback after
every decision. A time runs from the press of the button to the frame in which the page shows what followed, which is
after the line was forced to the disk.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/browser"))
import servers  # noqa: E402 (it is in the folder of the tests that start the same servers)

NOTEBOOK = ROOT / "notebooks/course/en/01_true_or_pretext.ipynb"
DECISIONS = 60
TIMED = """() => new Promise((done) => {
  const player = document.querySelector(".arkit-player");
  const options = [...player.querySelectorAll("input[name$=choice]")];
  options[Math.floor(Math.random() * options.length)].checked = true;
  const begun = performance.now();
  const seen = new MutationObserver(() => requestAnimationFrame(() => {
    seen.disconnect();
    done(performance.now() - begun);
  }));
  seen.observe(player.querySelector(".arkit-p-body"), { childList: true });
  player.querySelector("button[type=submit]").click();
})"""


def times(page: Page) -> list[float]:
    """Return milliseconds a decision."""
    player, found = page.locator(".arkit-player").first, list[float]()
    player.get_by_role("textbox").fill("bench")
    player.locator("input[value=immediate]").check()
    player.locator("button[type=submit]").click()
    while len(found) < DECISIONS:
        player.locator("[data-screen=play], [data-screen=review]").wait_for()
        if player.locator("[data-screen=review]").count():
            player.locator("button.arkit-p-main").click()
            player.locator("[data-screen=play]").wait_for()
        found.append(page.evaluate(TIMED))
    return found


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        options = ["--no-sandbox", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        for name in ("voila", "lab"):
            place = Path(folder) / name
            servers.put(NOTEBOOK, place)
            with getattr(servers, name)(place) as address:
                page = chromium.new_page(viewport={"width": 1400, "height": 1000})
                page.set_default_timeout(60_000)
                page.goto(address(NOTEBOOK.name))
                if name == "lab":
                    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
                    page.get_by_role("menuitem", name="Run", exact=True).click()
                    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
                page.locator(".arkit-player h3").nth(2).wait_for()
                took = times(page)
                middle, most = statistics.median(took), statistics.quantiles(took, n=20)[-1]
                print(f"{name}: median {middle:.0f} ms, 95th percentile {most:.0f} ms, {len(took)} decisions")
        chromium.close()


if __name__ == "__main__":
    main()
