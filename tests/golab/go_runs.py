"""How a test against a Go lab is run here: the fixture ``run``, by its type."""

from collections.abc import Callable

from raftkit.model import Result

Run = Callable[..., Result]
"""``run(lab, test, seed, mode)``; the trace is ``trace.jsonl`` in the test's folder."""
