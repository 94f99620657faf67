"""Where things are on this machine: the implementations that come with raftkit."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
OWN_FILE = "raft.py"
"""An implementation in the current folder has this name."""


def impls_dir() -> Path:
    """The folder of implementations: in a checkout its ``impls/``, else the one in the package."""
    checkout = _PACKAGE.parent / "impls"
    return checkout if checkout.is_dir() else _PACKAGE / "_data" / "impls"


def default_implementation() -> str:
    """What is tested when nothing is named: ``raft.py`` here, or else the reference."""
    return OWN_FILE if Path(OWN_FILE).is_file() else "reference"
