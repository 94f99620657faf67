"""Two traces held side by side: where they part, told in Raft's terms.

``compare`` reads both at once and finds the first event that differs; ``deed`` says in words what an event is;
``tell`` makes sentences of the two: *at 2.314s S2 used to grant its vote for term 4 to S1; now it refuses*.
"""

from raftkit.report.difference._deed import Deed, Knowledge
from raftkit.report.difference.compare import Parting, compare
from raftkit.report.difference.deed import deed
from raftkit.report.difference.tell import Told, tell

__all__ = ["Deed", "Knowledge", "Parting", "Told", "compare", "deed", "tell"]
