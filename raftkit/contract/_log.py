"""The logger of an implementation: structlog, bound to its server, one method a topic.

    from raftkit.contract import log
    log.vote("granted", term=4, candidate=2)
    log = log.bind(peer=3)

The topics are the four-letter ones that people know from the blog post about debugging by pretty
printing. The time, the server and the order are the harness's to add. ``log.info``,
``log.warning`` and the other methods of any structlog logger work as well.
"""

from collections.abc import Callable
from typing import Any

import structlog

TOPICS = {
    "VOTE": "voting",
    "LEAD": "leadership",
    "TERM": "terms",
    "LOG1": "sending log entries",
    "LOG2": "receiving log entries",
    "CMIT": "commits",
    "PERS": "persistence",
    "SNAP": "snapshots",
    "DROP": "what is ignored",
    "TIMR": "timers",
    "CLNT": "clients",
    "TEST": "the tester",
    "INFO": "information",
    "WARN": "warnings",
    "ERRO": "errors",
    "TRCE": "details",
}
"""Topic and meaning."""

Sink = Callable[[str, str, dict[str, Any]], None]
"""Takes topic, text and fields of one line."""


class TopicLogger(structlog.BoundLoggerBase):
    """A structlog logger with a method for each topic."""

    def _say(self, topic: str, event: str, fields: dict[str, Any]) -> Any:
        return self._proxy_to_logger("msg", event, topic=topic, **fields)

    def bind(self, **fields: Any) -> "TopicLogger":
        """A logger that adds these fields to every line."""
        return super().bind(**fields)

    def vote(self, event: str, **fields: Any) -> None:
        """Voting."""
        self._say("VOTE", event, fields)

    def lead(self, event: str, **fields: Any) -> None:
        """Leadership."""
        self._say("LEAD", event, fields)

    def term(self, event: str, **fields: Any) -> None:
        """Terms."""
        self._proxy_to_logger("msg", event, topic="TERM", **fields)

    def log1(self, event: str, **fields: Any) -> None:
        """Sending log entries."""
        self._say("LOG1", event, fields)

    def log2(self, event: str, **fields: Any) -> None:
        """Receiving log entries."""
        self._say("LOG2", event, fields)

    def cmit(self, event: str, **fields: Any) -> None:
        """Commits."""
        self._say("CMIT", event, fields)

    def pers(self, event: str, **fields: Any) -> None:
        """Persistence."""
        self._say("PERS", event, fields)

    def snap(self, event: str, **fields: Any) -> None:
        """Snapshots."""
        self._say("SNAP", event, fields)

    def drop(self, event: str, **fields: Any) -> None:
        """What is ignored."""
        self._say("DROP", event, fields)

    def timr(self, event: str, **fields: Any) -> None:
        """Timers."""
        self._say("TIMR", event, fields)

    def clnt(self, event: str, **fields: Any) -> None:
        """Clients."""
        self._say("CLNT", event, fields)

    def test(self, event: str, **fields: Any) -> None:
        """The tester."""
        self._say("TEST", event, fields)

    def info(self, event: str, **fields: Any) -> None:
        """Information."""
        self._say("INFO", event, fields)

    def warn(self, event: str, **fields: Any) -> None:
        """Warnings."""
        self._say("WARN", event, fields)

    def erro(self, event: str, **fields: Any) -> None:
        """Errors."""
        self._say("ERRO", event, fields)

    def trce(self, event: str, **fields: Any) -> None:
        """Details."""
        self._say("TRCE", event, fields)

    debug = trce
    msg = info
    warning = warn
    error = erro
    critical = erro
    exception = erro


def make_log(sink: Sink) -> TopicLogger:
    """A logger whose lines go to ``sink``."""

    def deliver(_: Any, __: str, event: Any) -> Any:
        topic = event.pop("topic")
        sink(topic, str(event.pop("event")), event)
        raise structlog.DropEvent

    return TopicLogger(None, processors=[deliver], context={})


def _print(topic: str, text: str, fields: dict[str, Any]) -> None:
    print(topic, text, *(f"{key}={value}" for key, value in fields.items()))


log = make_log(_print)
"""Outside the harness this prints; inside, each server's modules see one that is bound to it."""
