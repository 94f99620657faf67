"""Makes untrusted text safe to print: no terminal commands, no tricks with direction.

An implementation chooses its exception messages, log lines and class names. Printed as they are,
they could move the cursor over a verdict, retitle the window or hide text.
"""

import re

_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)"  # OSC, DCS, SOS, PM, APC: strings for the terminal
    r"|\x9b[0-?]*[ -/]*[@-~]"  # CSI in one character
    r"|\x1b[ -/]*[0-~]?",  # any other escape
    re.DOTALL,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but not tab and newline
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # direction marks and zero-width characters
    "\ud800-\udfff]"  # halves of characters
)


def clean(text: str) -> str:
    """Return text as one line that is safe to print; a line break becomes a space."""
    return " ".join(clean_lines(text).split("\n")).strip()


def clean_lines(text: str) -> str:
    """Return text of several lines that is safe to print."""
    text = _SEQUENCES.sub("", text).replace("\r\n", "\n").expandtabs(4)
    return _INVISIBLE.sub("", text)
