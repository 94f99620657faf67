"""Scenarios out of a seed: a cluster, clients, and a weather, drawn, and written as a suite of one test.

What is drawn is data, and its text is an ordinary suite: whatever runs, judges, repeats or tells of suites does so
with this one, and none of it knows where the text comes from. The room knows how suites are written, and nothing of
how they run. The same options and the same seed give the same text, byte for byte.
"""

from raftkit.chaos._draw import draw_scenario, draw_suite
from raftkit.chaos._nemeses import NEMESES
from raftkit.chaos._options import LEAST_SERVERS, MOST_SERVERS, SERVICES, WORKLOADS, ChaosOptions
from raftkit.chaos._scenario import Scenario, Span, Trouble
from raftkit.chaos._write import PART, TEST, suite_text

__all__ = [
    "LEAST_SERVERS",
    "MOST_SERVERS",
    "NEMESES",
    "PART",
    "SERVICES",
    "TEST",
    "WORKLOADS",
    "ChaosOptions",
    "Scenario",
    "Span",
    "Trouble",
    "draw_scenario",
    "draw_suite",
    "suite_text",
]
