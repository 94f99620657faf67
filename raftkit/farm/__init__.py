"""Work for other machines: a Dask cluster, where there is one.

A *bundle* is sent once: the texts that runs follow from, under the paths that they have here. A worker lays
it out in a *workshop*, a folder of its own, and whatever comes back from there names the paths of whoever asked. What
the work is, the room does not know: stress runs and grading bring a function each.

Results are a function of seed, texts, raftkit and Python. So workers must have the same raftkit and Python as
the one who asks: then it does not matter where a run was made.

``dask.distributed`` is an extra, and is imported by whoever opens a farm. Whoever may send messages to a Dask
scheduler can run code on all that are connected to it; that is how Dask is made. A farm is one's own.
"""

from raftkit.farm.engine import FarmError

__all__ = ["FarmError"]
