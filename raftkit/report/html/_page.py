"""Puts the page together: template, stylesheet, script, result, trace.

The page carries a Content-Security-Policy that allows its own script and stylesheet, by their hashes, and nothing
else: should a hostile string ever get past the script's care, it is still text, and cannot reach the network.
"""

import base64
import hashlib
import html
import json
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from raftkit.report.clean import clean
from raftkit.report.failure import near
from raftkit.report.html._modules import one_script
from raftkit.report.html._past_data import packed_past
from raftkit.report.html._trace_data import packed
from raftkit.trace import TraceError

_SHOWN = ("id", "part", "title", "verdict", "reason", "seed", "repeat", "warnings", "failure")
"""What the page needs of a result. Wall times stay out: one seed gives one page, byte for byte."""


def write_report(trace: Path, result: Mapping[str, Any] | Path | None, out: Path) -> None:
    """Write a page that shows a trace; it replaces ``out`` whole, or not at all.

    Args:
        trace: A trace, JSON lines.
        result: The test's ``result.json`` or its content; None shows the trace alone.
        out: The page.

    Raises:
        TraceError: The trace or the result cannot be shown; one line says why.
        OSError: The page cannot be written.
    """
    shown = _shown(result)
    head, tail = _around_the_trace(shown, packed_past(trace, shown))
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(head.encode())
            for piece in packed(trace):
                file.write(piece)
            file.write(tail.encode())
        os.replace(temporary, out)
    finally:
        temporary.unlink(missing_ok=True)


def _shown(result: Mapping[str, Any] | Path | None) -> dict[str, Any]:
    """Return what the page shows of a result."""
    if isinstance(result, Path):
        try:
            value = json.loads(result.read_bytes())
        except OSError as error:
            raise TraceError(f"cannot be read: {error.strerror}", file=str(result)) from None
        except (ValueError, RecursionError) as error:
            raise TraceError(f"not a result: {error}", file=str(result)) from None
        if not isinstance(value, dict):
            raise TraceError("not a result: one is a JSON object", file=str(result))
        result = value
    shown = {name: result[name] for name in _SHOWN if name in result} if result else {}
    failure = shown.get("failure")
    if isinstance(failure, dict) and isinstance(failure.get("where"), dict):
        where = failure["where"] | {"suite": near(str(failure["where"].get("suite", "")))}
        shown["failure"] = failure | {"where": where}
    return shown


def _around_the_trace(shown: Mapping[str, Any], past: str) -> tuple[str, str]:
    """Return the page before the trace and behind it."""
    template, style, script = _sources()
    page = template.replace("{{style_hash}}", policy_hash(style)).replace(
        "{{script_hash}}", policy_hash(script)
    )
    page = page.replace("{{style}}", style).replace("{{script}}", script)
    # Cut first, filled then: nothing that comes from outside can pass for a mark of the template.
    head, rest = page.split("{{title}}")
    middle, rest = rest.split("{{result}}")
    before, rest = rest.split("{{past}}")
    behind, tail = rest.split("{{trace}}")
    title = html.escape(clean(f"{shown.get('id', 'trace')} {shown.get('verdict', '')}"))
    return f"{head}{title}{middle}{_in_script(shown)}{before}{past}{behind}", tail


def _in_script(value: Any) -> str:
    """Return JSON that cannot end the script element it stands in."""
    return json.dumps(value).replace("<", "\\u003c")


def policy_hash(text: str) -> str:
    """Return what a Content-Security-Policy calls a script or a stylesheet that stands in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def palette() -> str:
    """Return the stylesheet with the colours and fonts of every page, by light and by dark."""
    return (files(__package__) / "page" / "palette.css").read_text(encoding="utf-8")


@cache
def _sources() -> tuple[str, str, str]:
    """Return template, stylesheet and script."""
    folder = files(__package__) / "page"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()}
    modules = {name: text for name, text in texts.items() if name.endswith(".js")}
    return (
        texts["template.html"],
        f"\n{palette()}\n{texts['style.css']}",
        f"\n{one_script(modules, 'main.js')}",
    )
