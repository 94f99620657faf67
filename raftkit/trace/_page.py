"""The table of events in docs/events.md, made from the types: ``python -m raftkit.trace._page``."""

import inspect

import msgspec

from raftkit.trace import _events


def events_table() -> str:
    """Every event: its name in the trace, its fields, and what it means, as a Markdown table."""
    lines = ["| event | fields | meaning |", "| --- | --- | --- |"]
    for cls in vars(_events).values():
        if not (isinstance(cls, type) and issubclass(cls, _events.Event)) or cls is _events.Event:
            continue
        fields = ", ".join(
            f"`{field.name}`" for field in msgspec.structs.fields(cls) if field.name != "at_ns"
        )
        meaning = " ".join(inspect.getdoc(cls).split()) if cls.__doc__ else ""  # type: ignore[union-attr]
        lines.append(f"| `{cls.__struct_config__.tag}` | {fields} | {meaning} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(events_table(), end="")
