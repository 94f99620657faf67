"""``python -m raftkit`` is ``raftkit``."""

from raftkit.cli import main

if __name__ == "__main__":
    main()
