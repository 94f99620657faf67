"""The error tree. One root, few leaves; each carries its evidence as fields.

RaftkitError
├── SuiteError       a suite is not well formed: file, line, column
├── ContractError    an implementation is out of shape: what is there, what is wanted
├── CaseFailed       a test ran, and something broke: carries a verdict and a Failure
├── Stalled          no task can run and no timer is set: lists who waits for what
├── NotRepeatable    two runs of one seed differ
└── KernelBug        ours: says what can no longer be trusted
"""

from raftkit.model import Failure, Verdict


class RaftkitError(Exception):
    """The root of everything that raftkit raises on purpose."""


class SuiteError(RaftkitError):
    """A suite file is refused, and nothing of it runs; or a name means no test (then ``file`` is empty).

    The text is ``file:line:column: message``, then a line ``try: ...`` when there is advice.
    """

    def __init__(self, message: str, *, file: str, line: int = 1, column: int = 1, advice: str = "") -> None:
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.advice = advice
        super().__init__(message)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        text = place + self.message
        return f"{text}\n  try: {self.advice}" if self.advice else text


class ContractError(RaftkitError):
    """An implementation cannot be plugged in: it is missing, broken, or has the wrong shape.

    ``found`` is the implementer's own code or file, ``wanted`` what the contract asks for.
    """

    def __init__(
        self, message: str, *, where: str = "", found: str = "", wanted: str = "", advice: str = ""
    ) -> None:
        self.message = message
        self.where = where
        self.found = found
        self.wanted = wanted
        self.advice = advice
        super().__init__(message)

    def __str__(self) -> str:
        lines = [f"ContractError: {self.message}"]
        for label, value in (
            ("where", self.where),
            ("found", self.found),
            ("wanted", self.wanted),
            ("try", self.advice),
        ):
            if value:
                lines.append(f"  {label:<10} " + value.replace("\n", "\n" + " " * 13))
        return "\n".join(lines)


class CaseFailed(RaftkitError):
    """A test ran and something broke. The runner turns it into a Result.

    Raised by the cluster's checks, by steps and by oracles. The step interpreter fills in
    ``failure.where`` when it is still None.
    """

    def __init__(self, failure: Failure, verdict: Verdict = Verdict.FAILED) -> None:
        self.failure = failure
        self.verdict = verdict
        super().__init__(f"{failure.kind}: {failure.summary}")


class Stalled(RaftkitError):
    """No task can run and no timer is set."""


class NotRepeatable(RaftkitError):
    """Two runs of one seed gave different traces."""


class KernelBug(RaftkitError):
    """Something that cannot happen happened: this run proves nothing. Please report it."""
