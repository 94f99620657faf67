"""A line that an implementation logged, fixed columns: time, server, topic, text, fields."""

from zlib import crc32

from raftkit.model import SECOND
from raftkit.report.clean import clean

TOPIC_WIDTH = 10
_COLOURS = ("cyan", "magenta", "yellow", "blue", "green", "bright_cyan", "bright_magenta", "bright_blue")
_LOUD = {"error": "red", "critical": "bold red", "warning": "bright_yellow"}


def log_line(at_ns: int, server: int, topic: str, text: str, fields: dict[str, str]) -> str:
    """Return the line::

    2.314208s  S2  vote        granted                          term=4 to=1
    """
    pairs = " ".join(f"{clean(key)}={clean(value)}" for key, value in fields.items())
    topic = clean(topic)[:TOPIC_WIDTH]
    line = f"{at_ns / SECOND:11.6f}s  S{server:<2} {topic:<{TOPIC_WIDTH}}  {clean(text):<40}  {pairs}"
    return line.rstrip()


def topic_style(topic: str) -> str:
    """Return the style of a topic: always the same for the same word."""
    return _LOUD.get(topic.lower()) or _COLOURS[crc32(topic.encode("utf-8", "replace")) % len(_COLOURS)]
