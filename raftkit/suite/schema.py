"""``python -m raftkit.suite.schema`` writes ``suites/schema.json`` anew from the code's own types."""

import json

from raftkit.suite._find import suites_dir
from raftkit.suite._schema import schema

FILE = "schema.json"


def rendered() -> str:
    """Give the schema as it stands in its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file."""
    path = suites_dir() / FILE
    path.write_text(rendered(), encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
