"""ES modules as one script, because a page opened from ``file://`` may not import its neighbours.

Each module becomes a function of its own that is called once, in the order in which they need one another::

    import { time } from "./text.js";      const { time } = modules["text.js"];
    export function draw() {}              function draw() {} ... return { draw };

So files stay plain modules for editors and type checkers, names cannot collide, and there is nothing to build.
Only these two forms are taken; a test keeps the files to them.
"""

import re
from collections.abc import Mapping

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./([\w.]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def one_script(modules: Mapping[str, str], main: str) -> str:
    """Return a script that does what the module ``main`` does; ``modules`` are sources by file name.

    Raises:
        ValueError: A module imports itself in the end, or uses a form that is not known here.
    """
    parts: list[str] = []
    under_way: list[str] = []
    done: set[str] = set()

    def add(name: str) -> None:
        if name in done:
            return
        if name in under_way:
            raise ValueError(f"modules import each other: {' -> '.join([*under_way, name])}")
        under_way.append(name)
        for needed in _IMPORT.finditer(modules[name]):
            add(needed[2])
        under_way.pop()
        done.add(name)
        parts.append(_as_function(name, modules[name]))

    add(main)
    return '"use strict";\nconst modules = {};\n' + "\n".join(parts)


def _as_function(name: str, source: str) -> str:
    exported = ", ".join(match[2] for match in _EXPORT.finditer(source))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(r'const \1 = modules["\2"];', source))
    if stray := _OTHER.search(body):
        raise ValueError(f"{name}: not a form of import or export that is known here: {stray[0]}")
    return f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n'
