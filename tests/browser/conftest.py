"""Debian's chromium, and pages opened in it with the network cut."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")  # one playwright at a time in a thread: other modules have their own
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


class Opened:
    """A page with everything that it logged and asked for."""

    def __init__(self, context: Any, path: Path) -> None:
        self.page = context.new_page()
        self.logged: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.logged.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.logged.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-charts=drawn]", timeout=60_000)


@pytest.fixture(scope="module")
def visit(chromium: Any) -> Iterator[Any]:
    """Open a file at the width of a desktop or a phone, or return the page that shows it already.

    ``bypass_csp`` is for axe, which has to put a script into the page.
    """
    contexts = []

    @cache
    def opened(path: Path, size: str = "desktop", *, bypass_csp: bool = False) -> Opened:
        phone = size == "phone"
        context = chromium.new_context(
            viewport=SIZES[size], offline=True, bypass_csp=bypass_csp, has_touch=phone, is_mobile=phone
        )
        contexts.append(context)
        return Opened(context, path)

    yield opened
    for context in contexts:
        context.close()
