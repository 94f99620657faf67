"""What is left, as a file to keep: a suite, and above it what failed, with whom, and how to see it again."""

from pathlib import Path
from textwrap import wrap

from raftkit.plugin.options import run_options
from raftkit.report.clean import clean
from raftkit.report.failure import near
from raftkit.report.record import repeat_command
from raftkit.shrink.failing import Failing
from raftkit.shrink.tree import Quoted, Tree, put, test_path, the_test
from raftkit.shrink.trials import Subject
from raftkit.shrink.write import suite_text

WIDTH = 108
"""Characters of a line of a comment."""
LONGEST_KIND = 60
"""Characters of a failure's name in a title."""


def page(failing: Failing, subject: Subject, *, origin: str, sizes: str, path: Path) -> str:
    """Return the file's text.

    Args:
        failing: What is left.
        subject: Whom it fails with.
        origin: Which test it was cut from, and its seed.
        sizes: What became less.
        path: Where it will lie.
    """
    result = failing.result
    failure = result.failure
    what = f"{failure.kind}: {failure.summary}" if failure else result.reason
    sound = " The reference passes it." if subject.sound else ""
    lines = [
        *wrap(clean(what), WIDTH),
        "",
        *wrap(f"So it ends with {clean(subject.named)}, shrunk from {clean(origin)}: {sizes}.{sound}", WIDTH),
        "Again:",
        f"  {repeat_line(failing, subject, path)}",
    ]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines) + "\n" + suite_text(_titled(failing))


def _titled(failing: Failing) -> Tree:
    """What the test is called now: its own title told of what has been cut away."""
    failure = failing.result.failure
    kind = clean(failure.kind if failure else failing.result.verdict)[:LONGEST_KIND]
    title = f"{kind}, shrunk" if kind.isalnum() else Quoted(f"{kind}, shrunk")
    body = {name: value for name, value in the_test(failing.tree).items() if name != "title"}
    return put(failing.tree, test_path(failing.tree), {"title": title, **body})


def repeat_line(failing: Failing, subject: Subject, path: Path) -> str:
    """Return the command that makes it fail again."""
    options = run_options(subject.request.limits, subject.request.mode)
    return clean(repeat_command([near(str(path))], subject.named, failing.seed, options))
