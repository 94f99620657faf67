"""The commands of ``docs/stress.md`` run, on less work."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "stress.md"
LIGHTER = (
    (r"(stress|bisect .*\.py) (2C TestBackup2B|2[ABC]|TestPersist22C)", r"\1 TestBasicAgree2B"),
    (r"stress -n", "stress TestBasicAgree2B -n"),
    (r"-n \d+", "-n 2"),
    (r"--seeds \S+", "--seeds 1..2"),
    (r"--for \S+", "--for 0.1s"),
)


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository with two versions of an implementation that fails at once, so that nothing takes long."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "impls" / "reference" / "raft.py", "reference.py")
    broken = "from reference import Raft as R\nclass Raft(R):\n    def start(self, command):\n        raise KeyError(1)\n"
    Path("my_raft.py").write_text(broken)
    Path("fixed.py").write_text("from reference import Raft as R\nclass Raft(R):\n    pass\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["commit", "-qm", "1"],
        ["commit", "-qm", "2", "--allow-empty"],
    ):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    Path("my_raft.py").write_text("from reference import Raft as R\nclass Raft(R):\n    pass\n")
    return tmp_path


@pytest.mark.parametrize("command", [line for line in commands() if "--resume" not in line])
def test_the_pages_commands_run(folder, raftkit, command):
    """And end as somebody who knows the implementation expects."""
    if "fixed.py" in command or "until-fail" in command:
        Path("my_raft.py").write_bytes(subprocess.check_output(["git", "show", "HEAD:my_raft.py"]))
    for pattern, text in LIGHTER:
        command = re.sub(pattern, text, command)
    done = raftkit(*shlex.split(command)[1:])
    assert (done.returncode, done.stderr) == (1 if "until-fail" in command else 0, ""), done.stdout
    for resuming in (line for line in commands() if "-o hunt" in command and "--resume" in line):
        assert raftkit(*shlex.split(resuming.replace("-n 40", "-n 3"))[1:]).returncode == 0
