"""The story of elections: who stood, who voted, who led, and why nobody did."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from raftkit.model import MS, SECOND, seconds
from raftkit.report.explain._wire import granted, is_append, is_vote, term_of
from raftkit.trace import Event, RpcReplied, RpcSent, StateRead, TestBegan

WINDOW_NS = 6 * SECOND
"""How far before the failure elections are told: a little more than the tester waits for a leader."""
CLOSE_NS = 30 * MS
"""Servers that stand within this time of each other stand at the same moment."""


@dataclass(slots=True)
class _Term:
    """One term's election."""

    candidates: dict[int, int] = field(default_factory=dict)
    votes: dict[int, list[int]] = field(default_factory=dict)
    refusals: int = 0
    leaders: dict[int, int] = field(default_factory=dict)


class Elections:
    """What a trace shows of elections up to a moment."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.servers = 0
        self.terms: dict[int, _Term] = {}
        self.end_ns = events[-1].at_ns if events else 0
        requests: dict[int, int] = {}
        for event in events:
            match event:
                case TestBegan():
                    self.servers = event.servers
                case RpcSent():
                    self._sent(event, requests)
                case RpcReplied() if event.call in requests:
                    self._replied(event, requests[event.call])
                case StateRead() if event.leader:
                    self._term(event.term).leaders.setdefault(event.server, event.at_ns)

    def _term(self, term: int) -> _Term:
        return self.terms.setdefault(term, _Term())

    def _sent(self, event: RpcSent, requests: dict[int, int]) -> None:
        term = term_of(event.args)
        if term is None:
            return
        if is_vote(event.method):
            requests[event.call] = term
            self._term(term).candidates.setdefault(event.source, event.at_ns)
        elif is_append(event.method):
            self._term(term).leaders.setdefault(event.source, event.at_ns)

    def _replied(self, event: RpcReplied, term: int) -> None:
        if granted(event):
            self._term(term).votes.setdefault(event.source, []).append(event.target)
        else:
            self._term(term).refusals += 1

    # -- stories ---------------------------------------------------------------

    def of_term(self, term: int) -> list[str]:
        """Who stood, voted and led in a term, line by line."""
        story = self.terms.get(term)
        if story is None:
            return []
        lines = []
        for candidate, at_ns in story.candidates.items():
            voters = sorted({candidate, *story.votes.get(candidate, [])})
            names = ", ".join(f"S{voter}" for voter in voters)
            lines.append(f"t={seconds(at_ns)}  S{candidate} stood for term {term}; votes: {names}")
        lines += [f"t={seconds(at_ns)}  S{leader} led term {term}" for leader, at_ns in story.leaders.items()]
        return lines

    def why_nobody_leads(self) -> list[str]:
        """What went on in the seconds before a leader was missed."""
        since_ns = self.end_ns - WINDOW_NS
        recent = {
            term: story
            for term, story in self.terms.items()
            if any(at_ns >= since_ns for at_ns in story.candidates.values())
        }
        if not recent:
            return [self._silence()]
        lines = [
            f"{len(recent)} terms were stood for in the last {WINDOW_NS // SECOND} s: {_range(list(recent))}."
        ]
        split = [term for term, story in recent.items() if _is_split(story)]
        if split:
            lines.append(
                f"In {len(split)} of them servers stood within {CLOSE_NS // MS} ms of each other and the votes split, "
                f"last in term {split[-1]}: their timers fire together."
            )
        lines += self._won_and_silent(recent)
        if not any(story.votes for story in recent.values()):
            refusals = sum(story.refusals for story in recent.values())
            lines.append(
                f"No vote was granted at all; {refusals} requests were answered and refused."
                if refusals
                else "No request for a vote was answered."
            )
        return lines

    def _silence(self) -> str:
        last = max((max(story.candidates.values(), default=0) for story in self.terms.values()), default=0)
        if not last:
            return "No server ever asked for a vote: election timers do not fire, or nothing is sent when they do."
        return f"No server asked for a vote after t={seconds(last)}: election timers have stopped."

    def _won_and_silent(self, recent: dict[int, _Term]) -> list[str]:
        lines = []
        for term, story in recent.items():
            for candidate, voters in story.votes.items():
                has = len({candidate, *voters})
                if 2 * has > self.servers and candidate not in story.leaders:
                    lines.append(
                        f"S{candidate} had {has} of {self.servers} votes in term {term}, "
                        "and never acted as its leader."
                    )
        return lines[-2:]


def _is_split(story: _Term) -> bool:
    moments = sorted(story.candidates.values())
    return not story.leaders and len(moments) > 1 and moments[1] - moments[0] < CLOSE_NS


def _range(terms: list[int]) -> str:
    return str(terms[0]) if len(terms) == 1 else f"{min(terms)} to {max(terms)}"
