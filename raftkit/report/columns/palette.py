"""Colours: a topic's is the same in every log. The topics' own are those of the labs' blog post."""

from zlib import crc32

RESET = "\x1b[0m"
TOPICS = {
    "TIMR": 246,
    "VOTE": 73,
    "LEAD": 179,
    "TERM": 113,
    "LOG1": 68,
    "LOG2": 66,
    "CMIT": 133,
    "PERS": 173,
    "SNAP": 208,
    "DROP": 203,
    "CLNT": 35,
    "TEST": 198,
    "WARN": 173,
    "ERRO": 196,
    "TRCE": 196,
    "BEAT": 246,
    "RPCS": 68,
}
"""Numbers in the palette of 256 colours, readable on dark and on light."""
_OTHERS = (73, 113, 133, 66, 179, 35, 168, 68)
DIM, BOLD, GOOD, BAD = "2", "1", "32", "31"


def topic_code(topic: str) -> str:
    """Return a topic's colour, as the middle of an escape sequence."""
    if topic in ("INFO", "PRNT"):
        return ""
    number = TOPICS.get(topic)
    if number is None:
        number = _OTHERS[crc32(topic.encode("utf-8", "replace")) % len(_OTHERS)]
    return f"38;5;{number}"


def joined(*codes: str) -> str:
    """Join codes into one."""
    return ";".join(code for code in codes if code)


def paint(text: str, code: str) -> str:
    """Return text in a colour."""
    return f"\x1b[{code}m{text}{RESET}" if code and text else text
