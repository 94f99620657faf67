"""The log format of ShiViz (https://bestchai.bitbucket.io/shiviz): two lines an event, with vector clocks.

::

    0.635439s  → S2 RequestVote T1 last=0/0
    S0 {"S0":4}
"""

from collections.abc import Iterable, Iterator

import msgspec

from raftkit.model import seconds
from raftkit.report.causality import Clocks
from raftkit.report.export.labels import Labels
from raftkit.trace import Event

SHIVIZ_EXPRESSION = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})"
"""What ShiViz is to be told of the format; it is also what it takes when it is told nothing."""


def shiviz_log(events: Iterable[Event], name: str) -> Iterator[str]:
    """Yield the log, line by line."""
    yield f"# {name}, written by raftkit export --shiviz"
    yield f"# regular expression for ShiViz: {SHIVIZ_EXPRESSION}"
    yield ""
    clocks, labels = Clocks(), Labels()
    for event in events:
        label = labels.label(event)
        if label:
            host, clock = clocks.tick(event)
            yield f"{seconds(event.at_ns)}  {label}"  # two spaces: no label can look like a host and its clock
            yield f"{host} {msgspec.json.encode(clock).decode()}"
