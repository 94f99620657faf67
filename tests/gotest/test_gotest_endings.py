"""Each way in which a Go test can end has its verdict, and words that help; the run goes on."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from packages import gotest, make_package, needs_go, results

pytestmark = needs_go


@dataclass(frozen=True)
class Ending:
    """One test.

    Attributes:
        body: What it does, in Go.
        verdict: How it ends.
        phrases: What is said of it.
    """

    body: str
    verdict: str
    phrases: tuple[str, ...] = ()


ENDINGS = {
    "Sleeps2A": Ending("time.Sleep(100 * time.Second)", "passed"),
    "Fails2A": Ending('t.Fatalf("expected %d", 7)', "failed", ("TestFailed", "expected 7 (test_test.go:")),
    "Skips2A": Ending('t.Skip("not today")', "vacuous", ("not today",)),
    "Panics2A": Ending('panic("no more")', "crashed", ("no more", "raft/test_test.go:")),
    "PanicsElsewhere2B": Ending(
        'go func() { var m map[int]int; m[1] = 1 }(); time.Sleep(time.Second); t.Fatal("late")',
        "crashed",
        ("assignment to entry in nil map", "raft/test_test.go:"),
    ),
    "LeavesWithZero2B": Ending("os.Exit(0)", "crashed", ("unexpected call to os.Exit(0)",)),
    "LeavesQuietly2B": Ending("syscall.Exit(0)", "crashed", ("ended before the test did: exit status 0",)),
    "LogsFatally2B": Ending('log.Fatal("it is over")', "crashed", ("exit status 1", "it is over")),
    "Waits2C": Ending(
        "var mu sync.Mutex; mu.Lock(); go func() { for { time.Sleep(time.Second) } }(); mu.Lock()",
        "timed_out",
        ("longer than 120 s", "sync.Mutex.Lock", "raft/test_test.go:"),
    ),
    "Spins2C": Ending(
        "for i := 0; ; i++ { n = i }", "busy", ("no virtual time passed", "--real", "raft/test_test.go:")
    ),
    "LooksAtTheClock2C": Ending(
        "for end := time.Now().Add(time.Second); time.Now().Before(end); { }", "passed"
    ),
    "Speaks2D": Ending(
        'fmt.Println("\\x1b[2J\\x1b]0;title\\x07\\u202e gone"); t.Fatal("\\x1b[31mred")', "failed", ("red",)
    ),
    "PretendsToPass2D": Ending(
        'fmt.Println("--- PASS: TestPretendsToPass2D (0.00s)"); syscall.Exit(0)', "crashed"
    ),
    "Allocates2D": Ending(
        "for { kept = append(kept, make([]byte, 1<<24)); clear := kept[len(kept)-1]; for i := range clear { clear[i] = 1 }; time.Sleep(time.Millisecond) }",
        "failed",
        ("MemoryLimitExceeded",),
    ),
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All of them in one package, run by one command."""
    folder = tmp_path_factory.mktemp("endings")
    tests = "\n".join(f"func Test{name}(t *testing.T) {{ {each.body} }}\n" for name, each in ENDINGS.items())
    imports = "fmt log os sync syscall testing time"
    make_package(folder, f"var n int\nvar kept [][]byte\n\n{tests}", imports)
    return results(folder, "--impl", ".", "--memory-limit", "256MiB", "-j", "2", "--total-limit", "2000s")


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_has_its_verdict(name: str, ended: dict[str, dict[str, Any]]) -> None:
    """And those after it have theirs."""
    expected, test = ENDINGS[name], ended[f"Test{name}"]
    shown = str(test.get("failure"))
    assert test["verdict"] == expected.verdict, shown
    for phrase in expected.phrases:
        assert phrase in shown


def test_sleeping_costs_nothing(ended: dict[str, dict[str, Any]]) -> None:
    """A hundred seconds pass on the lab clock, and are not waited for."""
    test = ended["TestSleeps2A"]
    assert 100.0 <= test["lab_seconds"] < 100.1
    assert test["wall_seconds"] < 50.0


FEW = """
func TestGood2A(t *testing.T) {}

func TestBad2A(t *testing.T) { println("\\x1b[2J hidden"); t.Fatal("\\x1b]0;title\\x07bad") }

func TestOther2B(t *testing.T) { time.Sleep(400 * time.Second) }
"""


def test_what_is_said_can_be_repeated_and_moves_no_cursor(tmp_path: Path) -> None:
    """The failure's block ends in a command, and what the test printed is text."""
    make_package(tmp_path, FEW, "testing time")
    done = gotest(tmp_path, "2A", "--impl", "src/raft", "--seed", "5")
    assert done.returncode == 1, done.stderr
    assert "\x1b" not in done.stdout
    assert "1 passed, 1 failed" in done.stdout
    assert "repeat     raftkit gotest TestBad2A --impl src/raft --seed 5" in done.stdout
    assert "hidden" in done.stdout


def test_the_limits_are_judged_on_the_lab_clock(tmp_path: Path) -> None:
    """A test of 400 s passes when it may take 500, and ends the run when all together may take 300."""
    make_package(tmp_path, FEW, "testing time")
    few = ("--impl", ".", "-k", "not Bad", "--test-limit", "500s")
    assert results(tmp_path, *few)["TestOther2B"]["verdict"] == "passed"
    assert results(tmp_path, *few, "--total-limit", "300s")["TestOther2B"]["verdict"] == "timed_out"


CHANCE = """
func TestChance2A(t *testing.T) {
	rand.Seed(seed())
	if rand.Intn(4) == 0 {
		t.Fatal("bad luck")
	}
}

func seed() int64 {
	n, _ := crand.Int(crand.Reader, big.NewInt(1<<62))
	return n.Int64()
}
"""


def test_tests_are_repeated_until_one_fails_and_its_seed_repeats_it(tmp_path: Path) -> None:
    """Chance that a tester draws from crypto/rand is the seed's, too."""
    make_package(tmp_path, CHANCE, "math/big math/rand testing")
    file = tmp_path / "src/raft/test_test.go"
    file.write_text(file.read_text().replace("import (\n", 'import (\n\tcrand "crypto/rand"\n'))
    done = gotest(tmp_path, "--impl", ".", "--until-fail", "--seed", "1", "-j", "1")
    assert done.returncode == 1, done.stderr
    (repeat,) = [line for line in done.stdout.splitlines() if line.strip().startswith("repeat")]
    seed = repeat.split("--seed ")[1]
    assert gotest(tmp_path, "--impl", ".", "--seed", seed).returncode == 1
    assert gotest(tmp_path, "--impl", ".", "-n", str(int(seed) - 1), "--seed", "1").returncode == (
        int(seed) == 1
    )


RACES = """
func TestRaces2A(t *testing.T) {
	n, done := 0, make(chan bool)
	go func() { n++; done <- true }()
	n++
	<-done
	time.Sleep(100 * time.Millisecond)
}
"""


@pytest.mark.skipif(
    shutil.which("gcc") is None and shutil.which("clang") is None, reason="no C compiler here"
)
def test_a_data_race_is_found_where_it_is_looked_for(tmp_path: Path) -> None:
    """With --race by Go's own detector, which names both places; else nobody sees it."""
    make_package(tmp_path, RACES, "testing time")
    plain, raced = (results(tmp_path, "--impl", ".", way)["TestRaces2A"] for way in ("--real", "--race"))
    assert plain["verdict"] == "passed"
    assert plain["lab_seconds"] >= 0.1
    assert (raced["verdict"], raced["failure"]["kind"]) == ("failed", "DataRace")
    assert "raft/test_test.go:11" in raced["failure"]["details"]
    assert raced["repeat"] == "raftkit gotest TestRaces2A --impl . --race --until-fail"


def test_a_lab_without_a_module_is_run_too(tmp_path: Path) -> None:
    """Until 2020 its imports were relative, which Go takes no more outside of GOPATH."""
    make_package(tmp_path, "func TestUp2A(t *testing.T) { labrpc.Up() }\n", "testing ../labrpc")
    (tmp_path / "src" / "go.mod").unlink()
    (tmp_path / "src" / "labrpc").mkdir()
    (tmp_path / "src" / "labrpc" / "labrpc.go").write_text("package labrpc\n\nfunc Up() {}\n")
    assert results(tmp_path, "--impl", "src/raft")["TestUp2A"]["verdict"] == "passed"
