"""The goroutines of a dump, as far as they stand in the package's own files; those that stand alike come once."""

from pathlib import Path

from raftkit.worlds.go import own_goroutines

MOST_STACKS = 8


def stacks(text: str, root: Path) -> str:
    """Return the first few, each with its state and how many others stand there.

    Args:
        text: What a process wrote at its end.
        root: The module whose files count as own.
    """
    found: dict[tuple[str, str], int] = {}
    for each in own_goroutines(text, root):
        alike = (each.state.partition(",")[0], each.stack)
        found[alike] = found.get(alike, 0) + 1
    shown = [
        f"{'goroutine' if count == 1 else f'{count} goroutines'} [{state}]\n{stack.replace(f'{root}/', '')}"
        for (state, stack), count in list(found.items())[:MOST_STACKS]
    ]
    if len(found) > MOST_STACKS:
        shown.append(f"... and {len(found) - MOST_STACKS} that stand elsewhere ...")
    return "\n".join(shown)
