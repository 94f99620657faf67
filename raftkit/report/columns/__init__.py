"""A trace as lines for people, one column a server: what ``raftkit logs`` prints.

The way of an event: ``story`` turns events into lines, each RPC into one with its fate; ``plain`` does that for
logs that are text already; ``wanted`` picks lines; ``page`` lays them out. It knows neither files nor terminals.
"""

from raftkit.report.columns.line import Line, Look
from raftkit.report.columns.page import Page, fitting_columns, least_width
from raftkit.report.columns.plain import plain_lines
from raftkit.report.columns.story import story
from raftkit.report.columns.wanted import Wanted, pick

__all__ = ["Line", "Look", "Page", "Wanted", "fitting_columns", "least_width", "pick", "plain_lines", "story"]
