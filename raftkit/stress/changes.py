"""Which files of an implementation changed, of those that it can be seen to import."""

import re
from pathlib import Path

from raftkit.runner.recipe import Implementation

_IMPORT = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\b(.*)|import\s+(.*))$", re.MULTILINE)


def changed_files(version: Implementation) -> list[str]:
    """Return the names of files that are not what they were; neighbours that are not imported may change."""
    changed = version.changed_files
    return [name for name in changed if name in _used(version)] if changed else []


def are_same(one: Implementation, other: Implementation) -> bool:
    """Whether two versions are the same text, whatever their files are called."""
    return _texts(one) == _texts(other) != []


def _texts(version: Implementation) -> list[str]:
    return sorted(version.files[name] for name in _used(version))


def _used(version: Implementation) -> set[str]:
    """The implementation's own file, and what it imports from beside it, and so on."""
    names = list(version.files)
    folder = Path(version.spec.partition(":")[0]).parent
    used, waiting = set(names[:1]), names[:1]
    while waiting:
        words = _imported_words(folder / waiting.pop())
        found = {name for name in names if words & set(Path(name).with_suffix("").parts)} - used
        used |= found
        waiting += found
    return used


def _imported_words(file: Path) -> set[str]:
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return set()
    return {
        word
        for match in _IMPORT.finditer(text)
        for part in match.groups("")
        for word in re.findall(r"\w+", part)
    }
