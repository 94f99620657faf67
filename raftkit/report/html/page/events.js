/**
 * The vocabulary of a trace: which events there are, where each belongs, and how each reads as a sentence.
 */

import { brief, moment, visible } from "./text.js";

/**
 * A record of the trace, as JSON has it.
 * @typedef {Record<string, any> & {event: string, at_ns: number}} Event
 */

/**
 * @typedef {object} Kind
 * @property {string} family  What the filter calls it.
 * @property {"server" | "source" | "target" | "dropped" | "call" | ""} lane  Which field names its server.
 * @property {(e: Event) => string} sentence
 */

/** @param {Event} e */
const route = (e) => `S${e.source} → S${e.target}`;
/** @param {Event} e */
const method = (e) => visible(e.method);

/** @type {Record<string, Kind>} */
export const KINDS = {
  test_began: { family: "Test", lane: "", sentence: (e) => `${visible(e.test)} begins: ${e.servers} servers, seed ${e.seed}, ${visible(e.network)} network` },
  step_began: { family: "Test", lane: "", sentence: (e) => `step ${visible(e.step)}: ${visible(e.text)}` },
  warned: { family: "Test", lane: "", sentence: (e) => `warning: ${visible(e.text)}` },
  network_changed: { family: "Faults", lane: "", sentence: (e) => `the network becomes ${weather(e) || "reliable"}` },
  fault_began: { family: "Faults", lane: "", sentence: (e) => `fault ${e.fault}: ${visible(e.text)}` },
  fault_bit: { family: "Faults", lane: "", sentence: (e) => `fault ${e.fault} bites: ${visible(e.text)}` },
  fault_ended: { family: "Faults", lane: "", sentence: (e) => `fault ${e.fault} is over, ${e.bites ? `bit ${e.bites}×` : "without effect"}` },
  test_ended: { family: "Test", lane: "", sentence: (e) => `the test ends: ${visible(e.verdict)}${e.reason ? `: ${visible(e.reason)}` : ""}` },
  server_created: { family: "Faults", lane: "server", sentence: (e) => (e.incarnation > 1 ? `S${e.server} restarts with ${e.state_bytes} bytes of state` : `S${e.server} starts`) },
  server_crashed: { family: "Faults", lane: "server", sentence: (e) => `S${e.server} crashes` },
  connected: { family: "Faults", lane: "server", sentence: (e) => `S${e.server} is connected` },
  disconnected: { family: "Faults", lane: "server", sentence: (e) => `S${e.server} is disconnected` },
  rpc_sent: { family: "Messages", lane: "source", sentence: (e) => `${route(e)}  ${method(e)}${gist(e.args)}` },
  rpc_delivered: { family: "Messages", lane: "target", sentence: (e) => `${route(e)}  ${method(e)} arrives` },
  rpc_replied: { family: "Messages", lane: "target", sentence: (e) => `S${e.target} → S${e.source}  ${method(e)} reply${gist(e.reply)}` },
  rpc_delayed: { family: "Messages", lane: "call", sentence: (e) => `the ${visible(e.held ?? "reply")} is held back until ${moment(e.until_ns)}` },
  rpc_dropped: { family: "Messages", lane: "dropped", sentence: (e) => `${route(e)}  ${method(e)}: ${visible(e.lost)} lost (${visible(e.why)})` },
  rpc_duplicated: { family: "Messages", lane: "source", sentence: (e) => `${route(e)}  ${method(e)}: a copy arrives at ${moment(e.until_ns)}` },
  rpc_answered: { family: "Messages", lane: "source", sentence: (e) => `S${e.source} has S${e.target}’s reply to ${method(e)}` },
  rpc_failed: { family: "Messages", lane: "source", sentence: (e) => `S${e.source} learns that ${method(e)} to S${e.target} failed (${visible(e.why)})` },
  persisted: { family: "Saves", lane: "server", sentence: (e) => `S${e.server} saves ${e.state_bytes} bytes${e.snapshot_bytes === null ? "" : ` and a snapshot of ${e.snapshot_bytes}`}` },
  save_failed: { family: "Faults", lane: "server", sentence: (e) => `S${e.server} cannot save: its disk fails` },
  started: { family: "Commands", lane: "server", sentence: (e) => `start(${brief(e.command)}) on S${e.server}: ${e.accepted ? `index ${e.index}, term ${e.term}` : "not the leader"}` },
  state_read: { family: "Commands", lane: "server", sentence: (e) => `S${e.server} says: term ${e.term}, ${e.leader ? "leader" : "not leader"}` },
  applied: { family: "Applied", lane: "server", sentence: (e) => `S${e.server} applies ${e.index}: ${brief(e.command)}` },
  snapshot_applied: { family: "Snapshots", lane: "server", sentence: (e) => `S${e.server} takes a snapshot up to ${e.index}` },
  snapshot_taken: { family: "Snapshots", lane: "server", sentence: (e) => `S${e.server} makes a snapshot up to ${e.index}` },
  restored: { family: "Snapshots", lane: "server", sentence: (e) => `S${e.server} restores its snapshot up to ${e.index}` },
  operation_called: { family: "Clients", lane: "", sentence: (e) => `client ${e.client} #${e.operation}: ${visible([e.kind, e.key, e.expected, e.value].filter(Boolean).join(" "))}` },
  operation_returned: { family: "Clients", lane: "", sentence: (e) => `client ${e.client} #${e.operation}: ${visible(e.outcome)}${e.result === null ? "" : ` ${brief(e.result)}`}` },
  logged: { family: "Log", lane: "server", sentence: (e) => `S${e.server} ${visible(e.topic)} ${visible(e.text)}${pairs(e.fields)}` },
  lock_over_call: { family: "Log", lane: "server", sentence: (e) => `S${e.server} holds ${visible(e.lock)} while it waits for ${visible(e.over)}` },
  ran_on: { family: "Log", lane: "server", sentence: (e) => `S${e.server} runs on after kill(): thread ${visible(e.thread)}` },
  raised: { family: "Faults", lane: "server", sentence: (e) => `S${e.server} raised ${visible(e.kind)}: ${visible(e.summary)}` },
};

/** What this page does not know yet is shown all the same. @type {Kind} */
const UNKNOWN = { family: "Other", lane: "server", sentence: (e) => visible(e.event) };

/**
 * @param {string} name
 * @returns {Kind}
 */
export function kindOf(name) {
  return Object.hasOwn(KINDS, name) ? KINDS[name] : UNKNOWN;
}

/**
 * An event as one line for people.
 * @param {Event} event
 * @returns {string}
 */
export function sentence(event) {
  return kindOf(event.event).sentence(event);
}

/**
 * @param {Event} e  A ``network_changed``.
 * @returns {string}
 */
export function weather(e) {
  return [e.unreliable && "unreliable", e.long_reordering && "reordering"].filter(Boolean).join(", ");
}

/**
 * A field of arguments or of a reply, whatever the implementation's spelling: ``prev_log_index``, ``PrevLogIndex``.
 * @param {unknown} record
 * @param {string} name  Lower case, without underscores.
 * @returns {any}  Undefined when there is none.
 */
export function field(record, name) {
  if (typeof record !== "object" || record === null) return undefined;
  const fields = /** @type {Record<string, unknown>} */ (record);
  for (const key in fields) {
    if (plain(key) === name) return fields[key];
  }
  return undefined;
}

/** @type {Map<string, string>} */
const plainWords = new Map();

/**
 * @param {string} word
 * @returns {string}
 */
export function plain(word) {
  let found = plainWords.get(word);
  if (found === undefined) {
    found = word.replaceAll("_", "").toLowerCase();
    plainWords.set(word, found);
  }
  return found;
}

/**
 * The entries that a list of them stands for; the trace shortens a long one to its first five and its last.
 * @param {unknown} entries
 * @returns {{count: number, shown: {offset: number, term: number | null, command: unknown}[]}}
 */
export function entriesOf(entries) {
  if (!Array.isArray(entries)) return { count: 0, shown: [] };
  const shown = [];
  let count = 0;
  for (const entry of entries) {
    const left_out = typeof entry === "string" ? /^… (\d+) more …$/.exec(entry) : null;
    if (left_out) {
      count += Number(left_out[1]);
      continue;
    }
    const isPair = Array.isArray(entry) && entry.length === 2 && Number.isInteger(entry[0]);
    const term = isPair ? entry[0] : field(entry, "term") ?? null;
    const command = isPair ? entry[1] : field(entry, "command") ?? null;
    shown.push({ offset: count, term, command });
    count += 1;
  }
  return { count, shown };
}

/**
 * What matters of arguments or of a reply, for a label.
 * @param {unknown} record
 * @returns {string}
 */
export function gist(record) {
  const words = [];
  const term = field(record, "term");
  if (term !== undefined) words.push(`T${brief(term, 12)}`);
  const entries = field(record, "entries");
  if (Array.isArray(entries)) {
    const { count } = entriesOf(entries);
    words.push(count ? `+${count}` : "heartbeat");
  }
  const granted = field(record, "votegranted");
  if (granted !== undefined) words.push(granted ? "vote granted" : "vote refused");
  const success = field(record, "success");
  if (success !== undefined) words.push(success ? "ok" : "refused");
  return words.length ? ` ${words.join(" ")}` : "";
}

/** @param {unknown} fields */
function pairs(fields) {
  if (typeof fields !== "object" || fields === null) return "";
  return Object.entries(fields).map(([key, value]) => ` ${visible(key)}=${brief(value)}`).join("");
}

