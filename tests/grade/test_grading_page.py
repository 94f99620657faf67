"""docs/grading.md: its rubrics are rubrics, and its options exist."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from raftkit.cli import app
from raftkit.grade.book import Sees
from raftkit.grade.rubric_file import load_rubric

PAGE = (Path(__file__).parents[2] / "docs/grading.md").read_text()
RUBRICS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
MINE = "part: mine\ntests:\n  TestMine: {servers: 3, steps: [check_one_leader]}\n"


@pytest.mark.parametrize("text", RUBRICS)
def test_its_rubrics_are_read(tmp_path: Path, text: str) -> None:
    """All points are given to tests."""
    (tmp_path / "my_suite.yaml").write_text(MINE)
    (tmp_path / "rubric.yaml").write_text(text)
    rubric = load_rubric(tmp_path / "rubric.yaml")
    assert sum(test.points for test in rubric.tests) == rubric.max_points == 100


def test_its_options_are_the_commands() -> None:
    """And what a student may see has the code's own words."""
    known = CliRunner().invoke(app, ["grade", "--help"]).output
    commands = [line for line in PAGE.splitlines() if line.startswith("raftkit grade")]
    assert {option for line in commands for option in re.findall(r"--\w+", line)} <= set(
        re.findall(r"--\w+", known)
    )
    assert re.findall(r"^\| `(\w+)` \| .*(?:points|nothing)", PAGE, re.MULTILINE) == [
        sees.value for sees in Sees
    ]
