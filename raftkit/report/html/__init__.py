"""The timeline: one page of HTML that shows a trace as a space-time diagram, made from files alone.

The page stands alone: no network, no other file, no framework. Its JavaScript and its stylesheet are the
files in ``page/``, which this room puts together as they are. It knows traces and results by their JSON only, and
treats every string in them as hostile.
"""

from raftkit.report.html._beside import draw_beside
from raftkit.report.html._page import palette, policy_hash, write_report

__all__ = ["draw_beside", "palette", "policy_hash", "write_report"]
