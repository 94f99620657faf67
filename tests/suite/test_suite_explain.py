"""The four suites in words: a person who knows the lab reads these files and finds the lab.

``python tests/suite/test_suite_explain.py`` writes them anew; read the difference.
"""

from pathlib import Path

import pytest

from raftkit.suite import explain, load_suite, suites_dir

GOLDEN = Path(__file__).parent / "golden"
PARTS = ("2A", "2B", "2C", "2D")


def told(part: str) -> str:
    """Tell every test of a part."""
    name = f"suites/{part}.yaml"
    suite = load_suite(name, text=(suites_dir() / f"{part}.yaml").read_bytes())
    return "\n".join(explain(test) for test in suite.tests)


@pytest.mark.parametrize("part", PARTS)
def test_suites_in_words(part: str) -> None:
    """Steps, figures, numbering."""
    assert told(part) == (GOLDEN / f"{part}.txt").read_text(encoding="utf-8")


def test_a_story_without_end_is_cut() -> None:
    """Shared steps can multiply; a screen cannot."""
    chain = "\n".join(f"  s{i}: {{steps: [{{use: s{i + 1}}}, {{use: s{i + 1}}}]}}" for i in range(11))
    text = f"part: X\nshared:\n{chain}\n  s11: {{steps: [check_no_leader]}}\n"
    text += "tests:\n  T:\n    servers: 3\n    steps:\n      - use: s0\n"
    lines = explain(load_suite("x.yaml", text=text.encode()).tests[0]).splitlines()
    assert len(lines) < 2100
    assert lines[-1] == "  ..."


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for part in PARTS:
        (GOLDEN / f"{part}.txt").write_text(told(part), encoding="utf-8")
