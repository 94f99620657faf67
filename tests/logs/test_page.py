"""docs/logs.md: what its commands are said to print is what they print.

``RAFTKIT_GOLDEN=write`` writes the outputs anew.
"""

import os
import re
import shlex
from pathlib import Path

from logs_data import DATA

PAGE = Path(__file__).parents[2] / "docs" / "logs.md"
EXAMPLE = re.compile(r"```sh\n(raftkit [^\n]*)\n```\n\n```text\n(.*?)```", re.DOTALL)


def test_the_pages_examples(raftkit, monkeypatch) -> None:
    monkeypatch.chdir(DATA)

    def run(example: re.Match[str]) -> str:
        said = raftkit(*shlex.split(example[1])[1:])
        return f"```sh\n{example[1]}\n```\n\n```text\n{said.out}```"

    page = PAGE.read_text()
    shown = EXAMPLE.sub(run, page)
    if os.environ.get("RAFTKIT_GOLDEN") == "write":
        PAGE.write_text(shown)
    else:
        assert shown == page
    assert len(EXAMPLE.findall(page)) == 3


def test_the_page_names_every_option_of_logs(raftkit) -> None:
    """And no other."""
    known = set(re.findall(r"--[a-z-]+", raftkit("logs", "--help").out)) - {"--help", "--columns", "--pager"}
    table = PAGE.read_text().partition("| option |")[2].partition("\n\n")[0]

    assert known == set(re.findall(r"--[a-z][a-z-]+", table))
