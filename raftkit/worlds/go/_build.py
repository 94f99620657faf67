"""Builds a lab's world, once for what its files say: into the user's cache, never beside the files."""

import hashlib
import os
import resource
import signal
import subprocess
import tempfile
from pathlib import Path
from shutil import rmtree

from raftkit.contract import Location, go_files
from raftkit.errors import ContractError
from raftkit.model import Clock
from raftkit.worlds.go._overlay import DRIVER, lay_over, sources
from raftkit.worlds.go._toolchain import Toolchain, find_toolchain
from raftkit.worlds.process import die_with_parent

BUILD_SECONDS = 900.0
"""How long a build may take: the first builds Go's own library as well, on a machine that may be busy."""
LISTEN_SECONDS = 0.2
MOST_PROGRAMS = 100
"""What is kept of what was built; each has some megabytes."""
LONGEST_WORDS = 8_000
"""Characters of what the compiler says."""

_waits = 0


def waited() -> int:
    """A number that grows while somebody waits for a build."""
    return _waits


def build(location: Location, clock: Clock) -> Path:
    """Return the world of a lab, for a clock, as a program; builds it unless that has been done.

    Raises:
        ContractError: The compiler's words, or there is no toolchain.
    """
    toolchain = find_toolchain()
    program = cache() / f"{_key(location, clock, toolchain)}.world"
    if program.exists():
        os.utime(program)  # it is in use: others go first
        return program
    folder = Path(tempfile.mkdtemp(prefix="build-", dir=cache()))
    try:
        built = folder / "world"
        overlay, mod = lay_over(location, clock, toolchain, folder)
        _compile(location, clock, toolchain, overlay, mod, built)
        os.replace(built, program)
    finally:
        rmtree(folder, ignore_errors=True)
    _clear_out(program.parent)
    return program


def _clear_out(folder: Path) -> None:
    """Remove what has not been used for the longest time."""
    programs = sorted(folder.glob("*.world"), key=lambda path: path.stat().st_mtime)
    for program in programs[:-MOST_PROGRAMS]:
        program.unlink(missing_ok=True)


def cache() -> Path:
    """The folder of what has been built; made when it is not there."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "raftkit" / "go"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ContractError(
            "there is no place for what is built",
            where=str(folder),
            found=error.strerror or str(error),
            wanted="a cache folder that can be written to",
            advice="set XDG_CACHE_HOME",
        ) from None
    return folder


def _key(location: Location, clock: Clock, toolchain: Toolchain) -> str:
    """What a build follows from, in one name."""
    digest = hashlib.sha256(f"{toolchain.version} {toolchain.root} {clock} {location.path}\n".encode())
    for file in [*sources(), *go_files(location.path, location.roots[0])]:
        digest.update(f"{file}\n".encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:32]


def _compile(
    location: Location, clock: Clock, toolchain: Toolchain, overlay: Path, mod: Path, built: Path
) -> None:
    tags = [] if clock is Clock.REAL else ["-tags", "faketime"]
    code, said = run_go(
        [
            toolchain.go, "build", *tags, "-overlay", str(overlay), "-modfile", str(mod),
            "-buildvcs=false", "-o", str(built), f"./{DRIVER}",
        ],
        location.roots[0],
    )  # fmt: skip
    if code:
        raise refusal(location.path.parent, said)


def run_go(command: list[str], folder: Path, *, with_c: bool = False) -> tuple[int, str]:
    """Run a command of Go's that builds something; return its exit code and what it said, untrusted.

    Args:
        command: The command, its program first.
        folder: Where to run it.
        with_c: Whether it may call a C compiler.
    """
    with tempfile.TemporaryFile() as words:
        running = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment() | ({"CGO_ENABLED": "1"} if with_c else {}),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            preexec_fn=_born,
            start_new_session=True,
        )
        code = _wait(running)
        words.seek(0)
        return code, words.read(LONGEST_WORDS * 4).decode("utf-8", "replace").strip()[:LONGEST_WORDS]


def _wait(running: subprocess.Popen[bytes]) -> int:
    global _waits
    try:
        for _ in range(int(BUILD_SECONDS / LISTEN_SECONDS)):
            try:
                return running.wait(LISTEN_SECONDS)
            except subprocess.TimeoutExpired:
                _waits += 1
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
    return 1


def _environment() -> dict[str, str]:
    """The user's, without what would change the build or fetch anything."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CGO_")}
    return {
        "GOCACHE": str(cache() / "objects"),
        **kept,
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOENV": "off",
        "GOWORK": "off",
        "GO111MODULE": "on",
        "GOOS": "",
        "GOARCH": "",
        "GOEXPERIMENT": "",
        "CGO_ENABLED": "0",
    }


def _born() -> None:
    """The compiler ends with whoever started it, and is not bound by what the runner's child may use."""
    die_with_parent(signal.SIGKILL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def refusal(package: Path, said: str) -> ContractError:
    """What is said of a package, a folder, that does not compile."""
    advice = ""
    if "no required module provides" in said or "is not in std" in said or "cannot find module" in said:
        advice = "raftkit downloads nothing: the package may import its own module and Go's standard library"
    elif f"/{DRIVER}" in said:
        advice = "the lab's interface is wanted: Make, Start, GetState and ApplyMsg as in its raft.go"
    return ContractError(
        f"{package.name}/ does not compile",
        where=str(package),
        found=said or "the compiler was stopped",
        wanted="a package that go build takes",
        advice=advice,
    )
