"""Take the pictures of docs/debugging.md anew, from a real run: ``python docs/pictures/make.py``.

Needs Chromium and Playwright (``pip install -e '.[dev]'``).
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TEST = "TestPersist12C"
WRONG = "impls/mutants/forgets_its_log.py"
SIZE = {"width": 1280, "height": 760}


def main() -> None:
    """Run a wrong implementation, draw what happened, photograph the page."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("there is no Chromium on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        raftkit("test", TEST, "--impl", WRONG, "--seed", "1", "--quiet")
        page_file = Path(folder) / "report.html"
        raftkit("timeline", "-o", str(page_file))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE)
            page.goto(page_file.as_uri())
            page.wait_for_timeout(500)
            page.screenshot(path=HERE / "failure.png")
            page.get_by_text("All", exact=True).click()
            page.wait_for_timeout(500)
            page.screenshot(path=HERE / "whole-run.png")
            browser.close()


def raftkit(*arguments: str) -> None:
    """Run the command in the checkout, so that paths are short; a failing test is what we want."""
    subprocess.run([sys.executable, "cli.py", *arguments], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
