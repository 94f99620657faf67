"""What a suite file must be: everything else is refused at its line and column, before anything runs."""

from pathlib import Path

import pytest
from suite_fakes import suite_of

from raftkit.errors import SuiteError
from raftkit.suite import load_suite

GOOD = b"part: X\ntests:\n  T:\n    servers: 3\n    steps:\n      - check_one_leader\n"


def refusal(text: bytes) -> SuiteError:
    """Load a text that must be refused."""
    with pytest.raises(SuiteError) as caught:
        load_suite("x.yaml", text=text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        pytest.param(b"", 1, 1, "the file is empty", id="empty"),
        pytest.param(b"# nothing\n", 1, 1, "the file is empty", id="only-a-comment"),
        pytest.param(b"part: \xff\n", 1, 7, "not UTF-8", id="not-utf-8"),
        pytest.param("part: é\ntests: ".encode() + b"\xe9", 2, 8, "not UTF-8", id="latin-1-later"),
        pytest.param(b"part: X\n\ttests: 1\n", 2, 1, "a tab", id="tab"),
        pytest.param(b"part: [X\n", 2, 1, "this is not YAML", id="not-yaml"),
        pytest.param(b"part: \x00\n", 1, 7, "this is not YAML", id="control-character"),
        pytest.param(GOOD + b"---\npart: Y\n", 7, 1, "a second document", id="two-documents"),
        pytest.param(b"part: X\npart: Y\n", 2, 1, "`part` stands here twice", id="duplicate-key"),
        pytest.param(b"part: &a X\ntests: *a\n", 1, 7, "an anchor", id="anchor"),
        pytest.param(b"part: *a\n", 1, 7, "an alias", id="alias"),
        pytest.param(b"part: !!python/name:os.system x\n", 1, 7, "a tag", id="tag"),
        pytest.param(b"part: !!str x\n", 1, 7, "a tag", id="harmless-tag"),
        pytest.param(b"[" * 200, 1, 66, "nested more than 64 deep", id="nesting"),
        pytest.param(b"? [a]\n: b\n", 1, 3, "a key is a word", id="list-as-key"),
        pytest.param(b"part: X\n  and more\ntests: {}\n", 1, 7, "a value over several lines", id="folded"),
        pytest.param(b"- a\n", 1, 1, "wanted a suite as a mapping", id="a-list"),
        pytest.param(b"part: X\n", 1, 1, "is missing its field `tests`", id="no-tests"),
        pytest.param(b"part: X\nparts: Y\n", 2, 1, "`parts` is no field of a suite", id="unknown-key"),
        pytest.param(b"part: X\ntests: {}\n", 2, 8, "wanted tests by their names", id="empty-tests"),
        pytest.param(b"part: a b\ntests: {}\n", 1, 7, "wanted a part such as", id="part-with-space"),
        pytest.param(b"part: X\ntests: {9x: {}}\n", 2, 9, "wanted a name such as", id="bad-test-name"),
        pytest.param(
            b"part: X\ntests: {T: {}}\n", 2, 9, "`T` is missing its field `servers`", id="no-servers"
        ),
        pytest.param(
            b"part: X\ntests: {T: {servers: 0}}\n", 2, 22, "is missing its field `steps`", id="no-steps"
        ),
    ],
)
def test_a_malformed_file_is_refused_at_its_place(text: bytes, line: int, column: int, says: str) -> None:
    """One look at the message is enough to find the character."""
    error = refusal(text)
    assert says in error.message
    if "no-steps" not in says and "`steps`" not in says:
        assert (error.line, error.column) == (line, column)
    assert str(error).startswith(f"x.yaml:{error.line}:{error.column}: ")


@pytest.mark.parametrize(
    ("field", "says"),
    [
        pytest.param("servers: 0", "a cluster of 0 servers: allowed are 1 to 99", id="no-server"),
        pytest.param("servers: 100", "allowed are 1 to 99", id="too-many"),
        pytest.param("servers: 3.5", "wanted a number of servers", id="half-a-server"),
        pytest.param("servers: three", "wanted a number of servers", id="word"),
        pytest.param('servers: "3"', "wanted a number of servers, found the text '3'", id="quoted"),
        pytest.param("servers: 3\n    network: bad", "wanted reliable or unreliable or steady", id="network"),
        pytest.param(
            "servers: 3\n    deviations: -1",
            "wanted a number of choices that are the seed's",
            id="deviations",
        ),
        pytest.param("servers: 3\n    service: snapshoting", "did you mean `snapshotting`?", id="service"),
        pytest.param("servers: 3\n    cost: -1", "wanted a cost", id="negative-cost"),
        pytest.param("servers: 3\n    cost: 0", "more than 0", id="no-cost"),
        pytest.param("servers: 3\n    title: []", "wanted a text, found a list", id="title"),
        pytest.param("servers: 3\n    tite: x", "did you mean `title`?", id="unknown-field"),
        pytest.param("servers: 3\n    servers: 4", "stands here twice: first in line 4", id="twice"),
    ],
)
def test_a_malformed_test_is_refused(field: str, says: str) -> None:
    """Fields of a test have bounds and words."""
    text = f"part: X\ntests:\n  T:\n    {field}\n    steps:\n      - check_one_leader\n"
    assert says in str(refusal(text.encode()))


STEPS = [
    # steps and their fields
    ("- agre: {command: 1, servers: all}", 3, "did you mean `agree`?"),
    ("- frobnicate", 3, "there is no step `frobnicate`"),
    ("- agree: {command: 1}", 3, "`agree` is missing its field `servers`"),
    ("- agree: {command: 1, servers: all, retires: true}", 37, "did you mean `retry`?"),
    ("- agree", 3, "missing its field `command`"),
    ("- agree: 10", 10, "takes its fields in a mapping"),
    ("- check_no_leader: 1", 20, "takes no value"),
    ("- check_no_leader: {save: x}", 21, "stands alone"),
    ("- {sleep: 1s, crash: 0}", 15, "are two steps"),
    ("- {agree: {command: 1, servers: 1}, retry: true}", 37, "`retry` belongs inside `agree`"),
    ("- {sleep: 1s, foo: 1}", 15, "cannot stand beside `sleep`"),
    ("- [a]", 3, "wanted a step"),
    ('- "sleep"', 3, "wanted a step"),
    ("- {}", 3, "wanted a step"),
    ("- sleep:", 9, "found nothing"),
    ("- sleep: {duration: {a: 1}}", 21, "found a mapping"),
    ("- repeat: 3", 3, "`repeat` is missing its field `steps`"),
    ("- {repeat: 3, steps: []}", 22, "at least one step"),
    ("- {repeat: 3, steps: 5}", 22, "at least one step"),
    ("- network: {}", 3, "changes nothing"),
    ("- network: unreliabel", 12, "did you mean `unreliable` or `reliable`?"),
    ("- check_rpcs: {since: 0}", 3, "has no bound"),
    # kinds
    ("- sleep: 50", 10, "write the unit"),
    ("- sleep: 5 parsecs", 12, "expected an operator"),
    ("- sleep: 5parsecs", 10, "`parsecs` is no unit of time"),
    ("- crash: 50ms", 10, "wanted a server"),
    ("- crash: none", 10, "found none"),
    ('- crash: "0"', 10, "take away the quotation marks"),
    ("- crash: 3", 10, "there is no server 3: the servers of this test are 0..2"),
    ("- crash: [0, -1]", 10, "there is no server -1"),
    ("- check: n", 10, "wanted a condition"),
    ("- {if: alive, steps: [check_no_leader]}", 8, "wanted a condition"),
    ("- {chance: 10, steps: [check_no_leader]}", 12, "write the percent sign"),
    ("- {chance: 110%, steps: [check_no_leader]}", 12, "allowed are 0% to 100%"),
    ("- choose: [{chance: 10%, steps: [check_no_leader]}]", 3, "make 10% together"),
    ("- choose: []", 11, "wanted a list of mappings"),
    ("- {repeat: 100001, steps: [check_no_leader]}", 12, "allowed are 0 to 100000"),
    ("- {repeat: 0 - 1, steps: [check_no_leader]}", 12, "-1 times"),
    ("- start: {server: 0, command: 1, times: 9999999}", 41, "allowed are 0 to 100000"),
    ("- {parallel: 1001, steps: [check_no_leader]}", 14, "allowed are 0 to 1000"),
    # variables
    ("- crash: leader", 10, "nothing is called `leader` here"),
    ("- crash: aliev", 10, "did you mean `alive`?"),
    ("- pick_server: {save: n}", 23, "`n` has a meaning of its own"),
    ("- pick_server: {save: a b}", 23, "wanted a name"),
    ("- pick_server", 3, "`pick_server` is missing its field `save`"),
    ("- let: {x: 1, x: 2}", 15, "`x` stands here twice"),
    ("- let: {x: y}", 12, "nothing is called `y`"),
    ("- let: [x]", 8, "wanted names with their values"),
    ("- append: {to: all, value: 1}", 16, "only a variable's list can grow"),
    ("- next_attempt_if: true", 3, "stands in no `attempts`"),
    ("- use: churn", 8, "no shared steps are called `churn`"),
    # expressions
    ("- check: 1 ==", 14, "expected a value, found the end"),
    ("- check: (1 == 1", 17, "expected `)`, found the end"),
    ("- check: 1 < 2 < 3", 16, "comparisons do not chain"),
    ("- check: 1 = 1", 12, "write `==` to compare"),
    ("- check: n.real == 1", 11, "there are no attributes"),
    ("- check: n && n", 12, "write `and`"),
    ("- check: 1 / 0 == 1", 12, "division by zero"),
    ("- check: n / (n - 3) == 1", 12, "division by zero"),
    ("- sleep: 5s..2s", 12, "an empty range"),
    ("- sleep: 0..5ms", 11, "write the unit on both ends"),
    ("- sleep: 1s - 2s", 13, "a duration cannot be negative"),
    ("- sleep: 1s + 1", 13, "durations carry a unit"),
    ("- check: 1s == 1", 13, "durations carry a unit"),
    ("- check: 1 and true", 12, "`and` wants true or false"),
    ("- check: 1 in 2", 12, "looks into a list or a range"),
    ("- check: n + (1..2) == 1", 12, "draw from the range first"),
    ("- check: eval(1) == 1", 10, "there is no function `eval`"),
    ("- let:\n    x: random_string(1, 2)", 8, "takes one number"),
    ("- let: {x: random_string(10000000)}", 26, "from 0 to 1000000"),
    ("- let: {x: 99999999999999999999}", 12, "20 digits"),
    ("- let: {x: 999999999999999999 * 999}", 31, "beyond 10^18"),
    ("- check: " + "(" * 50 + "1" + ")" * 50, 50, "nested more than 40 deep"),
    ("- check: " + "1 + " * 400 + "1 == 1", 10, "at most 1000 are allowed"),
    ("- check: " + "1+" * 200 + "1 == 1", 10, "at most 300 are allowed"),
    ("- check: true or maybe", 18, "nothing is called `maybe`"),
]


@pytest.mark.parametrize(("step", "column", "says"), STEPS, ids=lambda value: str(value)[:50])
def test_a_malformed_step_is_refused_at_its_place(step: str, column: int, says: str) -> None:
    """The column is the one inside the expression, where there is one."""
    with pytest.raises(SuiteError) as caught:
        suite_of(step)
    assert says in str(caught.value)
    assert caught.value.line == 6 + step.count("\n")
    assert caught.value.column == column + 6


def test_a_variable_must_be_saved_on_every_way_to_its_use() -> None:
    """Finding out in round 700 of Figure 8 would be late."""
    steps = """
- {if: alive < 3, steps: [{pick_server: {save: lucky}}]}
- crash: lucky
"""
    with pytest.raises(SuiteError, match=r"`lucky` may be missing here: line 6 saves it"):
        suite_of(steps)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("- {repeat: 0..3, steps: [{let: {x: 1}}]}\n- check: x == 1", id="perhaps-no-round"),
        pytest.param("- {for_each: all, as: s, steps: [{let: {x: 1}}]}\n- check: x == 1", id="for-each"),
        pytest.param("- {chance: 5%, steps: [{let: {x: 1}}]}\n- check: x == 1", id="chance"),
    ],
)
def test_a_block_that_may_not_run_saves_nothing_for_certain(steps: str) -> None:
    """As above, for each kind of block."""
    with pytest.raises(SuiteError, match="`x` may be missing here"):
        suite_of(steps)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param("- {repeat: 2, steps: [{let: {x: 1}}]}\n- check: x == 1", id="certain-rounds"),
        pytest.param(
            "- {if: alive < 3, steps: [{let: {x: 1}}], else: [{let: {x: 2}}]}\n- check: x > 0", id="both-ways"
        ),
        pytest.param("- let: {x: none}\n- let: {x: 5}\n- check: x == 5", id="none-first"),
        pytest.param("- sleep: 2 * election_timeout - 0.7 * election_timeout", id="decimals"),
        pytest.param("- crash: [0, n - 1]", id="computed-server"),
        pytest.param("- check_not_committed: {index: 2}", id="main-field-in-a-mapping"),
    ],
)
def test_what_is_certain_is_allowed(steps: str) -> None:
    """Legal neighbours of the refusals above."""
    suite_of(steps)


def test_a_variable_keeps_its_kind() -> None:
    """A leader that becomes a duration is a slip."""
    with pytest.raises(SuiteError, match="`x` holds a whole number since line 6"):
        suite_of("- let: {x: 1}\n- let: {x: 50ms}")


def test_a_task_of_its_own_does_not_save_into_variables_outside() -> None:
    """Its savings would be lost, silently."""
    with pytest.raises(SuiteError, match="`x` belongs to the steps outside"):
        suite_of("- let: {x: 1}\n- {parallel: 2, steps: [{let: {x: 2}}]}")


SHARED = """\
part: X
shared:
  {shared}
tests:
  T:
    servers: 3
    steps:
      - {use}
"""


@pytest.mark.parametrize(
    ("shared", "use", "says"),
    [
        ("a: {steps: [{use: a}]}", "use: a", "use themselves: a → a"),
        ("a: {steps: [{use: b}]}\n  b: {steps: [{use: a}]}", "use: a", "use themselves: a → b → a"),
        ("a: {steps: [{crash: victim}]}", "use: a", "nothing is called `victim`"),
        ("a: {parameters: [x], steps: [{crash: x}]}", "use: a", "missing its parameter `x`"),
        ("a: {steps: [{crash: 0}]}", "{use: a, with: {x: 1}}", "has no parameter `x`"),
        ("a: {parameters: [x, x], steps: [{crash: x}]}", "use: a", "`x` stands here twice"),
        ("a: {parameters: [x], steps: [{crash: x}]}", "{use: a, with: {x: 50ms}}", "wanted a server"),
        ("aa: {steps: [{crash: 0}]}", "use: ab", "did you mean `aa`?"),
        ("a: {steps: [{crash: [}]}", "use: a", "this is not YAML"),
    ],
)
def test_shared_steps_are_checked_with_their_use(shared: str, use: str, says: str) -> None:
    """Their errors point into the shared steps, or at the use."""
    text = SHARED.replace("{shared}", shared).replace("{use}", use)
    assert says in str(refusal(text.encode()))


def test_shared_steps_that_double_do_not_take_for_ever() -> None:
    """A chain of twenty that use each other twice means a million steps: refused at once."""
    chain = "\n  ".join(f"s{i}: {{steps: [{{use: s{i + 1}}}, {{use: s{i + 1}}}]}}" for i in range(20))
    shared = f"{chain}\n  s20: {{steps: [check_no_leader]}}"
    text = SHARED.replace("{shared}", shared).replace("{use}", "use: s0")
    assert "more than 20000 steps" in str(refusal(text.encode()))


def nested(depth: int) -> str:
    """Conditions inside each other."""
    return "- " + "{if: true, steps: [" * depth + "check_no_leader" + "]}" * depth


def test_steps_nest_only_so_deep() -> None:
    """In one test, and over shared steps: no suite ends in a RecursionError."""
    suite_of(nested(20))
    with pytest.raises(SuiteError, match="more than 24 deep"):
        suite_of(nested(26))
    inner = "{if: true, steps: [" * 15 + "{use: s0}" + "]}" * 15
    for order in (range(1, 40), range(39, 0, -1)):
        chain = "\n  ".join(f"s{i}: {{steps: [{inner.replace('s0', f's{i - 1}')}]}}" for i in order)
        text = SHARED.replace("{shared}", f"s0: {{steps: [check_no_leader]}}\n  {chain}")
        assert "more than 24 deep" in str(refusal(text.replace("{use}", "use: s39").encode()))


def test_what_a_message_quotes_is_short_and_harmless() -> None:
    """A megabyte in a word, or an escape sequence in a key, does not reach the terminal."""
    long = refusal(b"part: X\ntests: " + b"x" * 900_000)
    assert len(str(long)) < 500
    escape = refusal(b'part: X\n"\\e[31mred\\n": 1\ntests: {}\n')
    assert "\x1b" not in str(escape)
    assert "control characters" in str(refusal(b'part: X\ntitle: "a\\eb"\ntests: {}\n'))


# --- files -------------------------------------------------------------------


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    """Each says what it is."""
    import os

    os.mkfifo(tmp_path / "pipe.yaml")
    for path, says in (
        (tmp_path / "no.yaml", "no such file"),
        (tmp_path, "this is a folder"),
        (tmp_path / "pipe.yaml", "not an ordinary file"),
        (Path("x" * 5000), "cannot be read"),
        (Path("a\0b"), "cannot be read"),
    ):
        with pytest.raises(SuiteError, match=says):
            load_suite(path)


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    """Fifty megabytes, of which one is looked at."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(SuiteError, match="larger than 1 MiB"):
        load_suite(path)


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    """Some editors cannot help it."""
    suite = load_suite("x.yaml", text=b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"))
    assert [test.id for test in suite.tests] == ["T"]


def test_an_error_reads_as_one_line_and_an_advice() -> None:
    """The shape that editors and people know."""
    error = refusal(b"part: X\ntests:\n  T:\n    servers: 3\n    steps:\n      - agre: {}\n")
    assert str(error) == "x.yaml:6:9: there is no step `agre`\n  try: did you mean `agree`?"
