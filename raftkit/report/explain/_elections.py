"""The story of elections that came to nothing: who stood, who voted, and why nobody leads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from raftkit.model import MS, SECOND, Moment, seconds
from raftkit.report.explain._wire import granted, is_append, is_vote, term_of
from raftkit.trace import Event, RpcReplied, RpcSent, StateRead, TestBegan

WINDOW_NS = 6 * SECOND
"""How far before the failure elections are told: a little more than the tester waits for a leader."""
CLOSE_NS = 30 * MS
"""Servers that stand within this time of each other stand at the same moment."""
SILENCE_NS = 2 * SECOND
"""So long without a candidate is too long: the lab wants a new leader within 5 s of the old one's end."""
TERMS_TOLD = 3


@dataclass(slots=True)
class _Term:
    """One term's election; candidates by the moment and the line of their first request."""

    candidates: dict[int, tuple[int, int]] = field(default_factory=dict)
    votes: dict[int, list[int]] = field(default_factory=dict)
    refusals: int = 0
    leaders: set[int] = field(default_factory=set)


class Elections:
    """What a trace shows of elections up to its end."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.servers = 0
        self.terms: dict[int, _Term] = {}
        self.end_ns = events[-1].at_ns if events else 0
        self._requests: dict[int, int] = {}
        for line, event in enumerate(events, 1):
            match event:
                case TestBegan():
                    self.servers = event.servers
                case RpcSent():
                    self._sent(line, event)
                case RpcReplied() if event.call in self._requests:
                    self._replied(event, self._requests[event.call])
                case StateRead() if event.leader:
                    self._term(event.term).leaders.add(event.server)

    def _term(self, term: int) -> _Term:
        return self.terms.setdefault(term, _Term())

    def _sent(self, line: int, event: RpcSent) -> None:
        term = term_of(event.args)
        if term is None:
            return
        if is_vote(event.method):
            self._requests[event.call] = term
            self._term(term).candidates.setdefault(event.source, (event.at_ns, line))
        elif is_append(event.method):
            self._term(term).leaders.add(event.source)

    def _replied(self, event: RpcReplied, term: int) -> None:
        if granted(event):
            self._term(term).votes.setdefault(event.source, []).append(event.target)
        else:
            self._term(term).refusals += 1

    # -- the story ----------------------------------------------------------------

    def why_nobody_leads(self) -> list[Moment]:
        """What went on in the seconds before a leader was missed."""
        since_ns = max(self.end_ns - WINDOW_NS, 0)
        recent = {
            term: story
            for term, story in self.terms.items()
            if any(at_ns >= since_ns for at_ns, _ in story.candidates.values())
        }
        if not recent:
            return [Moment(text=self._silence())]
        stood = _count(len(recent), "term was", "terms were")
        lines = [f"{stood} stood for since t={seconds(since_ns)}: {_range(list(recent))}."]
        lines += self._pauses(recent, since_ns)
        lines += self._splits(recent)
        lines += self._won_and_silent(recent)
        if not any(story.votes for story in recent.values()):
            refusals = sum(story.refusals for story in recent.values())
            lines.append(
                f"No vote was granted at all; {refusals} requests were answered and refused."
                if refusals
                else "No request for a vote was answered."
            )
        candidacies = [moment for term in sorted(recent)[-TERMS_TOLD:] for moment in self._stood(term)]
        return [*map(_said, lines), *candidacies]

    def _silence(self) -> str:
        last = max(
            (at_ns for story in self.terms.values() for at_ns, _ in story.candidates.values()), default=None
        )
        if last is None:
            return (
                f"No server asked for a vote from the beginning to the end, t={seconds(self.end_ns)}: "
                "election timeouts are longer than that, timers do not fire, or nothing is sent when they do."
            )
        return (
            f"No server asked for a vote after t={seconds(last)}, for {seconds(self.end_ns - last)}: "
            "election timers have stopped, or timeouts are longer than that."
        )

    def _pauses(self, recent: dict[int, _Term], since_ns: int) -> list[str]:
        """The longest time in which nobody stood."""
        stood = sorted(at_ns for story in recent.values() for at_ns, _ in story.candidates.values())
        moments = [since_ns, *(at_ns for at_ns in stood if at_ns >= since_ns), self.end_ns]
        length, start = max((end - start, start) for start, end in pairwise(moments))
        if length < SILENCE_NS:
            return []
        return [
            f"From t={seconds(start)} to t={seconds(start + length)} nobody stood: "
            "election timeouts of that length are too long, as the lab wants a new leader within 5 s."
        ]

    def _splits(self, recent: dict[int, _Term]) -> list[str]:
        split = [term for term, story in recent.items() if _is_split(story)]
        if not split:
            return []
        return [
            f"In {len(split)} of them servers stood within {CLOSE_NS // MS} ms of each other and the votes split, "
            f"last in term {split[-1]}: their timers fire together."
        ]

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

    def _stood(self, term: int) -> list[Moment]:
        """Who stood for a term, and whose votes came of it."""
        story = self.terms[term]
        moments = []
        for candidate, (at_ns, line) in story.candidates.items():
            voters = ", ".join(f"S{voter}" for voter in sorted({candidate, *story.votes.get(candidate, [])}))
            text = f"S{candidate} stood for term {term}; votes: {voters}"
            moments.append(Moment(text=text, at_ns=at_ns, line=line))
        return moments


def _said(text: str) -> Moment:
    return Moment(text=text)


def _is_split(story: _Term) -> bool:
    moments = sorted(at_ns for at_ns, _ in story.candidates.values())
    return not story.leaders and len(moments) > 1 and moments[1] - moments[0] < CLOSE_NS


def _range(terms: list[int]) -> str:
    return str(terms[0]) if len(terms) == 1 else f"{min(terms)} to {max(terms)}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
