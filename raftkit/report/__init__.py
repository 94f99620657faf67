"""Results as people and programs read them: lab lines, failures, tables, JSON.

Everything here is made from :class:`~raftkit.model.Result` alone. What came from an implementation is
untrusted, and passes through :func:`clean` before it reaches a terminal.
"""

from raftkit.report.clean import clean, clean_lines
from raftkit.report.record import Record

__all__ = ["Record", "clean", "clean_lines"]
