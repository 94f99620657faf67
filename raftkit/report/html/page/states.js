/**
 * What is known of each server, event by event. Nobody asks a server for its state: this is what shows on the
 * wire, in what it answers to start() and get_state(), and in what it logs. A rule of thumb here may be wrong about
 * an implementation that does things its own way; the records beside it are what happened.
 */

import { entriesOf, field, plain } from "./events.js";

/** @typedef {import("./events.js").Event} Event */
/** @typedef {{index: number, term: number | null, command: unknown}} Entry */

/**
 * @typedef {object} ServerState
 * @property {"down" | "follower" | "candidate" | "leader"} role
 * @property {boolean} connected
 * @property {number} incarnation
 * @property {number | null} term
 * @property {number[]} votes  Who voted for it in this term, as far as answers show.
 * @property {number | null} votedFor  Whom it voted for in this term.
 * @property {number} lastIndex
 * @property {Entry[]} tail  The last entries of its log that were seen; never changed in place.
 * @property {number} commit
 * @property {number} applied
 * @property {number} snapshot  The index its last snapshot reaches.
 */

/** @typedef {{args: unknown, reply: unknown}} Call */

const TAIL = 8;

/** @returns {ServerState} */
export function unborn() {
  return {
    role: "down", connected: false, incarnation: 0, term: null, votes: [], votedFor: null,
    lastIndex: 0, tail: [], commit: 0, applied: 0, snapshot: 0,
  };
}

/**
 * Takes an event in.
 * @param {ServerState[]} servers  Changed in place.
 * @param {Event} e
 * @param {(call: number) => Call | undefined} callOf
 */
export function reduce(servers, e, callOf) {
  const rule = Object.hasOwn(RULES, e.event) ? RULES[e.event] : undefined;
  if (rule) rule(servers, e, callOf);
}

/** @type {Record<string, (servers: ServerState[], e: Event, callOf: (call: number) => Call | undefined) => void>} */
const RULES = {
  server_created: on((s, e) => {
    Object.assign(s, { role: "follower", incarnation: e.incarnation, votes: [], commit: s.snapshot, applied: s.snapshot });
  }),
  server_crashed: on((s) => Object.assign(s, { role: "down", votes: [] })),
  connected: on((s) => void (s.connected = true)),
  disconnected: on((s) => void (s.connected = false)),
  state_read: on((s, e) => {
    enter(s, e.term);
    if (e.leader) s.role = "leader";
    else if (s.role === "leader") s.role = "follower";
  }),
  started: on((s, e) => {
    enter(s, e.term);
    if (!e.accepted) {
      if (s.role === "leader") s.role = "follower";
      return;
    }
    s.role = "leader";
    extend(s, e.index - 1, 1, [{ index: e.index, term: e.term, command: e.command }]);
  }),
  applied: on((s, e) => {
    s.applied = e.index;
    s.commit = Math.max(s.commit, e.index);
    if (e.index > s.lastIndex) extend(s, e.index - 1, 1, [{ index: e.index, term: null, command: e.command }]);
  }),
  snapshot_taken: on((s, e) => void (s.snapshot = Math.max(s.snapshot, e.index))),
  snapshot_applied: on(snapshotReaches),
  restored: on(snapshotReaches),
  logged: on(readLog),

  rpc_sent(servers, e) {
    const s = servers[e.source];
    const term = field(e.args, "term");
    if (!s || !isTerm(term) || isOlder(term, s)) return;
    const method = plain(e.method);
    if (method === "requestvote") {
      enter(s, term);
      if (s.role !== "leader" && s.role !== "candidate") stand(s, e.source);
      else if (!s.votes.length) s.votes = [e.source];
    } else if (method === "appendentries" || method === "installsnapshot") {
      enter(s, term);
      s.role = "leader";
      s.commit = Math.max(s.commit, number(field(e.args, "leadercommit")));
    }
  },

  rpc_replied(servers, e, callOf) {
    const s = servers[e.target];
    const args = callOf(e.call)?.args;
    if (!s) return;
    const asked = field(args, "term");
    const term = field(e.reply, "term") ?? asked;
    if (isTerm(term)) enter(s, term);
    if (term !== asked) return; // it refused an older term, or knows a newer one
    const method = plain(e.method);
    if (method === "requestvote" && field(e.reply, "votegranted") === true) {
      s.votedFor = e.source;
      if (s.role !== "down") s.role = "follower";
    } else if (method === "appendentries" && e.source !== e.target) {
      if (s.role === "candidate") s.role = "follower"; // Raft §5.2: somebody else won this term
      if (field(e.reply, "success") === true) takeEntries(s, args);
    }
  },

  rpc_answered(servers, e, callOf) {
    const s = servers[e.source];
    const call = callOf(e.call);
    if (!s || !call) return;
    const term = field(call.reply, "term");
    if (isTerm(term)) enter(s, term);
    const isMine = field(call.args, "term") === s.term && s.role !== "follower";
    if (isMine && plain(e.method) === "requestvote" && field(call.reply, "votegranted") === true) {
      if (!s.votes.includes(e.target)) s.votes = [...s.votes, e.target].sort((a, b) => a - b);
    }
  },
};

/**
 * A rule about the one server that the event names.
 * @param {(s: ServerState, e: Event) => void} rule
 */
function on(rule) {
  /** @type {(servers: ServerState[], e: Event) => void} */
  const onServer = (servers, e) => {
    const server = servers[e.server];
    if (server) rule(server, e);
  };
  return onServer;
}

/** @param {unknown} term @returns {term is number} */
function isTerm(term) {
  return Number.isSafeInteger(term);
}

/** @param {unknown} value */
function number(value) {
  return Number.isSafeInteger(value) ? /** @type {number} */ (value) : 0;
}

/** @param {number} term @param {ServerState} s */
function isOlder(term, s) {
  return s.term !== null && term < s.term;
}

/**
 * A newer term makes everybody a follower who has not voted (Raft §5.1).
 * @param {ServerState} s
 * @param {number} term
 */
function enter(s, term) {
  if (!isTerm(term) || (s.term !== null && term <= s.term)) return;
  const was = s.term;
  s.term = term;
  s.votedFor = null;
  s.votes = [];
  if (was !== null && s.role !== "down") s.role = "follower";
}

/** @param {ServerState} s @param {number} me */
function stand(s, me) {
  s.role = "candidate";
  s.votedFor = me;
  s.votes = [me];
}

/** @param {ServerState} s @param {unknown} args  Of an AppendEntries that succeeded. */
function takeEntries(s, args) {
  const before = number(field(args, "prevlogindex"));
  const { count, shown } = entriesOf(field(args, "entries"));
  const entries = shown.map(({ offset, term, command }) => ({ index: before + 1 + offset, term, command }));
  extend(s, before, count, entries);
  const known = Math.min(number(field(args, "leadercommit")), before + count);
  s.commit = Math.max(s.commit, known);
}

/**
 * Puts entries behind ``before``. What was there stays unless it conflicts (Raft §5.3): a message that was
 * overtaken may not shorten a log.
 * @param {ServerState} s
 * @param {number} before
 * @param {number} count
 * @param {Entry[]} entries
 */
function extend(s, before, count, entries) {
  if (!count) return;
  const last = before + count;
  const isConflict = s.tail.some((old) => entries.some((e) => e.index === old.index && e.term !== null && old.term !== null && e.term !== old.term));
  if (last < s.lastIndex && !isConflict) return;
  const first = entries.length ? entries[0].index : before + 1;
  s.tail = [...s.tail.filter((old) => old.index < first), ...entries].slice(-TAIL);
  s.lastIndex = last;
}

/** @param {ServerState} s @param {Event} e */
function snapshotReaches(s, e) {
  s.snapshot = s.applied = e.index;
  s.commit = Math.max(s.commit, e.index);
  if (e.index > s.lastIndex) Object.assign(s, { lastIndex: e.index, tail: [] });
}

/**
 * The topics of the lab's log lines, with the words that implementations of the lab use.
 * @param {ServerState} s
 * @param {Event} e
 */
function readLog(s, e) {
  const term = field(e.fields, "term");
  const isOwnTerm = isTerm(term) && (e.topic === "LEAD" || e.topic === "TERM" || e.topic === "VOTE");
  if (isOwnTerm && !isOlder(term, s)) enter(s, term);
  else if (isOwnTerm) return;
  const text = String(e.text);
  if (e.topic === "LEAD" && /\b(leads|leading|won|wins|leader)\b/i.test(text) && !/\b(not|no|lost|steps?|stepping|down|old|from)\b/i.test(text)) {
    s.role = "leader";
  } else if (e.topic === "VOTE" && /\b(stands|(becom|convert|turn)\w*.*candidate|(start|begin)\w*.*election)\b/i.test(text)) {
    stand(s, e.server);
  } else if (e.topic === "CMIT") {
    s.commit = Math.max(s.commit, number(field(e.fields, "index") ?? field(e.fields, "commitindex")));
  }
}

/**
 * What an event changed, in words: ``S2 role follower → leader``.
 * @param {ServerState[]} before
 * @param {ServerState[]} after
 * @returns {{server: number, what: string, was: string, is: string}[]}
 */
export function changes(before, after) {
  const found = [];
  for (let server = 0; server < after.length; server += 1) {
    for (const { what, show } of SHOWN) {
      const was = show(before[server]);
      const is = show(after[server]);
      if (was !== is) found.push({ server, what, was, is });
    }
  }
  return found;
}

/**
 * @param {ServerState} s
 * @returns {string}
 */
export function roleName(s) {
  return s.incarnation ? s.role : "not started";
}

/** @type {{what: string, show: (s: ServerState) => string}[]} */
const SHOWN = [
  { what: "role", show: roleName },
  { what: "term", show: (s) => String(s.term ?? "–") },
  { what: "network", show: (s) => (s.connected ? "connected" : "disconnected") },
  { what: "votes", show: (s) => s.votes.map((v) => `S${v}`).join(" ") || "–" },
  { what: "voted for", show: (s) => (s.votedFor === null ? "–" : `S${s.votedFor}`) },
  { what: "last entry", show: lastEntry },
  { what: "commit", show: (s) => String(s.commit) },
  { what: "applied", show: (s) => String(s.applied) },
  { what: "snapshot", show: (s) => String(s.snapshot) },
];

/** @param {ServerState} s */
function lastEntry(s) {
  if (!s.lastIndex) return "–";
  const term = s.tail.at(-1)?.term;
  return term === null || term === undefined ? String(s.lastIndex) : `${s.lastIndex} (T${term})`;
}
