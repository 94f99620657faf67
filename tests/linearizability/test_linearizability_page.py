"""The page's examples: one shows what it really prints, the other is a suite that passes."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "linearizability.md"


def test_the_example_prints_what_stands_below_it() -> None:
    """The one in Python, and the block after it."""
    code, printed = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", PAGE.read_text(), re.DOTALL).groups()  # type: ignore[union-attr]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "linearizability.md", "exec"), {})
    assert out.getvalue() == printed


def test_the_suite_on_the_page_passes_on_the_reference(tmp_path: Path) -> None:
    """Run as users run it, twice, in two processes: the same trace."""
    (suite,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "service.yaml").write_text(suite)
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "test",
        "service.yaml",
        "--seed",
        "1",
        "--check-determinism",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS  1 passed" in done.stdout
