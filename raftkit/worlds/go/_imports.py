"""What a Go file imports, read from its text."""

import re

_BODY = re.compile(r"^(?:func|type|var|const)\b", re.MULTILINE)
_IMPORT = re.compile(r'^(?:import)?[\s(;]*(?:(?P<name>[\w.]+)[ \t]+)?"(?P<path>[^"\n]+)"', re.MULTILINE)


def imports_of(text: str) -> dict[str, str]:
    """Return the paths that a file imports, by the names under which it knows the packages.

    Where a file gives no name, it is the path's last part, without a number behind it: ``tester1`` holds ``tester``.
    """
    body = _BODY.search(text)
    found = _IMPORT.finditer(text, 0, body.start() if body else len(text))
    return {
        each["name"] or each["path"].rpartition("/")[2].rstrip("0123456789"): each["path"] for each in found
    }
