"""Small Go packages with tests of their own, as a student's folder has them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from raftkit.errors import ContractError
from raftkit.worlds.go import find_toolchain

ROOT = Path(__file__).parents[2]
LAB = ROOT / "impls" / "go" / "2022"


def _has_go() -> bool:
    try:
        find_toolchain()
    except ContractError:
        return False
    return True


needs_go = pytest.mark.skipif(not _has_go(), reason="no Go toolchain here")


def make_package(folder: Path, tests: str, imports: str = "testing") -> Path:
    """A module with a package raft, whose one Go file besides its tests is ``type Raft struct{}``."""
    package = folder / "src" / "raft"
    package.mkdir(parents=True)
    (folder / "src" / "go.mod").write_text("module 6.824\n\ngo 1.15\n")
    (package / "raft.go").write_text("package raft\n\ntype Raft struct{}\n")
    lines = "".join(f'\t"{name}"\n' for name in imports.split())
    (package / "test_test.go").write_text(f"package raft\n\nimport (\n{lines})\n\n{tests}")
    return folder


def gotest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``raftkit gotest`` in a folder."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "raftkit", "gotest", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def results(folder: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    """Run it, and return what its JSON file says of each test."""
    report = folder / "report.json"
    done = gotest(folder, *arguments, "--json", str(report))
    assert report.is_file(), done.stdout + done.stderr
    return {test["id"]: test for test in json.loads(report.read_text())["tests"]}
