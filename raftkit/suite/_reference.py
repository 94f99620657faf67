"""The reference of steps, names and facts in ``docs/suites.md``, made from the docstrings."""

from raftkit.oracles import FACTS, ORACLES, describe_fact, describe_oracle
from raftkit.suite import steps as _steps  # registers every step
from raftkit.suite._fields import specs
from raftkit.suite._step import STEPS, Step, sentence
from raftkit.suite.expressions import FUNCTIONS, NAMES

assert _steps

BEGIN = "<!-- reference: made by `python -m raftkit.suite`; do not edit below -->\n"
END = "<!-- end of reference -->\n"


def reference() -> str:
    """Give the reference: every step with its fields, then every known name."""
    parts = ["\n## Every step\n", *(_step(cls) for cls in STEPS.values()), "\n## Every known name\n"]
    parts.append("\n| name | is | meaning |\n| --- | --- | --- |\n")
    parts += [f"| `{name}` | {known.kind.value} | {known.doc} |\n" for name, known in NAMES.items()]
    parts += [f"| `{name}(k)` | {known.kind.value} | {known.doc} |\n" for name, known in FUNCTIONS.items()]
    parts.append(
        "\n## Every fact\n\nFor `must_happen`: a test in which one of them did not happen ends as vacuous.\n"
    )
    parts.append("\n| fact | true when |\n| --- | --- |\n")
    parts += [f"| `{name}` | {describe_fact(name)} |\n" for name in FACTS]
    parts.append(
        "\n## Every oracle\n\nAll judge every run; a test names those that must not in `not_judged_by`.\n"
    )
    parts.append("\n| oracle | what it watches over |\n| --- | --- |\n")
    parts += [f"| `{name}` | {describe_oracle(name)} |\n" for name in ORACLES]
    return "".join(parts) + "\n"


def _step(cls: type[Step]) -> str:
    lines = [f"\n### `{cls.name}`\n", f"\n{sentence(cls)}\n"]
    known = specs(cls)
    if known:
        lines.append("\n| field | takes | meaning |\n| --- | --- | --- |\n")
    for name, (spec, required) in known.items():
        shown = f"`{name}`"
        if name == cls.main:
            shown = (
                f"`{cls.name}:`"
                if cls.beside or spec.takes_mapping
                else f"`{name}`, or alone behind `{cls.name}:`"
            )
        default = (
            f" Default: `{spec.default}`." if spec.default is not None else ("" if required else " Optional.")
        )
        lines.append(f"| {shown} | {spec.takes()} | {spec.doc}{default} |\n")
    return "".join(lines)


def replaced(page: str) -> str:
    """Put the reference into the page, between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + reference() + END + after
