"""Rules: what becomes of the messages that they are aimed at, on top of the network's own weather.

A rule draws from a random stream of its own, so that it leaves the fates of all other messages alone. The
first that loses a message decides; delays add up, and so do copies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from raftkit.model import MS
from raftkit.trace.messages import Kind, kind_of, number

Link = tuple[int, int]
"""From whom to whom: one direction of a cable."""
Bite = Callable[[str], None]
"""Told in words, whenever a rule has an effect."""
LEARNS_AFTER_MS = (0, 6_999)
"""How long the caller waits to learn that its call fell into a cut link: as when nobody is there."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a reply, when it is sent; ``args`` are the request's, as plain data, in both cases."""

    sender: int
    receiver: int
    is_reply: bool
    method: str
    args: Any

    @property
    def link(self) -> Link:
        """The way that it takes."""
        return self.sender, self.receiver

    def __str__(self) -> str:
        what = "reply" if self.is_reply else "request"
        return f"the {what} of {self.method} from S{self.sender} to S{self.receiver}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What rules make of a message.

    Attributes:
        lost: Why it never arrives; empty when it does.
        learns_ns: For a lost one: after how long the caller is told that its call has failed.
        delay_ns: How much later than usual it arrives.
        copies_ns: For each further copy of a request: how long after the first it arrives.
        why: Who delays or copies it.
    """

    lost: str = ""
    learns_ns: int = 0
    delay_ns: int = 0
    copies_ns: tuple[int, ...] = ()
    why: str = ""


ORDINARY = Fate()
"""Of a message that no rule is aimed at."""


class Rule(Protocol):
    """Something that messages meet on their way."""

    def on_sent(self, message: Message) -> Fate | None:
        """A message is sent: its fate, or None when the rule is not aimed at it."""
        ...

    def on_arrival(self, link: Link) -> str:
        """A message is about to arrive: why it does not; empty when it does."""
        ...


class Cut:
    """Links that nothing passes.

    What is sent over one is lost, and its caller learns it after 0..6999 ms, as from a server that is down. What was
    on its way already is lost when it should arrive, as if the cable had been pulled.
    """

    def __init__(self, links: frozenset[Link], why: str, random: Random, bite: Bite) -> None:
        self._links = links
        self._why = why
        self._random = random
        self._bite = bite

    def on_sent(self, message: Message) -> Fate | None:
        """Lose what is sent over a cut link."""
        if message.link not in self._links:
            return None
        self._bite(f"{message} is lost")
        return Fate(lost=self._why, learns_ns=self._random.randint(*LEARNS_AFTER_MS) * MS)

    def on_arrival(self, link: Link) -> str:
        """Lose what was on its way."""
        if link not in self._links:
            return ""
        self._bite(f"a message on its way from S{link[0]} to S{link[1]} is lost")
        return self._why


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Which messages a rule strikes; what is not given is no condition.

    Attributes:
        links: Those on these links.
        rpc: Those of one of Raft's RPCs, however the implementation calls it.
        is_reply: Only replies, or only requests.
        term: Those whose request is of this term.
        chance: The share of these that it strikes, 0 to 1.
        count: How many at most.
    """

    links: frozenset[Link] | None = None
    rpc: Kind | None = None
    is_reply: bool | None = None
    term: int | None = None
    chance: float = 1.0
    count: int | None = None

    def fits(self, message: Message) -> bool:
        """Whether a message meets every condition, chance and count left aside."""
        return (
            (self.links is None or message.link in self.links)
            and (self.is_reply is None or message.is_reply is self.is_reply)
            and (self.rpc is None or kind_of(message.method) is self.rpc)
            and (self.term is None or number(message.args, "term") == self.term)
        )


class Strike:
    """Does something to the messages that it is aimed at, as they are sent.

    Args:
        aim: Which these are.
        effect: What happens to each; it may draw from the rule's stream.
        random: The rule's stream.
        bite: Told of each that is struck.
    """

    def __init__(
        self, aim: Aim, effect: Callable[[Random], tuple[str, Fate]], random: Random, bite: Bite
    ) -> None:
        self._aim = aim
        self._effect = effect
        self._random = random
        self._bite = bite
        self._struck = 0

    def on_sent(self, message: Message) -> Fate | None:
        """Strike, if it is one of those, chance wills it, and there were not enough."""
        aim = self._aim
        if not aim.fits(message) or (aim.count is not None and self._struck >= aim.count):
            return None
        if aim.chance < 1 and self._random.random() >= aim.chance:
            return None
        self._struck += 1
        what, fate = self._effect(self._random)
        self._bite(f"{message} {what}")
        return fate

    def on_arrival(self, link: Link) -> str:
        """Nothing: what is on its way, is."""
        return ""


class Rules:
    """The rules in force, in the order in which they came."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def __bool__(self) -> bool:
        return bool(self._rules)

    def add(self, rule: Rule) -> Callable[[], None]:
        """Put a rule in force, until the function that is returned is called."""
        self._rules.append(rule)
        return lambda: self._rules.remove(rule)

    def on_sent(self, message: Message) -> Fate:
        """What becomes of a message."""
        delay_ns = 0
        copies_ns: tuple[int, ...] = ()
        whys = []
        for rule in self._rules:
            fate = rule.on_sent(message)
            if fate is None:
                continue
            if fate.lost:
                return fate
            delay_ns += fate.delay_ns
            copies_ns += fate.copies_ns
            whys.append(fate.why)
        return Fate(delay_ns=delay_ns, copies_ns=copies_ns, why=", ".join(whys)) if whys else ORDINARY

    def on_arrival(self, link: Link) -> str:
        """Why a message does not arrive after all; empty when it does."""
        for rule in self._rules:
            if why := rule.on_arrival(link):
                return why
        return ""
