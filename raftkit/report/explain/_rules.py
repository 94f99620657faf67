"""For every kind of failure: the rule of the paper that it is about, in our own words, and where to look first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What the paper asks, and what people usually find.

    Attributes:
        source: Section, figure, or the lab's page.
        text: The rule.
        look: What to look at first.
    """

    source: str
    text: str
    look: str


_ELECTION = Rule(
    "Raft §5.2",
    "A follower that hears nothing from a leader for its election timeout starts a new term and asks all "
    "others for their vote. With the votes of a majority of all servers it leads, and tells everybody at "
    "once, so that nobody else stands. Random timeouts keep servers from standing at the same moment and "
    "splitting the vote.",
    "The timer: is it random anew each time, longer than a few heartbeats, and restarted only by a leader"
    " of this term or by a vote that was granted?",
)
_ONE_LEADER = Rule(
    "Raft §5.2, Figure 3 (Election Safety)",
    "A term has at most one leader, because a candidate needs a majority and a server votes once a term. "
    "Two leaders mean that somebody voted twice, that votes were counted which were not given in this "
    "term, or that a majority was miscounted.",
    "The vote: is voted_for tested and set under one lock, kept when a message of the same term arrives, "
    "and saved before the reply?",
)
_REPLICATION = Rule(
    "Raft §5.3",
    "A leader sends each follower the entries that it lacks, again and again until they are acknowledged,"
    " also when nothing new arrives. When a follower's log does not match in front of them it refuses, "
    "and the leader goes back until it does. What a majority has is committed, and the next AppendEntries"
    " tells everybody so.",
    "Follow the index below: was it sent, acknowledged, committed, applied? The first step that is "
    "missing is the bug.",
)
_COMMIT = Rule(
    "Raft §5.3, §5.4.2, Figure 8",
    "An entry is committed once its leader knows that a majority has it, and only entries of the leader's"
    " own term are committed by counting. An older entry on a majority may still be overwritten by a "
    "server whose last term is later.",
    "match_index: it is what a reply proved (prev_log_index + the entries of that request), never what "
    "was sent since.",
)
_SAFETY = Rule(
    "Raft §5.4.3, Figure 3 (State Machine Safety)",
    "Once a server has applied an entry at an index, no other ever applies another there. When it "
    "happens, an entry was committed that not every later leader had: by a leader that counted wrongly, "
    "by voters who elected a candidate with a shorter log, or by a server that forgot what it had "
    "acknowledged.",
    "The leader between the two: whose votes did it get, and what did these servers have in their logs?",
)
_ORDER = Rule(
    "Raft §5.3, Figure 2 (rules for all servers)",
    "A server applies every index once, in order, from last_applied + 1 to commit_index. After a restart "
    "it begins behind its snapshot, or at 1.",
    "One thread applies, last_applied moves with it, and a snapshot that is installed moves last_applied "
    "too.",
)
_PERSISTENCE = Rule(
    "Raft §5.1, Figure 2 (persistent state)",
    "current_term, voted_for and the log are saved before a server answers with them. What a restart "
    "takes back was counted by somebody: a vote towards a majority, an entry towards a commit.",
    "The handler that answered: save wherever it changes one of the three, before it returns.",
)
_SNAPSHOT = Rule(
    "Raft §7, Figure 13",
    "A snapshot replaces the log up to its last included index. It only ever takes the service forward, "
    "it is saved in one step with the log that it was cut for, and its bytes come back as they were "
    "given.",
    "Index, term and bytes of the snapshot belong together: where are they stored, and which of them is "
    "older?",
)
_LOCKS = Rule(
    "the lab's advice on locking",
    "A thread that holds a lock waits for nothing that may need it: no RPC, no apply_ch.put, no second "
    "lock in another order.",
    "The stacks: each thread waits for what the next one holds. Let go of the lock before the wait.",
)

_OUTSIDE = Rule(
    "docs/isolation.md",
    "What a server has to say it says by its peers, its persister and its apply channel. The process in which it runs "
    "speaks to the judge over pipes of its own; whoever writes to them, or closes them, ends the run.",
    "Code that opens, closes or writes to descriptors by number, or reaches for raftkit's own objects.",
)

_PACE = Rule(
    "the lab's page",
    "A leader sends at most ten heartbeats a second, and an entry once to each follower that answers. "
    "Loops wait between their rounds.",
    "What triggers a send: a timer, a new entry, or a reply? Does a failed call come again at once?",
)
_CODE = Rule(
    "Python",
    "An exception that nobody catches ends its thread, and with it whatever that thread did for the server.",
    "The last line of the traceback that is in your own file.",
)

_LIMITS = Rule(
    "the lab's page",
    "A test may take 120 s, all of them together 600 s. A sound implementation needs a fraction of both: "
    "elections end within a second or two, agreement takes milliseconds, and logs that are compacted stay small.",
    "What was under way when the limit struck: a call that never returns, an election that never ends, or work "
    "that grows with every round?",
)

RULES: dict[str, Rule] = {
    "NoLeader": _ELECTION,
    "TermsDiffer": _ELECTION,
    "TermTooLow": _ELECTION,
    "UnexpectedLeader": _ONE_LEADER,
    "ElectionSafetyViolated": _ONE_LEADER,
    "VotedTwice": _ONE_LEADER,
    "ElectedWithoutMajority": Rule(
        "Raft §5.2",
        "A candidate leads once it has the votes of a majority of all servers, each given in the term in which it "
        "stands. Replies are late or never come, and a candidate whose election failed stands again in a new term: a "
        "vote for the one before is worth nothing there, and two leaders of a term may follow from counting it.",
        "Where a vote is counted: is the current term still the one in which it was asked for, and the role still "
        "that of a candidate?",
    ),
    "AgreementFailed": _REPLICATION,
    "NotCommitted": _REPLICATION,
    "NothingCommits": _REPLICATION,
    "NotCaughtUp": Rule(
        "Raft §5.3, §7",
        "A leader goes on sending to a follower that does not answer, for as long as it takes. It goes back in its log "
        "until the two match, or sends its snapshot where the entries are gone; from there the follower gets all that "
        "it lacks, and the next message tells it what is committed.",
        "What is sent to that server, and what it answers: does next_index come down to where their logs match, and "
        "does it move on from there?",
    ),
    "WrongIndex": _REPLICATION,
    "StartRefused": _REPLICATION,
    "NoAttemptSucceeded": _REPLICATION,
    "LogMatchingViolated": Rule(
        "Raft §5.3, Figure 3 (Log Matching)",
        "A leader creates at most one entry at an index in its term, and a follower takes entries only where "
        "its log matches in front of them. So an index and a term determine an entry and everything before "
        "it.",
        "The follower's test of prev_log_term, and whether a conflicting entry goes together with all that "
        "follow it.",
    ),
    "CommittedTooEarly": _COMMIT,
    "CommittedWithoutMajority": _COMMIT,
    "CommittedOldTerm": _COMMIT,
    "AppliedUncommitted": Rule(
        "Raft §5.3, Figure 2 (AppendEntries, rule 5)",
        "A follower's commit_index is the smaller of leader_commit and the index of the last entry that the "
        "message vouches for, and never moves back. After a restart nothing is known to be committed but what"
        " the snapshot holds.",
        "Where commit_index is set: from leader_commit, with min, and not from the length of the log.",
    ),
    "StateMachineSafetyViolated": _SAFETY,
    "LeaderCompletenessViolated": _SAFETY,
    "CommandLost": _SAFETY,
    "WrongCommand": _SAFETY,
    "AppliedOutOfOrder": _ORDER,
    "UnknownCommand": _ORDER,
    "NotLinearizable": Rule(
        "Raft §8",
        "To its clients a replicated service looks as if one machine carried out each operation once, at one moment "
        "between its call and its answer. Raft gives every server the same commands in the same order; so what was "
        "answered stays, and whoever asks afterwards sees it.",
        "The commands of the operations that are shown: at which index was each applied, on which servers, and in "
        "which term was that entry committed?",
    ),
    "NothingAnswered": Rule(
        "Raft §8, §5.4",
        "While a majority of the servers run and hear each other, they elect a leader, and what clients ask is "
        "committed, applied and answered. A service that answers nobody never contradicts itself, and so such a run is "
        "no pass.",
        "One operation: did start() take its command, was that committed, was it applied? If the test leaves no "
        "majority together for long enough, it is the test that asks too much.",
    ),
    "LinearizabilityUnknown": Rule(
        "raftkit's page on linearizability",
        "Whether a history is linearizable takes a search for one order of its operations, which grows fast with how "
        "many overlap. It ends after a fixed number of steps; then nobody knows, and nothing is held against the "
        "implementation.",
        "The test's start_workload: fewer clients or more keys. Operations that never got an answer overlap all later "
        "ones: many of them make the search long.",
    ),
    "AnsweredBeforeSaving": _PERSISTENCE,
    "TermNotSaved": Rule(
        "Raft §5.1, Figure 2 (persistent state)",
        "current_term never moves back, over restarts either, and so it is saved whenever it changes, before the "
        "server answers. A server that forgets a term takes the leader that was replaced for the present one again, "
        "and votes as if nothing had happened.",
        "Every place where current_term grows: in a handler, at a reply that brings a higher one, and where an "
        "election begins.",
    ),
    "TermWentBack": Rule(
        "Raft §5.1, Figure 2 (persistent state, rules for all servers)",
        "Terms are Raft's clock: each server keeps the latest it has seen, over restarts too, joins a later one at "
        "once and refuses whatever belongs to an earlier. Who goes back takes leaders of the past for the present "
        "one, and may vote once more in a term in which it has voted.",
        "Every assignment to current_term: is it only ever raised, is it saved there, and what does a restart read?",
    ),
    "AcknowledgedEntryLost": Rule(
        "Raft §5.3, Figure 2 (AppendEntries, rule 3), Figure 13 (rule 6)",
        "A follower deletes an entry only where a leader's entry of another term stands at its index, and a snapshot "
        "replaces the log up to its last included index, not what follows. The leader counts what was acknowledged "
        "towards a majority: if the follower loses it, a committed entry may be gone.",
        "Wherever the log is cut or replaced: InstallSnapshot, and AppendEntries that come late or twice.",
    ),
    "SavedStateTooLarge": _SNAPSHOT,
    "SavedStateGrows": _SNAPSHOT,
    "EntriesKept": Rule(
        "the lab's page (2D), Raft §7",
        "A snapshot takes the place of the entries that it covers, on disk and in memory: a server that runs for long "
        "must be able to forget. Entries to which some object still refers are never freed.",
        "Whatever is given entries and outlives a call: a log that is replaced and not let go of, slices and views of "
        "it, queues, and what is kept for debugging.",
    ),
    "SnapshotMismatch": _SNAPSHOT,
    "SnapshotWentBack": _SNAPSHOT,
    "SnapshotCorrupt": _SNAPSHOT,
    "SnapshotDiffers": _SNAPSHOT,
    "CheckFailed": Rule(
        "the suite",
        "A test says with `check` what must hold at a certain moment, beside what "
        "the paper's rules ask for at all times.",
        "The step's own words and condition, and what the steps before it did: `raftkit suites show` tells the test.",
    ),
    "Vacuous": Rule(
        "raftkit's page on suites, must_happen",
        "A test passes when nothing broke and what it is about did happen: a test of elections in which nobody was "
        "elected, or of crashes in which nobody crashed, has shown nothing.",
        "What was missing: does the implementation avoid it, or say it in a way that others do not see?",
    ),
    "ContractBroken": Rule(
        "docs/contract.md",
        "What a method takes and returns is a contract: start() returns index, term and whether the server leads, "
        "get_state() the term and whether it leads, and neither waits.",
        "The method's return statements, every one of them.",
    ),
    "DataRace": Rule(
        "docs/race.md",
        "What two threads use, and one of them writes, needs a lock that both take, or something else that lets one "
        "come after the other. Without it either may come first, or see a half of what the other does.",
        "Both places: which lock guards this at all others, and which of the two does without?",
    ),
    "ProcessDied": Rule(
        "docs/contract.md",
        "A server lives until kill() is called. What ends its process takes all of its threads along: os._exit, a "
        "signal, or a crash in a module written in C.",
        "What was called last, and which module in C is under it.",
    ),
    "ProtocolBroken": _OUTSIDE,
    "ProcessDisturbed": _OUTSIDE,
    "Deadlock": _LOCKS,
    "TestLimitExceeded": _LIMITS,
    "TotalLimit": _LIMITS,
    "CpuLimit": _LIMITS,
    "MemoryLimitExceeded": _LIMITS,
    "BusyLoop": _PACE,
    "Hung": _PACE,
    "RpcFlood": _PACE,
    "TooManyHeartbeats": _PACE,
    "TooManyRPCs": _PACE,
    "TooFewRPCs": _ELECTION,
    "TooManybytes": _PACE,
}
"""By kind; an exception's name that is not here is one of the implementation's own: ``CODE``."""

CODE = _CODE
