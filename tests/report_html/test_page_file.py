"""The file: whole or not there, the same for the same trace, and no place for what an implementation says."""

import base64
import gzip
import json
import re
from pathlib import Path

import msgspec
import pytest
from example_traces import FAILED, HOSTILE

import raftkit.trace
from raftkit.errors import RaftkitError
from raftkit.report.html import write_report

PAGE = Path(raftkit.__file__).parent / "report/html/page"


def element(page: str, name: str) -> str:
    (content,) = re.findall(rf'<script [^>]*id="{name}">(.*?)</script>', page, re.DOTALL)
    return content


def test_the_page_carries_every_line_of_the_trace(example, report):
    """As it is, but for numbers that JavaScript would round: those are text."""
    carried = gzip.decompress(base64.b64decode(element(report.read_text(), "trace")))
    exact = example.read_bytes().replace(str(2**63 - 1).encode(), f'"{2**63 - 1}"'.encode())
    assert carried == exact


def test_the_same_trace_gives_the_same_page(example, report, tmp_path):
    """No date, no path, no wall time: a page can be compared, and kept under version control."""
    result = FAILED | {"wall_seconds": 3.25, "trace_file": "/somewhere/trace.jsonl"}
    write_report(example, result, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == report.read_bytes()


def test_a_result_may_be_a_file_or_missing(example, report, tmp_path):
    """Traces that --trace keeps have no result beside them."""
    (tmp_path / "result.json").write_text(json.dumps(FAILED))
    write_report(example, tmp_path / "result.json", tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == report.read_bytes()
    write_report(example, None, tmp_path / "page.html")
    assert json.loads(element((tmp_path / "page.html").read_text(), "result")) == {}


@pytest.mark.parametrize("mark", ["{{trace}}", "{{result}}", "{{script}}", HOSTILE])
def test_nothing_in_a_result_breaks_out_of_its_place(example, tmp_path, mark):
    """Neither marks of our template nor of HTML."""
    page = tmp_path / "page.html"
    write_report(example, FAILED | {"id": mark, "reason": mark}, page)
    text = page.read_text()
    assert json.loads(element(text, "result"))["id"] == mark
    assert text.count("</script>") == 4
    assert "<img" not in text


def test_the_page_asks_for_nothing(report):
    """No address, no import, no handler in the markup; its policy forbids all but its own script and style."""
    text = report.read_text()
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|\bsrc=|<link|@import|\son\w+=", text.replace("http-equiv", ""))


BEGAN = '{"event":"test_began","at_ns":0,"schema_version":1,"test":"T","part":"2A","seed":1,"servers":3,"network":"reliable","service":"plain"}\n'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param("Hello\n", ":1: this is no event", id="not-json"),
        pytest.param('{"tests": []}\n', ":1: this is no event", id="another-json"),
        pytest.param("\x00\xff" * 9, "binary data", id="binary"),
        pytest.param(BEGAN + '{"event":"conn', ":2: the trace is cut off", id="truncated"),
        pytest.param(BEGAN + "null\n", ":2: this is no event", id="no-object"),
        pytest.param(BEGAN + '{"event":"connected"}\n', ":2: a damaged connected event", id="no-moment"),
        pytest.param(BEGAN + "[" * 100_000 + "\n", ":2: this is no event", id="nested"),
        pytest.param(BEGAN.replace('_version":1', '_version":2'), "written by a newer raftkit", id="newer"),
        pytest.param('{"event":"connected","at_ns":0,"server":0}\n', "its beginning is missing", id="tail"),
        pytest.param(None, "cannot be read", id="missing"),
    ],
)
def test_a_damaged_trace_is_refused_in_one_line(tmp_path, content, says):
    """And no page is left behind, nor half of one."""
    trace = tmp_path / "trace.jsonl"
    if content is not None:
        trace.write_text(content, encoding="latin-1")
    with pytest.raises(RaftkitError, match=says) as caught:
        write_report(trace, None, tmp_path / "page.html")
    assert "\n" not in str(caught.value)
    assert str(trace) in str(caught.value)
    assert not [path for path in tmp_path.iterdir() if path != trace]


@pytest.mark.parametrize("content", ["", "[]", "{", "null"])
def test_a_damaged_result_is_refused_in_one_line(example, tmp_path, content):
    """A result that is there but cannot be read is not the same as none."""
    result = tmp_path / "result.json"
    result.write_text(content)
    with pytest.raises(RaftkitError, match=r"result\.json: not a result"):
        write_report(example, result, tmp_path / "page.html")


def test_events_of_a_later_raftkit_are_carried(tmp_path):
    """A new kind of event does not make a trace unreadable."""
    (tmp_path / "trace.jsonl").write_text(BEGAN + '{"event":"moon_rose","at_ns":5,"server":1}')
    write_report(tmp_path / "trace.jsonl", None, tmp_path / "page.html")
    carried = gzip.decompress(base64.b64decode(element((tmp_path / "page.html").read_text(), "trace")))
    assert carried.endswith(b'{"event":"moon_rose","at_ns":5,"server":1}\n')


def test_every_event_has_a_sentence():
    """The page's vocabulary is that of raftkit.trace: a new event needs a line in events.js."""
    script = (PAGE / "events.js").read_text()
    known = set(re.findall(r"^  (\w+): \{ family:", script, re.MULTILINE))
    exported = (getattr(raftkit.trace, name) for name in raftkit.trace.__all__)
    events = [e for e in exported if isinstance(e, type) and issubclass(e, raftkit.trace.Event)]
    tags = {msgspec.inspect.type_info(event).tag for event in events}  # type: ignore[attr-defined]
    assert known == tags - {"Event", ""}  # the base, and what stands for events of a newer raftkit
