"""Does a runner child keep memory? One child runs test after test; now and then, what it holds is printed.

python bench/memory.py                 1,000 tests: 2A to 2D on the reference, with one seed after another
python bench/memory.py --tests 10000   more of them
"""

import argparse
import itertools
import sys
from pathlib import Path

from raftkit.model import Limits, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.suite import find_tests, suites_dir

REFERENCE = Path(__file__).parents[1] / "impls" / "reference" / "raft.py"
PRINTED = (10, 100, 200, 500)
MIB = 2**20


def main() -> int:
    """Run the tests; 1 if one did not pass, as nothing follows from the rest then."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--tests", type=int, default=1000)
    options.add_argument("--impl", type=Path, default=REFERENCE)
    given = options.parse_args()

    child = RunnerChild()
    lab = find_tests(["2A", "2B", "2C", "2D"], suites_dir=suites_dir())
    endless = ((seed, test) for seed in itertools.count(1) for test in lab)
    for done, (seed, test) in enumerate(itertools.islice(endless, given.tests), 1):
        request = RunRequest(
            suite=str(suites_dir() / Path(test.suite).name),
            test=test.id,
            implementation=str(given.impl.resolve()),
            seed=seed,
            limits=Limits(),
        )
        result = child.run(request, About(part=test.part, title=test.title, servers=test.servers))
        if result.verdict is not Verdict.PASSED:
            print(f"{test.id}, seed {seed}: {result.verdict}: {result.reason}", file=sys.stderr)
            return 1
        if done in PRINTED or done % 1000 == 0:
            sample = child.start().sample()
            assert sample is not None
            print(f"{done:6} tests   {sample.resident_bytes / MIB:.1f} MiB", flush=True)
    child.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
