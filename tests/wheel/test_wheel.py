"""The wheel holds all that the command needs: suites, schema, implementations, skeleton, page."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("raftkit_lab-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def raftkit(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command from the wheel's files, in another folder."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-m", "raftkit", *arguments],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_the_reference_passes_from_another_folder(installed, tmp_path):
    """Suites and implementations are found in the package."""
    done = raftkit(installed, tmp_path, "test", "2A", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS  3 passed" in done.stdout


def test_a_new_lab_can_be_tested(installed, tmp_path):
    """The skeleton is copied, and fails for the right reason."""
    assert raftkit(installed, tmp_path, "new", "mylab").returncode == 0
    done = raftkit(installed, tmp_path, "test", "2A", "--impl", "mylab/raft.py", "--seed", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "expected one leader, got none" in done.stdout


def test_a_failure_can_be_drawn(installed, tmp_path):
    """The timeline's page is in the package."""
    raftkit(installed, tmp_path, "test", "TestInitialElection2A", "--impl", "skeleton", "--seed", "1")
    done = raftkit(installed, tmp_path, "timeline")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / done.stdout.strip()).stat().st_size > 50_000


def test_an_autograder_can_be_made(installed, tmp_path):
    """Its scripts are in the package, and what it holds in turn is whole: suites, templates and scripts."""
    done = raftkit(installed, tmp_path, "grade", "init-gradescope", "new")
    assert done.returncode == 0, done.stdout + done.stderr
    package = tmp_path / "new/package/raftkit"
    for file in ("_data/suites/2A.yaml", "grade/pages/page/student.html", "grade/gradescope_folder/setup.sh"):
        assert (package / file).is_file()


def test_the_package_is_the_wheels(installed, tmp_path):
    """The tests above test something."""
    done = raftkit(installed, tmp_path, "doctor")
    assert str(installed) in done.stdout


def test_the_wheel_names_its_dependencies(installed):
    """And offers the command and the pytest plugin."""
    (metadata,) = installed.glob("*.dist-info")
    text = (metadata / "METADATA").read_text()
    for name in (
        "typer",
        "rich",
        "pytest",
        "pytest-xdist",
        "pyyaml",
        "structlog",
        "msgspec",
        "greenlet",
        "jinja2",
    ):
        assert f"Requires-Dist: {name}" in text
    entry_points = (metadata / "entry_points.txt").read_text()
    assert "raftkit = raftkit.cli:main" in entry_points
    assert "raftkit = raftkit.plugin" in entry_points
