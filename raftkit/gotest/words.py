"""What Go's testing says about a test, among all that the test prints: ``--- FAIL: TestFigure82C (31.20s)``."""

import re
from dataclasses import dataclass

SHOWN_LINES = 30
"""Lines of a test's own output that a failure shows: the last ones, where it says what was wrong."""
LONGEST_LINE = 500
MARK = "\x16"
"""Before each line that is testing's own, when it speaks to a program."""
_FRAMES = str.maketrans("", "", "\x0e\x0f")
"""Around what t.Log and t.Fatal print."""
_END = rf"^{MARK}--- (?P<says>PASS|FAIL|SKIP): {{test}} \("
_COMPLAINT = re.compile(r"^\s+(?P<place>\S+\.go:\d+): (?P<text>.*)$", re.MULTILINE)
_HEADING = re.compile(r"^Test \(\w+\): (?P<title>.*?) ?\.\.\.", re.MULTILINE)
_NUMBERS = re.compile(r"^ +\.\.\. Passed -- +[\d.]+ +(\d+) +(\d+) +(\d+) +(\d+)$", re.MULTILINE)
_OWN = re.compile(r"^(?:=== |--- |PASS$|FAIL$|panic: |fatal error: |goroutine )")
_ASKED = "SIGQUIT: quit\n"
"""How the stacks begin that a process is asked for: wherever its last line had come to."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the lab's tester says of a test that passed; zeros where it says nothing, or something else."""

    servers: int = 0
    rpcs: int = 0
    bytes: int = 0
    commits: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """What was said.

    Attributes:
        says: ``PASS``, ``FAIL``, ``SKIP``; empty when the test came to no end.
        title: How the lab's tester calls the test; may be empty.
        complaint: Why it failed, with file and line, as t.Fatal said it first; may be empty.
        lines: The last lines that the test printed itself, before any dump.
        numbers: The lab's.
    """

    says: str
    title: str
    complaint: str
    lines: str
    numbers: Numbers


def read_words(text: str, test: str) -> Words:
    """Find them."""
    text = text.translate(_FRAMES)
    ends = [found["says"] for found in re.finditer(_END.format(test=re.escape(test)), text, re.MULTILINE)]
    heading, complaint = _HEADING.search(text), _COMPLAINT.search(text)
    found = _NUMBERS.search(text)
    return Words(
        says=ends[-1] if ends else "",
        title=heading["title"] if heading else "",
        complaint=f"{complaint['text']} ({complaint['place']})" if complaint else "",
        lines=_last_lines(text),
        numbers=Numbers(*map(int, found.groups())) if found else Numbers(),
    )


def _last_lines(text: str) -> str:
    """The test's own lines, without those of testing and of the runtime."""
    own = []
    for line in text.partition(_ASKED)[0].split("\n"):
        bare = line.removeprefix(MARK)
        if bare.startswith(("panic: ", "fatal error: ")):
            break
        if bare.strip() and not _OWN.match(bare):
            own.append(bare[:LONGEST_LINE])
    return "\n".join(own[-SHOWN_LINES:])
