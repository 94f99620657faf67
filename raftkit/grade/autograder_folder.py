"""Makes the folder that becomes a Gradescope autograder: raftkit itself, the rubric, and the two scripts.

The distribution cannot be had from a package index, so the package lies in the folder as it runs here, and its
dependencies are named in the versions that it runs with here. Only building the image needs the network.
"""

import re
import shutil
from importlib.metadata import requires, version
from importlib.resources import files
from pathlib import Path

import raftkit
from raftkit.grade.asked import GradeError
from raftkit.grade.rubric import Rubric
from raftkit.grade.rubric_file import load_rubric
from raftkit.suite import suites_dir

DISTRIBUTION = "raftkit-lab"
RUBRIC_FILE = "rubric.yaml"
PACKAGE = "package/raftkit"
SCRIPTS = ("setup.sh", "run_autograder")
SAMPLES = files("raftkit.grade") / "gradescope_folder"
JUNK = shutil.ignore_patterns("__pycache__", "*.pyc")


def make_autograder(folder: Path, rubric_file: Path | None) -> Rubric:
    """Write the folder; return the rubric in it.

    Args:
        folder: It must not exist, or be empty.
        rubric_file: The rubric; None for one to start from. Suites that it names are copied, too.

    Raises:
        SuiteError: The rubric is refused.
        GradeError: A suite of it lies outside of its folder.
        OSError: It cannot be written.
    """
    with_suites = _with_suites(rubric_file) if rubric_file else []
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES.iterdir():
        (folder / sample.name).write_text(sample.read_text(encoding="utf-8"), encoding="utf-8")
    for script in SCRIPTS:
        (folder / script).chmod(0o755)
    for source, name in with_suites:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)
    package = folder / PACKAGE
    shutil.copytree(Path(raftkit.__file__).parent, package, ignore=JUNK)
    shutil.copytree(suites_dir(), package / "_data/suites", ignore=JUNK, dirs_exist_ok=True)
    (folder / "requirements.txt").write_text("".join(f"{line}\n" for line in requirements()))
    return load_rubric(folder / RUBRIC_FILE)


def requirements() -> list[str]:
    """Return the package's own dependencies, each in the version that is installed here."""
    needed = [text for text in requires(DISTRIBUTION) or [] if "extra ==" not in text]
    names = [re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0] for text in needed]
    return [f"{name}=={version(name)}" for name in names]


def _with_suites(rubric_file: Path) -> list[tuple[Path, str]]:
    """The rubric and the suites beside it, with what each is called in the folder."""
    rubric = load_rubric(rubric_file)
    beside = rubric_file.resolve().parent
    own = {Path(test.test.suite).resolve() for test in rubric.tests}
    found = [(rubric_file, RUBRIC_FILE)]
    for suite in sorted(suite for suite in own if not suite.is_relative_to(suites_dir().resolve())):
        if not suite.is_relative_to(beside):
            raise GradeError(f"{suite} lies outside of {beside}\n  try: put the suite beside the rubric")
        found.append((suite, suite.relative_to(beside).as_posix()))
    return found
