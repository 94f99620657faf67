"""A root of its own: what a world's process sees of the machine's files, all of it read-only.

Python, raftkit's code without suites and implementations, the C libraries, and the implementation's own
folders. There is no /proc, no home, no place to write.
"""

import os
import stat
import sys
from functools import cache
from pathlib import Path

import raftkit
from raftkit.worlds.process._order import Order
from raftkit.worlds.process._system import MS_BIND, MS_PRIVATE, MS_REC, detach, mount, pivot_root, seal_mounts

_LIBRARIES = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
PACKAGE = str(Path(raftkit.__file__).resolve().parent)
DATA = f"{PACKAGE}/_data"
"""Suites and implementations of an installed raftkit."""
_BUILD = "/tmp"
"""Where the new root is mounted at first: any folder that exists."""
_BROAD = {"/", "/dev", "/home", "/root", "/tmp", "/usr", "/var", "/var/tmp", str(Path.home())}
"""Folders that hold all sorts of things, and are never shown whole."""
_OLD = "/.old"
"""Where the machine's own root is until everything needed of it is in its place."""
_MASK = "size=64k,mode=755"


def visible_paths(order: Order) -> list[str]:
    """What the implementation may read, outer folders first."""
    own = {path for root in order.roots for path in (_importable(root) if root in _BROAD else [root])}
    return _outermost(own.union(code_paths()))


@cache
def code_paths() -> tuple[str, ...]:
    """What any implementation may read. Finding it takes longer than all else here: the zygote does it once."""
    code = {sys.prefix, sys.base_prefix, sys.exec_prefix, PACKAGE, *_added_paths()}
    mapped = {str(Path(name).parent) for name in _mapped_files()}
    return tuple(_outermost(code | mapped | set(_LIBRARIES)))


def _importable(folder: str) -> list[str]:
    """Of a folder that holds all sorts of things: what an import statement may mean."""
    return [
        str(path)
        for path in Path(folder).iterdir()
        if path.suffix == ".py" or os.path.isfile(path / "__init__.py")
    ]


def hidden_paths(order: Order) -> list[str]:
    """What it may not, although it lies there: never a folder that holds the implementation itself."""
    wanted = {DATA, f"{order.cwd}/.raftkit", *order.hidden}
    return sorted(path for path in wanted if not any(_is_inside(root, path) for root in order.roots))


def enter_root(order: Order) -> None:
    """Build the root and move into it, in a mount namespace of one's own.

    Raises:
        OSError: The kernel does not let us.
    """
    links = [path for path in _LIBRARIES if os.path.islink(path)]
    visible = [path for path in visible_paths(order) if path not in links]
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("raftkit", _BUILD, "tmpfs", options="size=1m,mode=755")
    os.mkdir(_BUILD + _OLD)
    pivot_root(_BUILD, _BUILD + _OLD)
    os.chdir("/")
    for link in links:
        _link(link)
    for path in (*visible, *_DEVICES):
        _show(path)
    if any(_is_inside(root, DATA) for root in order.roots):
        _mask(DATA)
        for root in order.roots:  # one of raftkit's own implementations, inside of what is hidden
            _show(root)
    for path in hidden_paths(order):
        _mask(path)
    os.makedirs(order.cwd, exist_ok=True)
    detach(_OLD)
    os.rmdir(_OLD)
    seal_mounts("/")
    os.chdir(order.cwd)


def _show(path: str) -> None:
    """Bind a file or folder of the machine to its place in the new root."""
    try:
        is_folder = stat.S_ISDIR(os.stat(_OLD + path).st_mode)
    except OSError:
        return
    if not os.path.lexists(path):
        if is_folder:
            os.makedirs(path)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
    mount(_OLD + path, path, flags=MS_BIND | (MS_REC if is_folder else 0))


def _link(path: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(os.readlink(_OLD + path), path)


def _mask(path: str) -> None:
    """Put nothing over something."""
    if os.path.isdir(path):
        mount("raftkit", path, "tmpfs", options=_MASK)
    elif os.path.exists(path):
        mount("/dev/null", path, flags=MS_BIND)


def _added_paths() -> list[str]:
    """Folders that the user has put on Python's path by hand."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [str(Path(path).resolve()) for path in given if path and Path(path).is_dir()]


def _mapped_files() -> list[str]:
    """The files that this process runs from, C libraries among them."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return []
    return [
        fields[5]
        for line in lines
        if len(fields := line.split(maxsplit=5)) == 6 and fields[5].startswith("/")
    ]


def _outermost(paths: set[str]) -> list[str]:
    """Paths without those that lie in others, and without the broad ones."""
    kept: list[str] = []
    for path in sorted(paths):
        if path in _BROAD or not os.path.exists(path):
            continue
        if not any(_is_inside(path, other) for other in kept):
            kept.append(path)
    return kept


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
