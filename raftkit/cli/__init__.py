"""The command line. One file a command group; each imports what it needs when it runs.

``raftkit --help`` must answer at once, so nothing here imports pytest, rich or the kernel.

Exit codes: 0 all passed; 1 some failed; 2 interrupted; 3 raftkit's own fault or inconclusive; 4 usage,
suite or contract error; 5 nothing collected.
"""

from raftkit.cli._main import app, main

__all__ = ["app", "main"]
