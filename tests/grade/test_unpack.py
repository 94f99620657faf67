"""Unpacking: whatever an archive holds, plain files land in their folder, and nothing lands elsewhere."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from raftkit.grade import archive as archives
from raftkit.grade.archive import SubmissionError
from raftkit.grade.unpack import unpack

DIGEST = "6b1b9c2590ea011520cb843a9a42876c1b058f13c580be062fb86227ede44ead"
"""Of names and contents, not of their wrapping."""


def zipped(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def tarred(path: Path, *members: tarfile.TarInfo, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, size
    return info


def link_in_zip(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def everything_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_files_come_out_as_they_went_in(tmp_path: Path, kind: str) -> None:
    """With the same digest, whatever they came in."""
    files = {"lab/raft.py": b"class Raft: ...\n", "lab/größe.txt": b"\0" * 100_000}
    source = tmp_path / ("alice" if kind == "folder" else f"alice.{kind}")
    if kind == "folder":
        for name, data in files.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(data)
    elif kind == "zip":
        zipped(source, *files.items())
    else:
        with tarfile.open(source, f"w:{kind.removeprefix('tar').removeprefix('.')}") as archive:
            for name, data in files.items():
                archive.addfile(member(name, size=len(data)), io.BytesIO(data))
    found = unpack(source, tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in found.files} == files
    assert found.digest == DIGEST


def test_junk_of_systems_and_editors_is_left_out(tmp_path: Path) -> None:
    """macOS packs a shadow of every file."""
    names = [
        "raft.py",
        "__MACOSX/._raft.py",
        ".DS_Store",
        "._raft.py",
        "__pycache__/raft.pyc",
        ".git/HEAD",
        "venv/x.py",
    ]
    found = unpack(zipped(tmp_path / "a.zip", *((name, b"x") for name in names)), tmp_path / "out")
    assert found.files == ("raft.py",)


OUTSIDE = [
    pytest.param("../raft.py", "outside", id="up"),
    pytest.param("lab/../../raft.py", "outside", id="up-later"),
    pytest.param("/etc/raft.py", "outside", id="absolute"),
    pytest.param("..\\raft.py", "outside", id="backslash"),
    pytest.param("a\x1b[2Jb.py", "control characters", id="terminal"),
    pytest.param("/".join("a" * 20) + "/raft.py", "nested", id="deep"),
    pytest.param("a" * 250 + ".py", "longer than", id="long"),
]


@pytest.mark.parametrize(("name", "message"), OUTSIDE)
def test_a_name_that_leads_astray_is_refused_and_writes_nothing(
    tmp_path: Path, name: str, message: str
) -> None:
    """Neither here nor there."""
    before = everything_below(tmp_path)
    source = zipped(tmp_path / "a.zip", (name, b"x"))
    with pytest.raises(SubmissionError, match=message):
        unpack(source, tmp_path / "deep/er/out")
    assert everything_below(tmp_path) - before <= {"a.zip", "deep", "deep/er", "deep/er/out"}


def test_links_and_devices_are_left_out_and_told(tmp_path: Path) -> None:
    """In a tar, in a zip and in a folder: what they point at is never read, and nothing is written through them."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    tar = tarred(
        tmp_path / "a.tar",
        member("lab", tarfile.SYMTYPE, str(tmp_path)),
        member("hard.py", tarfile.LNKTYPE, str(secret)),
        member("null", tarfile.CHRTYPE),
        member("pipe", tarfile.FIFOTYPE),
        member("raft.py", size=3),
        member("lab/secret", size=9),
    )
    found = unpack(tar, tmp_path / "tar")
    assert (found.files, found.links) == (("lab/secret", "raft.py"), ("hard.py", "lab", "null", "pipe"))
    found = unpack(zipped(tmp_path / "a.zip", (link_in_zip("l.py"), b"../secret")), tmp_path / "zip")
    assert (found.files, found.links) == ((), ("l.py",))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "raft.py").symlink_to(secret)
    (folder / "all").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    found = unpack(folder, tmp_path / "copy")
    assert (found.files, found.links) == ((), ("all", "pipe", "raft.py"))
    assert secret.read_text() == "secret"


def test_a_submission_that_is_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    """It would be somebody else's."""
    (tmp_path / "alice").symlink_to("/etc")
    os.mkfifo(tmp_path / "bob.py")
    for name in ("alice", "bob.py"):
        with pytest.raises(SubmissionError):
            unpack(tmp_path / name, tmp_path / f"out-{name}")


BOMBS = ["zip", "tar.gz", "tar.bz2", "tar.xz"]


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_ends_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A few kilobytes that claim to be megabytes, or more."""
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    monkeypatch.setattr("raftkit.grade.unpack.MOST_BYTES", 1 << 20)
    source = tmp_path / f"bomb.{kind}"
    if kind == "zip":
        zipped(source, ("zeros.py", bytes(4 << 20)))
    else:
        plain = tarred(tmp_path / "plain.tar", member("zeros.py", size=4 << 20)).read_bytes()
        pack = {"tar.gz": gzip.compress, "tar.bz2": bz2.compress, "tar.xz": lzma.compress}[kind]
        source.write_bytes(pack(plain))
    with pytest.raises(SubmissionError, match="more than 1 MiB"):
        unpack(source, tmp_path / "out")
    written = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert written <= 1 << 20


def test_a_zip_that_lies_about_a_files_size_is_bounded_by_what_comes_out(tmp_path: Path, monkeypatch) -> None:
    """The header says 10 bytes."""
    monkeypatch.setattr("raftkit.grade.unpack.MOST_BYTES", 1 << 20)
    data = zipped(tmp_path / "a.zip", ("zeros.py", bytes(4 << 20))).read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(struct.pack("<L", 4 << 20), struct.pack("<L", 10)))
    with pytest.raises(SubmissionError):
        unpack(tmp_path / "a.zip", tmp_path / "out")


def test_too_many_files_and_too_large_an_index_are_refused(tmp_path: Path, monkeypatch) -> None:
    """Before the archive has cost more than it is worth."""
    many = zipped(tmp_path / "many.zip", *((f"{n}.py", b"") for n in range(2100)))
    with pytest.raises(SubmissionError, match="more than 2000 files"):
        unpack(many, tmp_path / "out")
    monkeypatch.setattr(archives, "MOST_INDEX_BYTES", 1000)
    with pytest.raises(SubmissionError, match="more files than"):
        unpack(many, tmp_path / "again")


def whole(path: Path) -> Path:
    if path.suffix == ".zip":
        return zipped(path, ("raft.py", b"".join(bytes([n % 251]) * 7 for n in range(5000))))
    return tarred(
        path, member("raft.py", size=5000), mode=f"w:{path.name.partition('.tar')[2].removeprefix('.')}"
    )


def harmed(data: bytes, harm: str) -> bytes:
    third = len(data) // 3
    return {
        "cut": data[: len(data) // 2],
        "flipped": data[:third]
        + bytes(byte ^ 0x5A for byte in data[third : third + 40])
        + data[third + 40 :],
        "noise": b"noise" * 500,
        "empty": b"",
    }[harm]


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.bz2", "tar.xz"])
@pytest.mark.parametrize("harm", ["cut", "flipped", "noise", "empty"])
def test_a_damaged_archive_is_its_authors(tmp_path: Path, kind: str, harm: str) -> None:
    """Whatever the library says, and whenever: a sentence, and no point lost to our fault."""
    source = whole(tmp_path / f"a.{kind}")
    source.write_bytes(harmed(source.read_bytes(), harm))
    with pytest.raises(SubmissionError):
        unpack(source, tmp_path / "out")


@pytest.mark.parametrize("harm", ["cut", "noise", "empty"])
def test_a_tar_has_no_checksum_but_ends_where_it_should(tmp_path: Path, harm: str) -> None:
    """What is cut off is not graded as if it were whole."""
    source = whole(tmp_path / "a.tar")
    source.write_bytes(harmed(source.read_bytes()[: 512 + 5000], harm))
    with pytest.raises(SubmissionError):
        unpack(source, tmp_path / "out")
