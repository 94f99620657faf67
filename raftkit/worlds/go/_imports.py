"""What a Go file imports, read from its text, and changed in it."""

import re
from collections.abc import Callable

_BODY = re.compile(r"^(?:func|type|var|const)\b", re.MULTILINE)
_IMPORT = re.compile(r'^(?:import)?[ \t(;]*(?:(?P<name>[\w.]+)[ \t]+)?"(?P<path>[^"\n]+)"', re.MULTILINE)


def imports_of(text: str) -> dict[str, str]:
    """Return the paths that a file imports, by the names under which it knows the packages.

    Where a file gives no name, it is the path's last part, without a number behind it: ``tester1`` holds ``tester``.
    """
    found = _IMPORT.finditer(text, 0, _head(text))
    return {
        each["name"] or each["path"].rpartition("/")[2].rstrip("0123456789"): each["path"] for each in found
    }


def map_imports(text: str, change: Callable[[str], str]) -> str:
    """Return the text with each path changed, and all else where it was."""

    def changed(found: re.Match[str]) -> str:
        before = found[0].removesuffix(f'{found["path"]}"')
        return f'{before}{change(found["path"])}"'

    head = _head(text)
    return _IMPORT.sub(changed, text[:head]) + text[head:]


def _head(text: str) -> int:
    """Where the imports are over."""
    body = _BODY.search(text)
    return body.start() if body else len(text)
