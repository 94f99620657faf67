"""The nemeses that a scenario may switch on: what each brings, with what rates.

Rates are drawn between harmless and hard. None is so hard that a sound implementation never commits anything: then
there would be nothing to judge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from raftkit.chaos._scenario import Span, Trouble

Fields = tuple[tuple[str, str], ...]
Draw = Callable[[Random, int], tuple[Trouble, ...]]
"""From chance and the number of servers to troubles."""


@dataclass(frozen=True, slots=True)
class Nemesis:
    """One sort of trouble.

    Attributes:
        text: What it brings, for people.
        draw: Draws its rates.
        least: The smallest cluster that it means something to.
    """

    text: str
    draw: Draw
    least: int = 2


def _partition(random: Random, n: int) -> tuple[Trouble, ...]:
    shape = random.choice(("isolate", "minority", "halves", *(("majority",) if n > 2 else ())))
    return (_cut(random, shape, lasts=_span(random, 300, 2500), pause=_span(random, 300, 2000)),)


def _partial(random: Random, n: int) -> tuple[Trouble, ...]:
    shape = random.choice(("bridge", "ring") if n >= 4 else ("bridge",))
    fields = (("shape", shape),)  # around whoever leads a bridge would cut followers, who have little to say
    lasts, pause = _span(random, 500, 3000), _span(random, 300, 1000)
    return (Trouble(step="partition", fields=fields, lasts=lasts, pause=pause),)


def _one_way(random: Random, n: int) -> tuple[Trouble, ...]:
    shape = random.choice(("isolate", "minority", "halves"))
    lost = ("lost", random.choice(("sent", "received")))
    return (_cut(random, shape, lost, lasts=_span(random, 300, 2500), pause=_span(random, 300, 2000)),)


def _flapping(random: Random, n: int) -> tuple[Trouble, ...]:
    shape = random.choice(("isolate", "minority", "halves"))
    return (_cut(random, shape, lasts=_span(random, 20, 300), pause=_span(random, 20, 300)),)


def _cable(random: Random, n: int) -> tuple[Trouble, ...]:
    way = (("one_way", "true"),) if random.randrange(2) else ()
    lasts, pause = _span(random, 300, 2500), _span(random, 100, 1000)
    return (Trouble(step="cut", fields=(*_link(n), *way), lasts=lasts, pause=pause),)


def _lossy(random: Random, n: int) -> tuple[Trouble, ...]:
    return (Trouble(step="drop", fields=(("chance", f"{random.randint(3, 25)}%"),)),)


def _reorder(random: Random, n: int) -> tuple[Trouble, ...]:
    chance, longest = random.randint(5, 35), random.randint(2, 12) * 50
    return (Trouble(step="delay", fields=(("chance", f"{chance}%"), ("by", f"20ms..{longest}ms"))),)


def _slow(random: Random, n: int) -> tuple[Trouble, ...]:
    where = random.choice(((), (("around", _anybody(n)),), _link(n)))
    how = (("by", f"0ms..{random.randint(2, 20) * 10}ms"), ("spread", "long_tail"))
    lasts, pause = _span(random, 1000, 5000), _span(random, 10, 500)
    return (Trouble(step="delay", fields=(*where, *how), lasts=lasts, pause=pause),)


def _duplicate(random: Random, n: int) -> tuple[Trouble, ...]:
    chance, longest = random.randint(5, 50), random.randint(1, 8) * 50
    return (Trouble(step="duplicate", fields=(("chance", f"{chance}%"), ("after", f"0ms..{longest}ms"))),)


def _crash(random: Random, n: int) -> tuple[Trouble, ...]:
    many = random.randint(1, max(1, (n - 1) // 2))
    whose = [_somebody(random, n), *[_anybody(n)] * (many - 1)]
    lasts, pause = _span(random, 100, 2500), _span(random, 200, 2000)
    return tuple(_servers("down", who, lasts=lasts, pause=pause) for who in whose)


def _midway(random: Random, n: int) -> tuple[Trouble, ...]:
    when = random.choice(("before_save", "after_save", "before_reply", "during_apply"))
    whose = (
        "all" if when == "before_reply" else random.choice(("all", "current_leader"))
    )  # a leader answers nobody
    more = (("when", when), ("nth", f"1..{random.randint(1, 20)}"))
    lasts, pause = _span(random, 300, 2000), _span(random, 100, 1000)
    return (_servers("crash", whose, *more, lasts=lasts, pause=pause),)


def _disk(random: Random, n: int) -> tuple[Trouble, ...]:
    chance = ("chance", f"{random.choice((10, 30, 100))}%")
    lasts, pause = _span(random, 300, 2000), _span(random, 300, 2000)
    return (_servers("disk_error", _somebody(random, n), chance, lasts=lasts, pause=pause),)


def _storm(random: Random, n: int) -> tuple[Trouble, ...]:
    return (_servers("down", _anybody(n), lasts=_span(random, 10, 200), pause=_span(random, 20, 400)),)


def _power(random: Random, n: int) -> tuple[Trouble, ...]:
    return (_servers("down", "all", lasts=_span(random, 50, 1000), pause=_span(random, 1000, 4000)),)


def _freeze(random: Random, n: int) -> tuple[Trouble, ...]:
    who = _somebody(random, n)
    return (_servers("freeze", who, lasts=_span(random, 300, 3000), pause=_span(random, 300, 2000)),)


def _clock(random: Random, n: int) -> tuple[Trouble, ...]:
    wrong = random.choice((
        ("fast", f"{random.randint(5, 30)}%"),
        ("slow", f"{random.randint(5, 30)}%"),
        ("ahead", f"{random.randint(1, 120)}min"),
        ("behind", f"{random.randint(1, 120)}min"),
    ))  # fmt: skip
    span = _span(random, 500, 4000)
    return (_servers("clock", _anybody(n), wrong, lasts=span, pause=_span(random, 100, 1000)),)


def _cut(random: Random, shape: str, *more: tuple[str, str], lasts: Span, pause: Span) -> Trouble:
    """A partition, as often as not around whoever leads."""
    around = (("around", "current_leader"),) if random.randrange(2) else ()
    return Trouble(step="partition", fields=(("shape", shape), *around, *more), lasts=lasts, pause=pause)


def _link(n: int) -> Fields:
    """From whoever leads to somebody: followers have little to say to each other."""
    return (("from", "current_leader"), ("to", _anybody(n)))


def _servers(step: str, who: str, *more: tuple[str, str], lasts: Span, pause: Span) -> Trouble:
    return Trouble(step=step, fields=(("servers", who), *more), lasts=lasts, pause=pause)


def _anybody(n: int) -> str:
    return f"0..{n - 1}"


def _somebody(random: Random, n: int) -> str:
    return "current_leader" if random.randrange(2) else _anybody(n)


def _span(random: Random, low_ms: int, high_ms: int) -> Span:
    """A part of a span, so that some runs know short times only, and others long ones."""
    ends = sorted(random.randint(low_ms // 10, high_ms // 10) * 10 for _ in range(2))
    return Span(*ends)


NEMESES: dict[str, Nemesis] = {
    "partition": Nemesis("the network falls apart, and together again", _partition),
    "partial": Nemesis("not everybody hears everybody", _partial, least=3),
    "one_way": Nemesis("messages get through in one direction only", _one_way),
    "flapping": Nemesis("partitions that come and go several times a second", _flapping),
    "cable": Nemesis("one link fails, for a while", _cable),
    "lossy": Nemesis("messages are lost", _lossy),
    "reorder": Nemesis("some messages are overtaken by others", _reorder),
    "slow": Nemesis("messages take their time: all, those of one server, or those on one link", _slow),
    "duplicate": Nemesis("requests arrive twice", _duplicate),
    "crash": Nemesis("servers crash, and come back", _crash),
    "midway": Nemesis("servers crash at a bad moment: around a save, before a reply, or as they apply", _midway),
    "disk": Nemesis("disks do not take what they are given", _disk),
    "storm": Nemesis("somebody is always restarting", _storm),
    "power": Nemesis("all servers go down at once", _power),
    "freeze": Nemesis("a process stands still, and goes on as if nothing had been", _freeze),
    "clock": Nemesis("clocks jump, or run too fast or too slow", _clock),
}  # fmt: skip
"""Every nemesis by its name on the command line, in the order in which a suite lists them."""
