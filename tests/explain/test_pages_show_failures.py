"""The failures on the pages are what raftkit says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRONG = ROOT / "impls" / "mutants" / "forgets_its_log.py"


@pytest.mark.parametrize("page", ["README.md", "docs/debugging.md"])
def test_a_failure_on_a_page_is_what_is_said(page: str, tmp_path: Path) -> None:
    """Every line of the example, in its order; a page may leave lines out."""
    (shown,) = re.findall(
        r"```(?:text)?\n\$ (raftkit test TestPersist12C .*?)```", (ROOT / page).read_text(), re.DOTALL
    )
    command, *lines = [line for line in shown.splitlines() if line.strip() != "…"]
    implementation = command.split()[4]
    (tmp_path / implementation).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(WRONG, tmp_path / implementation)
    shutil.copyfile(
        ROOT / "impls" / "reference" / "raft.py", (tmp_path / implementation).with_name("reference.py")
    )
    said = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *command.split()[1:]],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    rest = iter(said.stdout.replace(f"{ROOT}/", "").splitlines())
    for line in lines:
        assert line in rest, f"{line!r} is not said behind the lines before it"
    assert len(lines) > 5
