"""Lines that say the same become one: ``S1, S2 cut off``, ``applies 317..365: 5517 3308 … 230``."""

from raftkit.report.columns.line import Line, Look

_SHOWN = 4
"""Commands that are shown of a run of them, beside the last."""


def may_grow(line: Line) -> bool:
    """Whether the next line may be joined to this one."""
    return line.look is Look.FAULT or bool(line.run)


def join(line: Line, following: Line) -> bool:
    """Make two lines one, if they say the same; return whether they do."""
    if following.look is Look.FAULT and line.look is Look.FAULT:
        return _join_faults(line, following)
    if following.run and line.run and following.server == line.server:
        return _join_runs(line, following)
    return False


def _join_faults(line: Line, following: Line) -> bool:
    who, _, what = following.text.partition(" ")
    if not line.text.startswith("S") or not line.text.endswith(f" {what}") or f"{who}," in line.text:
        return False
    line.text = f"{line.text.removesuffix(f' {what}')}, {who} {what}"
    return True


def _join_runs(line: Line, following: Line) -> bool:
    index, command = following.run[0]
    if index != line.run[-1][0] + 1:
        return False
    line.run.append((index, command))
    commands = [command for _, command in line.run]
    if len(commands) > _SHOWN + 1:
        commands[_SHOWN:-1] = ["…"]
    line.text = f"applies {line.run[0][0]}..{index}: {' '.join(commands)}"
    return True
