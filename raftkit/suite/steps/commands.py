"""Steps that hand commands to servers, and wait for their agreement."""

# ruff: noqa: RUF009  (value(), saves() and declared() make a dataclasses.field)

from dataclasses import dataclass

from raftkit.suite._cluster import Command
from raftkit.suite._context import Context
from raftkit.suite._fields import Fielded, GroupSpec, declared, saves, value
from raftkit.suite._specs import Saved
from raftkit.suite._step import Step, step
from raftkit.suite.expressions import (
    COMMAND,
    GROUPS,
    NUMBER,
    NUMBERS,
    SERVERS,
    TRUTH,
    Binary,
    Call,
    Expression,
    Kind,
    Name,
    Range,
    Scope,
    Value,
    show,
    words,
)
from raftkit.suite.steps._counts import MAX_TIMES, check_count, count_of


@dataclass(frozen=True, kw_only=True)
class Expected(Fielded):
    """What the answer to a command must be."""

    accepted: Expression | None = value(
        TRUTH, "Whether the server must take the command as leader.", optional=True
    )
    index: Expression | None = value(NUMBERS, "The log index it must get.", optional=True)

    def words(self, n: int | None) -> str:
        """Say what must be."""
        accepted = self.accepted.constant(n) if self.accepted else None
        parts = []
        if self.accepted:
            constant = {True: "accepted", False: "refused"}
            known = constant[accepted] if isinstance(accepted, bool) else None
            parts.append(known or f"accepted: {self.accepted.words(n)}")
        if self.index:
            parts.append(f"index {self.index.words(n)}")
        return "must be " + ", at ".join(parts) if parts else ""


def allows(allowed: Value, number: int) -> bool:
    """Decide whether a number, a range or a list of numbers allows a number."""
    if isinstance(allowed, Range):
        return (
            isinstance(allowed.low, int)
            and isinstance(allowed.high, int)
            and allowed.low <= number <= allowed.high
        )
    return number in allowed if isinstance(allowed, list | tuple) else number == allowed


@dataclass(frozen=True, slots=True)
class _Answer:
    server: int
    command: Command
    index: int | None
    term: int | None
    accepted: bool


@step("agree")
@dataclass(frozen=True, kw_only=True)
class Agree(Step):
    """Offer a command to the connected servers in turn until one accepts it and enough have applied it."""

    command: Expression = value(COMMAND, "What to agree on.")
    servers: Expression = value(NUMBER, "How many servers must have applied it; a list counts by its size.")
    retry: Expression = value(
        TRUTH, "Whether to offer it again, for up to 10 s, when it is not applied in 2 s.", default="false"
    )
    index: Expression | None = value(NUMBERS, "The log index that it must get.", optional=True)
    save: Saved | None = saves(Kind.NUMBER, "Variable for the log index.")

    def run(self, context: Context) -> None:
        """Agree, then look at the index."""
        command = context.command(self.command)
        index = context.cluster.agree(command, context.number(self.servers), context.truth(self.retry))
        if self.index is not None and not allows(allowed := context.value(self.index), index):
            raise context.fail(
                "WrongIndex",
                f"command {show(command)} was agreed on at index {index}",
                expected=f"index {show(allowed)}",
                observed=f"index {index}",
                advice="does every command take one log entry, and is the first index 1?",
            )
        context.save(self.save, index)

    def words(self, n: int | None) -> str:
        """Say what, by how many, and how patiently."""
        text = f"agree on {command_words(self.command, n)}, applied by {servers_words(self.servers, n)}"
        retry = self.retry.constant(n)
        if retry is not False:
            text += ", offered again until it is" if retry else f"; retry: {self.retry.words(n)}"
        if self.index is not None:
            text += f", at index {self.index.words(n)}"
        return text + _saved(self.save)


@step("start")
@dataclass(frozen=True, kw_only=True)
class Start(Step):
    """Hand a command to servers by their start() and do not wait for agreement; a leader accepts it."""

    server: Expression = value(SERVERS, "Whom to ask: one server, or each of several, such as `each_alive`.")
    command: Expression = value(COMMAND, "The command; `random` and ranges are drawn anew each time.")
    times: Expression = value(NUMBER, "How many commands each server is handed.", default="1")
    expect: Expected | None = declared(
        GroupSpec(doc="What every answer must be.", of=Expected), optional=True
    )
    only_among: Expression | None = value(
        SERVERS, "Pay heed only to acceptance by these servers.", optional=True
    )
    save_index: Saved | None = saves(Kind.NUMBER, "Variable for the log index in the deciding answer.")
    save_term: Saved | None = saves(Kind.NUMBER, "Variable for the term in the deciding answer.")
    save_accepted: Saved | None = saves(Kind.TRUTH, "Variable for whether the command was accepted.")
    save_accepted_by: Saved | None = saves(
        Kind.SERVER, "Variable for the server that accepted last, or none."
    )

    def check(self, scope: Scope) -> None:
        """Refuse absurd numbers."""
        check_count(self.times, scope, MAX_TIMES)
        Step.check(self, scope)

    def run(self, context: Context) -> None:
        """Ask each server; the last that accepts decides, else the last that answers."""
        deciding: _Answer | None = None
        for server in context.servers(self.server):
            for _ in range(count_of(self.times, context, MAX_TIMES)):
                answer = self._ask(context, server)
                if answer.accepted or deciding is None or not deciding.accepted:
                    deciding = answer
        context.save(self.save_index, deciding.index if deciding else None)
        context.save(self.save_term, deciding.term if deciding else None)
        accepted = deciding is not None and deciding.accepted
        context.save(self.save_accepted, accepted)
        context.save_server(self.save_accepted_by, deciding.server if deciding and accepted else None)

    def _ask(self, context: Context, server: int) -> _Answer:
        command = context.command(self.command)
        reply = context.cluster.start(server, command)
        if reply is None:
            answer = _Answer(server, command, None, None, False)
        else:
            answer = _Answer(server, command, *reply)
        if self.expect is not None:
            self._judge(context, self.expect, answer)
        if answer.accepted and self.only_among is not None and server not in context.servers(self.only_among):
            return _Answer(server, command, answer.index, answer.term, False)
        return answer

    def _judge(self, context: Context, expect: Expected, answer: _Answer) -> None:
        said = "is down" if answer.term is None else ("accepted" if answer.accepted else "refused")
        asked = f"start({show(answer.command)}) on server {answer.server}"
        if expect.accepted is not None and (wanted := context.truth(expect.accepted)) is not answer.accepted:
            raise context.fail(
                "StartRefused" if wanted else "StartAccepted",
                f"{asked} was {said}" if answer.term is not None else f"{asked}: it {said}",
                expected="the server takes the command as leader"
                if wanted
                else "the server refuses: it does not lead",
                observed=f"{said}, in term {answer.term}",
                advice="start() must answer at once with what the server itself believes (Raft §5.3)",
            )
        if expect.index is not None and not (
            answer.index is not None and allows(allowed := context.value(expect.index), answer.index)
        ):
            allowed = context.value(expect.index)
            raise context.fail(
                "WrongIndex",
                f"{asked} gave index {answer.index}",
                expected=f"index {show(allowed)}",
                observed=f"index {answer.index}, in term {answer.term}",
                advice="start() returns the index that the command will have if it is ever committed",
            )

    def words(self, n: int | None) -> str:
        """Say what, on whom, and what must come of it."""
        times = "" if self.times.constant(n) == 1 else f", {self.times.words(n)} times"
        text = f"start {command_words(self.command, n)} on {self.server.words(n)}{times}"
        if self.expect:
            text += f": {self.expect.words(n)}"
        if self.save_accepted_by:
            among = f" among {self.only_among.words(n)}" if self.only_among else ""
            text += f"; the last{among} that accepts is `{self.save_accepted_by.name}`"
        others = [s.name for s in (self.save_index, self.save_term, self.save_accepted) if s]
        return text + (f"; save {', '.join(f'`{name}`' for name in others)}" if others else "")


@step("wait_committed")
@dataclass(frozen=True, kw_only=True)
class WaitCommitted(Step):
    """Wait up to about 20 s until enough servers have applied an index; fewer by then is a failure."""

    index: Expression = value(NUMBER, "The log index.")
    servers: Expression = value(NUMBER, "How many servers must have applied it.")
    start_term: Expression | None = value(
        NUMBER, "Give up, saving none, as soon as a server is in a later term than this.", optional=True
    )
    command: Expression | None = value(COMMAND, "The command that must be there.", optional=True)
    save: Saved | None = saves(Kind.ANY, "Variable for the command, or none when the term moved on.")

    def run(self, context: Context) -> None:
        """Wait, then look at the command."""
        index = context.number(self.index)
        term = None if self.start_term is None else context.number(self.start_term)
        found = context.cluster.wait_committed(index, context.number(self.servers), term)
        if (
            self.command is not None
            and found is not None
            and found != (wanted := context.command(self.command))
        ):
            raise context.fail(
                "WrongCommand",
                f"index {index} holds another command than the one that was started there",
                expected=f"command {show(wanted)}",
                observed=f"command {show(found)}",
                advice="an entry that a leader of this term appended may only be replaced in a later term",
            )
        context.save(self.save, found)

    def words(self, n: int | None) -> str:
        """Say what is waited for."""
        text = f"wait until index {self.index.words(n)} is applied by {servers_words(self.servers, n)}"
        if self.start_term is not None:
            text += f", or a term is past {self.start_term.words(n)}"
        if self.command is not None:
            text += f"; it must be {command_words(self.command, n)}"
        return text + _saved(self.save)


def command_words(command: Expression, n: int | None) -> str:
    """Call a command what it is: drawn, or written out."""
    match command.node:
        case Name(name="random"):
            return "a random command"
        case Call(function="random_string"):
            return f"a random text of {words(command.node.arguments[0], n)} characters"
        case Binary(operator=".."):
            return f"a random command {command.words(n)}"
    return f"command {command.words(n)}"


def servers_words(servers: Expression, n: int | None) -> str:
    """Say how many servers."""
    if isinstance(servers.node, Name) and servers.node.name in GROUPS:
        return GROUPS[servers.node.name]
    count = servers.constant(n)
    return f"{servers.words(n)} {'server' if count == 1 else 'servers'}"


def _saved(saved: Saved | None) -> str:
    return f"; save `{saved.name}`" if saved else ""
