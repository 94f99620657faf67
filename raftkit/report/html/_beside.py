"""The picture that lies beside a failure's trace."""

import contextlib
from pathlib import Path

from raftkit.errors import RaftkitError
from raftkit.report.html._page import write_report

REPORT_FILE = "report.html"


def draw_beside(trace: Path, result: Path) -> None:
    """Draw a failure beside its result; a trace that ends in mid-line, since its process died, is drawn another day.

    Raises:
        OSError: It cannot be written.
    """
    if trace.exists():
        with contextlib.suppress(RaftkitError):
            write_report(trace, result, result.with_name(REPORT_FILE))
