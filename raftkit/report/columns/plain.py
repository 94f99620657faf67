"""Logs that are text already: the lines made popular by the labs' blog post on debugging.

::

    008258 VOTE S0 -> S1 Sending request vote, T:3

Six digits count units of 100 µs, four letters name a topic, and the first ``S<n>`` is the server. Whatever
else is in the log (what the Go tester prints, a panic) stays as it is.
"""

import re
from collections.abc import Iterable, Iterator

from raftkit.model import US
from raftkit.report.clean import clean_lines
from raftkit.report.columns.line import LONGEST_TEXT, Line, Look, safe
from raftkit.trace import TraceError

UNIT_NS = 100 * US
_LINE = re.compile(
    r"(?:\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? )?(\d{4,18}) ([A-Z][A-Z0-9]{2,5}) (.*)", re.DOTALL
)
"""The date is what Go's ``log`` adds when its flags are left on."""
_SERVER = re.compile(r"\bS(\d{1,3})\b")
_TERM = re.compile(r"\b(?:T|[Tt]erm)[ :=]{0,2}(\d{1,9})\b")
_STATE_TOPICS = frozenset({"LEAD", "TERM"})
_BAD_TOPICS = frozenset({"ERRO", "DROP"})
_QUIET_TOPICS = frozenset({"TIMR", "PERS"})
_BAD = re.compile(r"^(panic:|fatal error:|--- FAIL|FAIL\b|\s*exit status)|\bDATA RACE\b")
_TEST = re.compile(r"^(Test \(|=== RUN|--- PASS|PASS\b|ok\s|\s+\.\.\. Passed)")


def plain_lines(lines: Iterable[bytes | None], name: str) -> Iterator[Line | None]:
    """Yield the lines of such a log; None says that no more come for now.

    Raises:
        TraceError: This is no text.
    """
    at_ns = 0
    for number, data in enumerate(lines, 1):
        if data is None:
            yield None
            continue
        if b"\x00" in data:
            raise TraceError("this is no log, but binary data", file=name, line=number)
        line = plain_line(data.decode("utf-8", "replace").rstrip("\r\n"), at_ns)
        at_ns = line.at_ns
        yield line


def plain_line(text: str, at_ns: int) -> Line:
    """Return one line; ``at_ns`` is the time of the one before, for those that have none."""
    found = _LINE.fullmatch(text)
    if found is None:
        return Line(at_ns, "TEST", _untouched(text), _raw_look(text), is_timed=False)
    topic, words = found[2], safe(found[3])
    at_ns = int(found[1]) * UNIT_NS
    server = _SERVER.search(words)
    if topic == "TEST" or server is None:
        return Line(at_ns, topic, words, Look.STEP)
    term = _TERM.search(words)
    line = Line(at_ns, topic, _without(words, server), _look(topic), int(server[1]))
    line.term = int(term[1]) if term else None
    return line


def _without(words: str, server: re.Match[str]) -> str:
    """Return the text without a server at its beginning: the column says that."""
    return words[server.end() :].lstrip() if server.start() == 0 else words


def _look(topic: str) -> Look:
    if topic in _STATE_TOPICS:
        return Look.STATE
    if topic in _BAD_TOPICS:
        return Look.BAD
    return Look.QUIET if topic in _QUIET_TOPICS else Look.PLAIN


def _raw_look(text: str) -> Look:
    if _BAD.search(text):
        return Look.FAILURE
    return Look.TEST if _TEST.search(text) else Look.RAW


def _untouched(text: str) -> str:
    """Return a line that is not ours: cleaned, but with its indentation."""
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]}… ({len(text)} characters)"
    return text if text.isprintable() else clean_lines(text).replace("\n", " ").rstrip()
