"""Untrusted text: whatever an implementation prints, the terminal obeys none of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raftkit.report.clean import clean, clean_lines


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colours"),
        pytest.param("\x1b[2K\x1b[1A  ... Passed", "  ... Passed", id="overwrite-a-verdict"),
        pytest.param("\x1b]0;a title\x07text", "text", id="window-title"),
        pytest.param("\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\", "click", id="hyperlink"),
        pytest.param("\x1bP+q544e\x1b\\text", "text", id="device-control"),
        pytest.param("\x9b31mred", "red", id="one-character-escape"),
        pytest.param("\x1bcreset", "reset", id="terminal-reset"),
        pytest.param("lone \x1b", "lone ", id="escape-at-the-end"),
        pytest.param("a\rb\x08c\x07d\x00e", "abcde", id="control-characters"),
        pytest.param("\u202egnirts\u2066", "gnirts", id="direction-marks"),
        pytest.param("zero\u200bwidth\ufeff", "zerowidth", id="zero-width"),
        pytest.param("half \ud83d", "half ", id="half-a-character"),
        pytest.param("tab\there", "tab here", id="tab"),
        pytest.param("Größe §5.2 → ok", "Größe §5.2 → ok", id="ordinary-text"),
    ],
)
def test_commands_are_removed_and_text_stays(text: str, harmless: str) -> None:
    assert clean_lines(text) == harmless


def test_one_line_stays_one_line() -> None:
    assert clean("two\nlines\r\nhere") == "two lines here"


@given(st.text())
def test_nothing_but_printable_text_is_left(text: str) -> None:
    for line in clean_lines(text).split("\n"):
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)
        line.encode()  # no half characters
