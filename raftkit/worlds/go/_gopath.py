"""Labs without a go.mod, of editions until 2020: they import ``labrpc`` or ``../labrpc``, which Go knows no more."""

from functools import partial
from itertools import islice
from pathlib import Path

from raftkit.worlds.go._imports import map_imports
from raftkit.worlds.go._replacements import Replacements
from raftkit.worlds.go._toolchain import Toolchain

MOST_FILES = 2_000


def put_in_module(seen: Replacements, root: Path, module: str, toolchain: Toolchain) -> None:
    """Let the build see a go.mod, and imports that begin with the module's name; when there is a go.mod, as it is.

    Args:
        seen: What the build sees.
        root: The folder in which the lab's packages lie.
        module: The name that its module gets.
        toolchain: Whose library goes first, as it did then.
    """
    if (root / "go.mod").is_file():
        return
    seen.put(root / "go.mod", f"module {module}\n")
    library = toolchain.root / "src"
    for file in islice(sorted(root.rglob("*.go")), MOST_FILES):
        text = seen.read(file)
        mapped = map_imports(text, partial(_in_module, root, module, library, file.parent))
        if mapped != text:
            seen.put(file, mapped)


def _in_module(root: Path, module: str, library: Path, folder: Path, path: str) -> str:
    """By what path a module imports what a file of a folder imports by another."""
    place = (folder if path.startswith(".") else root).joinpath(path).resolve()
    if not place.is_relative_to(root) or not place.is_dir() or (library / path).is_dir():
        return path
    return f"{module}/{place.relative_to(root).as_posix()}"
