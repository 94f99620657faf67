"""The logger of an implementation: structlog, bound to its server, one method a topic.

    from raftkit.contract import log
    log.vote("granted", term=4, candidate=2)
    log = log.bind(peer=3)

The topics are the four-letter ones that people know from the blog post about debugging by pretty
printing. The time, the server and the order are the harness's to add. ``log.info``,
``log.warning`` and the other methods of any structlog logger work as well.
"""

import sys
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
    """A structlog logger with a method for each topic.

    As in structlog, the event may have ``%`` fields that are filled from further positional arguments, and
    everything else that belongs to the line is given by name.
    """

    def _say(self, topic: str, event: str | None, args: tuple[Any, ...], fields: dict[str, Any]) -> None:
        if args:
            event = str(event) % args
        self._proxy_to_logger("msg", event, _raftkit_topic=topic, **fields)

    def bind(self, **fields: Any) -> "TopicLogger":
        """A logger that adds these fields to every line."""
        return super().bind(**fields)

    def vote(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Voting."""
        self._say("VOTE", event, args, fields)

    def lead(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Leadership."""
        self._say("LEAD", event, args, fields)

    def term(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Terms."""
        self._say("TERM", event, args, fields)

    def log1(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Sending log entries."""
        self._say("LOG1", event, args, fields)

    def log2(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Receiving log entries."""
        self._say("LOG2", event, args, fields)

    def cmit(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Commits."""
        self._say("CMIT", event, args, fields)

    def pers(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Persistence."""
        self._say("PERS", event, args, fields)

    def snap(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Snapshots."""
        self._say("SNAP", event, args, fields)

    def drop(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """What is ignored."""
        self._say("DROP", event, args, fields)

    def timr(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Timers."""
        self._say("TIMR", event, args, fields)

    def clnt(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Clients."""
        self._say("CLNT", event, args, fields)

    def test(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """The tester."""
        self._say("TEST", event, args, fields)

    def info(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Information."""
        self._say("INFO", event, args, fields)

    def warn(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Warnings."""
        self._say("WARN", event, args, fields)

    def erro(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Errors."""
        self._say("ERRO", event, args, fields)

    def trce(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Details."""
        self._say("TRCE", event, args, fields)

    def exception(self, event: str | None = None, *args: Any, **fields: Any) -> None:
        """Errors, with the exception that is being handled."""
        error = sys.exc_info()[1]
        if error is not None:
            fields.setdefault("error", f"{type(error).__name__}: {error}")
        self._say("ERRO", event, args, fields)

    def log(self, level: int, event: str | None = None, *args: Any, **fields: Any) -> None:
        """By the standard library's levels."""
        topic = "TRCE" if level < 20 else "INFO" if level < 30 else "WARN" if level < 40 else "ERRO"
        self._say(topic, event, args, fields)

    debug = trce
    msg = info
    warning = warn
    error = erro
    fatal = erro
    critical = erro


def make_log(sink: Sink) -> TopicLogger:
    """A logger whose lines go to ``sink``."""

    def deliver(_: Any, __: str, event: Any) -> Any:
        topic = event.pop("_raftkit_topic")
        text = event.pop("event", None)
        event.pop("exc_info", None)
        sink(topic, "" if text is None else str(text), event)
        raise structlog.DropEvent

    return TopicLogger(None, processors=[deliver], context={})


def _print(topic: str, text: str, fields: dict[str, Any]) -> None:
    print(topic, text, *(f"{key}={value}" for key, value in fields.items()))


log = make_log(_print)
"""Outside the harness this prints; inside, each server's modules see one that is bound to it."""
