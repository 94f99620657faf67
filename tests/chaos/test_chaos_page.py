"""``docs/chaos.md`` shows what there is: its scenario is drawn, its table is the code's, its commands run."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from raftkit.chaos import NEMESES, ChaosOptions, draw_suite

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "chaos.md").read_text()
LIGHTER = (
    (r"chaos (-n 200|--for 10m)", "chaos --seeds 1 --nemesis lossy"),
    ("--until-fail --servers 5", "--seeds 1 --servers 5"),
    (r"stress chaos -n 50", "stress TestFigure7Chaos -n 1"),
    (r"test chaos/snapshots", "test TestEmptyLogChaos"),
    (r"test chaos", "test TestFigure7Chaos"),
    (r"--seeds 1\.\.20", "--seeds 1..2"),
)


def commands() -> list[str]:
    """Every line of the page's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder, with a sound implementation and a scenario kept."""
    shutil.copy(ROOT / "impls" / "reference" / "raft.py", tmp_path / "my_raft.py")
    (tmp_path / "kept.yaml").write_text(draw_suite(ChaosOptions(nemeses=("lossy",)), 11))
    return tmp_path


@pytest.mark.parametrize("command", commands())
def test_the_pages_commands_run(folder: Path, command: str) -> None:
    """On less work, and on an implementation that passes."""
    for pattern, text in LIGHTER:
        command = re.sub(pattern, text, command)
    written, _, file = command.partition(" > ")
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *shlex.split(written)[1:]],
        cwd=folder, capture_output=True, text=True, check=False, timeout=180, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert not file or done.stdout.startswith("# Drawn by raftkit")


def test_the_scenario_on_the_page_is_drawn() -> None:
    """By the version that the page belongs to."""
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert block == draw_suite(ChaosOptions(), 17)


def test_the_page_names_every_nemesis() -> None:
    """With the sentence that stands in the suites."""
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert dict(rows) == {name: nemesis.text for name, nemesis in NEMESES.items()}
