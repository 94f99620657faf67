"""A trace in the formats of other people's viewers: ShiViz, Chrome and Perfetto.

Each is written while the trace is read. It knows events and text, neither files nor terminals.
"""

from raftkit.report.export.chrome import chrome_trace
from raftkit.report.export.shiviz import SHIVIZ_EXPRESSION, shiviz_log

__all__ = ["SHIVIZ_EXPRESSION", "chrome_trace", "shiviz_log"]
