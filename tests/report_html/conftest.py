"""Traces to draw, pages made from them, and the system's Chromium to open them in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from example_traces import FAILED, write_example

from raftkit.report.html import write_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DESKTOP = {"width": 1400, "height": 860}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trace with one of everything, that ends in a failure."""
    path = tmp_path_factory.mktemp("trace") / "trace.jsonl"
    write_example(path)
    return path


@pytest.fixture(scope="module")
def report(example: Path) -> Path:
    """Its page."""
    page = example.with_name("report.html")
    write_report(example, FAILED, page)
    return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window. A module's own: Playwright keeps an event loop running while it is open."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the page's tests need: pip install playwright"
    )
    if CHROMIUM is None:
        pytest.skip("the page's tests need a Chromium on the PATH: apt install chromium")
    with playwright.sync_playwright() as started:
        # Root, as in most containers, may not use the sandbox.
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """Open a page as a person would, from a file; a test fails when the console has an error."""
    contexts = []
    errors: list[str] = []

    def open_it(report: Path, fragment: str = "", ready: str = "body[data-ready]", **options: Any) -> Any:
        context = browser.new_context(**{"viewport": DESKTOP} | options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: message.type in ("error", "warning") and errors.append(message.text)
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or errors.append(request.url))
        page.goto(report.resolve().as_uri() + fragment)
        page.wait_for_selector(ready, timeout=20_000)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not errors
