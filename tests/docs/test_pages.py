"""What the pages show works: commands run, code has the right shape, tables are the code's own."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from raftkit.contract import check_shape
from raftkit.trace._page import events_table

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "impls").glob("*/README.md")])
MY_SUITE = """
part: mine
title: my own
tests:
  TestMine:
    servers: 3
    steps:
      - check_one_leader: {save: leader}
      - agree: {command: 7, servers: all}
"""


AFTER_A_FAILURE = ("logs", "timeline", "export", "runs", "replay", "shrink")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def readme_commands() -> list[str]:
    """Every ``raftkit ...`` line in the README's shell blocks."""
    lines = [line for block in blocks(ROOT / "README.md", "sh") for line in block.splitlines()]
    return [line.partition("#")[0].strip() for line in lines if line.startswith("raftkit ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder: an implementation, a suite, and what the README's first command makes."""
    folder = tmp_path_factory.mktemp("user")
    shutil.copy(ROOT / "impls/reference/raft.py", folder / "my_raft.py")
    (folder / "my_suite.yaml").write_text(MY_SUITE)
    run(folder, "raftkit new mylab", 0)
    return folder


def run(folder: Path, command: str, expected: int) -> str:
    arguments = shlex.split(command)[1:]
    told: dict[str, Any] = {"input": "c\n"} if "--break" in command else {"stdin": subprocess.DEVNULL}
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120, **told,
    )  # fmt: skip
    assert done.returncode == expected, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def lighter(command: str) -> str:
    """The same command with less to do."""
    command = command.replace("1..50", "1..2").replace("2C --seeds", "TestPersist32C --seeds")
    command = command.replace("stress 2C -n 1000", "stress TestPersist32C -n 4")
    command = command.replace("raftkit shrink", "raftkit shrink --for 1s")
    command = command.replace("2C --isolate --impl x.py", "2A --isolate --impl my_raft.py")
    command = command.replace("chaos --for 10m", "chaos --seeds 1 --nemesis lossy")
    command = command.replace("test chaos", "test TestFigure7Chaos")
    return "raftkit test 2A" if command == "raftkit test" else command


@pytest.mark.parametrize("command", [line for line in readme_commands() if " new " not in line])
def test_the_readmes_commands_run(folder, command):
    """All pass but those on the skeleton, which fail tests and nothing else."""
    if command.split()[1] in AFTER_A_FAILURE:
        run(folder, "raftkit test TestReElection2A --impl mylab", 1)
    run(folder, lighter(command), 1 if "mylab" in command else 0)


def test_the_readme_has_commands():
    """The test above tests something."""
    assert len(readme_commands()) > 8


def test_the_contract_page_shows_the_right_shape():
    """Its first class can be plugged in as far as its shape goes."""
    (code,) = [block for block in blocks(ROOT / "docs/contract.md", "python") if "class Raft" in block]
    names: dict[str, type] = {}
    exec(compile(code, "contract.md", "exec"), names)  # type: ignore[arg-type]
    check_shape(names["Raft"], file="contract.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_on_the_pages_is_python(page):
    """Every block parses."""
    for block in blocks(page, "python"):
        ast.parse(block)


def test_the_events_page_is_up_to_date():
    """Made by ``python -m raftkit.trace._page``."""
    assert events_table() in (ROOT / "docs/events.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Relative links name files that exist."""
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_nobody_is_told_to_install_another_project():
    """The name on the public index belongs to somebody else."""
    for page in PAGES:
        assert "pip install raftkit" not in page.read_text().replace("pip install raftkit-lab", "")
