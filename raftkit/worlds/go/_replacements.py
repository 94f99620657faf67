"""Files that a build sees in the place of others.

A student's folder is never written to, nor is Go's own: ``go build -overlay`` takes a map from paths to files
elsewhere. A path where nothing lies adds a file, an empty file hides one.
"""

import json
from pathlib import Path


class Replacements:
    """A map that grows, in a folder of its own.

    Args:
        folder: Where the files are written; nothing else may be in it that is called ``*_*.go``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, str] = {}

    def put(self, path: Path, text: str) -> None:
        """Let a text stand at a path."""
        file = self._folder / f"{len(self._seen)}_{path.name}"
        file.write_text(text, encoding="utf-8")
        self._seen[str(path)] = str(file)

    def hide(self, path: Path) -> None:
        """Let there be no file at a path."""
        self._seen[str(path)] = ""

    def read(self, path: Path) -> str:
        """Return what the build sees at a path."""
        return Path(self._seen.get(str(path), path)).read_text(encoding="utf-8", errors="replace")

    def save(self) -> Path:
        """Write the map; return its path, for ``-overlay``."""
        overlay = self._folder / "overlay.json"
        overlay.write_text(json.dumps({"Replace": self._seen}), encoding="utf-8")
        return overlay
