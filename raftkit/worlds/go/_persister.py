"""Sets the lab's own ``Persister`` aside, so that ours can stand in its place in the same package."""

import re

_DECLARED = re.compile(r"^type[ \t]+Persister[ \t]+struct\b", re.MULTILINE)
_DECLARATIONS = re.compile(r"^(?=(?:func|type|var|const)\b)", re.MULTILINE)
_ITS_OWN = re.compile(
    r"type[ \t]+Persister\b|func[ \t]*\((?:\w+[ \t]+)?\*?Persister\)|func[ \t]+MakePersister\b"
)
_NAME = re.compile(r"\b(Make)?Persister\b")


def declares_persister(text: str) -> bool:
    """Whether a file is the one with the type."""
    return _DECLARED.search(text) is not None


def set_persister_aside(text: str) -> str:
    """Return the file's text, line by line as it was, with another name for the type, and all else left to use ours.

    Students have put methods of ``Raft`` into this file.
    """
    parts = _DECLARATIONS.split(text)
    return "".join(_NAME.sub(r"raftkit\1Aside", part) if _ITS_OWN.match(part) else part for part in parts)
