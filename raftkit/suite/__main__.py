"""``python -m raftkit.suite`` writes anew what is made from the code: the schema, and the page's reference."""

from pathlib import Path

from raftkit.suite._find import suites_dir
from raftkit.suite._reference import replaced
from raftkit.suite._schema import rendered


def main() -> None:
    """Write ``suites/schema.json`` and the reference in ``docs/suites.md`` of this checkout."""
    page = Path(__file__).parents[2] / "docs" / "suites.md"
    for path, text in (
        (suites_dir() / "schema.json", rendered()),
        (page, replaced(page.read_text(encoding="utf-8"))),
    ):
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
