"""What could have influenced what: Lamport's *happened before*, read off a trace.

It knows events alone, and neither why one looks for causes nor how they are shown.
"""

from raftkit.report.causality.calls import InFlight, remember
from raftkit.report.causality.clocks import Clock, Clocks
from raftkit.report.causality.hosts import TESTER, host_of, server_of
from raftkit.report.causality.past import Causes, past

__all__ = ["TESTER", "Causes", "Clock", "Clocks", "InFlight", "host_of", "past", "remember", "server_of"]
