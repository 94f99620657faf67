"""From what a user names to the file that holds the implementation."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from raftkit.contract._go_lab import go_file, go_module
from raftkit.errors import ContractError


@dataclass(frozen=True, slots=True)
class Location:
    """Where an implementation is.

    Attributes:
        path: The file to load; of a Go lab, the one with ``type Raft struct``.
        roots: Folders whose modules it may import by name: its own, and the one above its package. Of a Go lab, its
            module's.
        module: The name that its module gets; dotted when it is part of a package. Of a Go lab, the package's path.
        class_name: The class to construct, or empty: the only one that fits.
    """

    path: Path
    roots: tuple[Path, ...]
    module: str
    class_name: str = ""

    @property
    def spec(self) -> str:
        """An absolute spec that ``locate`` finds again from any folder."""
        return f"{self.path}:{self.class_name}" if self.class_name else str(self.path)

    @property
    def is_go(self) -> bool:
        """Whether it is a package of Go's."""
        return self.path.suffix == ".go"


def locate(spec: str, *, impls: Path | None = None, cwd: Path | None = None) -> Location:
    """Find the implementation that ``spec`` names.

    A spec is a path (``raft.py``, a folder with ``raft.py``), either with ``:ClassName`` behind it, the
    name of a folder in ``impls``, or a dotted module. A Go lab is named by the folder of its package raft, or
    one above.

    Raises:
        ContractError: There is no such thing, or it is neither Python nor a Go lab.
    """
    cwd = cwd or Path.cwd()
    name, class_name = _split(spec)
    path = _path(cwd, name)
    if not _exists(path) and impls is not None and "/" not in name and _exists(impls / name):
        path = (impls / name).resolve()
    if _exists(path):
        return _in_folder(path, class_name) if path.is_dir() else _of_file(path, class_name)
    if _is_dotted(name):
        found = _of_module(name, class_name, cwd)
        if found is not None:
            return found
    raise ContractError(
        f"there is no implementation {spec!r}",
        where=str(path).replace("\0", "\\0"),
        found="no such file or folder" + (", and no such module" if _is_dotted(name) else ""),
        wanted="a Python file, a folder with raft.py, a name in impls/"
        + _names(impls)
        + ", or a dotted module",
        advice="raftkit new DIR makes a skeleton to start from",
    )


def _path(cwd: Path, name: str) -> Path:
    try:
        return (cwd / Path(name).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError):  # an unknown ~user, a circle of links, a zero byte
        return cwd / name


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, a zero byte
        return False


def _split(spec: str) -> tuple[str, str]:
    name, colon, class_name = spec.rpartition(":")
    if colon and class_name.isidentifier() and len(name) > 1:
        return name, class_name
    return spec, ""


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _names(impls: Path | None) -> str:
    if impls is None or not impls.is_dir():
        return ""
    return " (" + ", ".join(sorted(folder.name for folder in impls.iterdir() if _is_whole(folder))) + ")"


def _is_whole(folder: Path) -> bool:
    return (folder / "raft.py").is_file()


def _in_folder(folder: Path, class_name: str) -> Location:
    path = folder / "raft.py"
    if path.is_file():
        return _of_file(path, class_name)
    files = sorted(file.name for file in folder.glob("*.py"))
    if len(files) > 8:
        files[8:] = [f"and {len(files) - 8} others"]
    if not files and (go := go_file(folder)) is not None:
        return _of_go(go)
    raise ContractError(
        f"the folder {folder.name}/ has no raft.py",
        where=str(folder),
        found=", ".join(files) or "no Python file",
        wanted="a file raft.py, or the path of the file itself",
    )


def _of_go(file: Path) -> Location:
    root, package = go_module(file)
    return Location(file, (root,), package)


def _of_file(path: Path, class_name: str) -> Location:
    if path.is_file() and (go := go_file(path)) is not None:
        return _of_go(go)
    if not path.is_file() or path.suffix not in (".py", ".pyw", ""):
        raise ContractError(
            f"{path.name} is not a Python file",
            where=str(path),
            found=path.suffix or "no regular file",
            wanted="a file that ends in .py",
        )
    module = path.stem if path.stem.isidentifier() else "raft"
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        module = f"{folder.name}.{module}"
        folder = folder.parent
    if path.name == "__init__.py":
        module = module.removesuffix(".__init__")
    return Location(path, tuple(dict.fromkeys((path.parent, folder))), module, class_name)


def _of_module(name: str, class_name: str, cwd: Path) -> Location | None:
    local = cwd.joinpath(*name.split("."))
    for path in (local.with_suffix(".py"), local / "raft.py", local / "__init__.py"):
        if _exists(path):
            return _of_file(path, class_name)
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return _of_file(Path(spec.origin).resolve(), class_name)
