"""``python -m raftkit.suite.schema`` writes ``suites/schema.json`` anew from the code's own types.

Only for running: the function is ``raftkit.suite.schema()``, and importing this module would hide it.
"""

from raftkit.suite._find import suites_dir
from raftkit.suite._schema import rendered


def main() -> None:
    """Write the file."""
    path = suites_dir() / "schema.json"
    path.write_text(rendered(), encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
