"""The page's example shows what it really prints."""

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "linearizability.md"


def test_the_example_prints_what_stands_below_it() -> None:
    """The first block, and the one after it."""
    code, printed = re.findall(r"```(?:python)?\n(.*?)```", PAGE.read_text(), re.DOTALL)[:2]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "linearizability.md", "exec"), {})
    assert out.getvalue() == printed
