"""The workflow that the page on grading offers does what it says: its own commands run, and find what they look for."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from raftkit.worlds.process import Level, isolation_here

ROOT = Path(__file__).parents[2]
SMALL = "title: small\nseeds: 1\nparts: {TestInitialElection2A: 10}\n"


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    workflow = yaml.safe_load((ROOT / "docs/examples/grade.yml").read_text())
    (job,) = workflow["jobs"].values()
    return job["steps"]


def test_every_action_is_pinned_to_a_version(steps):
    """And each step does one thing."""
    assert all(("uses" in step) != ("run" in step) for step in steps)
    assert all("@v" in step["uses"] for step in steps if "uses" in step)


@pytest.mark.skipif(
    isolation_here().level not in (Level.SEALED, Level.FILTERED), reason="this machine locks nothing in"
)
def test_its_command_grades_what_was_checked_out(steps, tmp_path):
    """Folders are those of the checkout steps; the summary, the artifact and the last step find theirs."""
    handed_in, course = (step["with"]["path"] for step in steps if "checkout" in step.get("uses", ""))
    (tmp_path / handed_in).mkdir(parents=True)
    (tmp_path / handed_in / "raft.py").write_bytes((ROOT / "impls/reference/raft.py").read_bytes())
    (tmp_path / course).mkdir()
    (tmp_path / course / "rubric.yaml").write_text(SMALL)
    (command,) = [step["run"] for step in steps if step.get("run", "").startswith("raftkit grade")]
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *shlex.split(command)[1:]],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (summary,) = [step["run"] for step in steps if step.get("name") == "show what broke"]
    assert (tmp_path / shlex.split(summary)[1]).read_text().startswith("student,")
    (artifact,) = [step["with"]["path"] for step in steps if "upload-artifact" in step.get("uses", "")]
    assert list((tmp_path / artifact).glob("*/report.html"))
    judged = tmp_path / shlex.split(steps[-1]["run"])[-1]
    assert [test["status"] for test in json.loads(judged.read_text())["tests"]] == ["passed"]
