"""A class of sixty: every way to hand in, every way to be right, wrong, empty, broken and hostile, and what each deserves.

``python tests/grade/a_class.py DIR`` makes it; the measurement that uses it is ``bench/grading.py``.
"""

import io
import re
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BROKEN, HOSTILE, IMPLS = ROOT / "tests/broken", ROOT / "tests/worlds_process/hostile", ROOT / "impls"
Files = dict[str, bytes]

FULL, REFUSED, NOTHING, OPEN = "full", "refused", "nothing", "open"
"""All points; no points, since nothing could be run; none, though all was; not known: the grader is asked."""

MUTANTS = {
    # by a test, whatever the seed
    "appends_a_no_op": "TestBasicAgree2B", "applies_only_the_newest": "TestConcurrentStarts2B",
    "applies_out_of_order": "TestCount2B", "applies_twice": "TestBasicAgree2B", "commits_alone": "TestFailNoAgree2B",
    "believes_leader_commit": "TestRejoin2B", "compares_lengths_alone": "TestRejoin2B",
    "fires_all_together": "TestInitialElection2A", "forgets_its_log": "TestPersist12C",
    "goes_back_in_time": "TestSnapshotBasic2D", "holds_lock_over_put": "TestSnapshotBasic2D",
    "never_answers": "TestBasicAgree2B", "never_elects": "TestInitialElection2A",
    "raises_in_a_handler": "TestFailAgree2B", "two_leaders": "TestReElection2A", "votes_twice": "TestManyElections2A",
}  # fmt: skip
"""Files of impls/mutants, and a test that each fails."""
CONVICTED = {
    # by a test, whatever the seed
    "exits_in_a_handler": "TestInitialElection2A", "exits_in_a_thread": "TestReElection2A",
    "ends_the_process": "TestInitialElection2A", "get_state_returns_text": "TestInitialElection2A",
    "keeps_the_lock": "TestInitialElection2A", "locks_in_two_orders": "TestBasicAgree2B",
    "raises_in_snapshot": "TestSnapshotBasic2D", "recurses_without_end": "TestInitialElection2A",
    "returns_nothing": "TestInitialElection2A", "start_returns_two_values": "TestBasicAgree2B",
}  # fmt: skip
"""Files of tests/broken, and a test that each fails."""
REFUSED_FILES = (
    "exits_at_import",
    "misspells_a_name",
    "opens_a_socket",
    "raises_at_import",
    "spins_at_import",
)
CHEATS = (
    "aborts", "exits_with_zero", "forges_a_verdict", "forges_leaders", "prints_passes", "reads_suites",
    "sends_a_bomb", "writes_garbage", "writes_outside",
)  # fmt: skip


@dataclass(frozen=True)
class Student:
    """One of them.

    Attributes:
        name: The name of what is handed in, without its ending.
        deserves: ``full``, ``refused``, ``nothing``, ``open``, or the test that it fails.
        files: What is handed in.
        pack: Writes that below a folder.
    """

    name: str
    deserves: str
    files: Files
    pack: Callable[[Path, Files], None]


def as_folder(path: Path, files: Files) -> None:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    path.mkdir(exist_ok=True)


def as_file(path: Path, files: Files) -> None:
    (data,) = files.values()
    path.with_name(f"{path.name}.py").write_bytes(data)


def as_zip(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path.with_name(f"{path.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def as_tar(path: Path, files: Files) -> None:
    with tarfile.open(path.with_name(f"{path.name}.tar.gz"), "w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def raw(ending: str, data: bytes) -> Callable[[Path, Files], None]:
    return lambda path, _: (path.with_name(path.name + ending).write_bytes(data), None)[1]


def source(path: Path) -> bytes:
    return path.read_bytes()


def the_class() -> list[Student]:
    """All sixty."""
    reference, asyncio_style = (
        source(IMPLS / "reference/raft.py"),
        source(IMPLS / "reference_asyncio/raft.py"),
    )
    package = {"raft/__init__.py": b"from raft.raft import Raft\n", "raft/raft.py": reference}
    junk = {"__MACOSX/._raft.py": b"\0\1", ".DS_Store": b"\0", "lab/__pycache__/raft.pyc": b"\0"}
    students = [
        Student("ada", FULL, {"raft.py": reference}, as_file),
        Student("barbara", FULL, {"raft.py": reference, "notes.txt": b"done"}, as_folder),
        Student("claude e.", FULL, {"lab/raft.py": reference, **junk}, as_zip),
        Student("dorothée", FULL, package, as_tar),
        Student("=HYPERLINK(0)", FULL, {"raft.py": reference}, as_zip),
        Student("eve\x1b[2J", FULL, {"impl/raft.py": reference, "README.md": b"#"}, as_folder),
        Student("edsger", FULL, {"raft.py": asyncio_style}, as_file),
        Student("frances", FULL, {"raft.py": asyncio_style}, as_tar),
        Student("grace", NOTHING, {"raft.py": source(IMPLS / "skeleton/raft.py")}, as_folder),
        Student("hedy", NOTHING, {"my/raft.py": source(IMPLS / "skeleton/raft.py")}, as_zip),
        Student("empty folder", REFUSED, {}, as_folder),
        Student("empty zip", REFUSED, {}, as_zip),
        Student("empty file", REFUSED, {"raft.py": b""}, as_file),
        Student("no python", REFUSED, {"main.go": b"package raft\n", "report.pdf": b"%PDF"}, as_folder),
        Student("does not compile", REFUSED, {"raft.py": b"class Raft:\n    def start(self\n"}, as_folder),
        Student("no utf-8", REFUSED, {"raft.py": b"# \xff\xfe\nclass Raft: pass\n"}, as_file),
        Student("damaged", REFUSED, {}, raw(".zip", b"PK\x03\x04 and no more")),
        Student("wrong archive", REFUSED, {}, raw(".rar", b"Rar!")),
        Student("climbs out", REFUSED, {"../../raft.py": reference}, as_zip),
        Student("bomb", REFUSED, {"raft.py": reference, "zeros": bytes(70 << 20)}, as_zip),
    ]  # fmt: skip
    students += [wrong(IMPLS / f"mutants/{name}.py", test) for name, test in MUTANTS.items()]
    students += [wrong(BROKEN / f"{name}.py", test) for name, test in CONVICTED.items()]
    students += [wrong(BROKEN / f"{name}.py", REFUSED) for name in REFUSED_FILES]
    students += [cheat(name, NOTHING) for name in CHEATS]
    return students


def wrong(path: Path, deserves: str) -> Student:
    files = {"raft.py": source(path), "reference.py": source(IMPLS / "reference/raft.py")}
    return Student(path.stem, deserves, files, as_folder)


def cheat(name: str, deserves: str) -> Student:
    return Student(
        name,
        deserves,
        {"raft.py": source(HOSTILE / f"{name}.py"), "base.py": source(HOSTILE / "base.py")},
        as_zip,
    )


def hand_in(students: Iterable[Student], folder: Path) -> None:
    """Write what they hand in."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for student in students:
        student.pack(folder / student.name, student.files)


def shown(name: str) -> str:
    """A name as it stands in the tables."""
    name = re.sub("\x1b\\[[0-9]*[A-Z]", "", name)
    return f"'{name}" if name.startswith("=") else name


if __name__ == "__main__":
    everybody = the_class()
    hand_in(everybody, Path(sys.argv[1]))
    sys.stdout.write(f"{len(everybody)} submissions in {sys.argv[1]}\n")
