/**
 * Stretches of time: a server's roles, when it was down or cut off, the network's weather, the test's steps.
 */

import { weather } from "./events.js";

/** @typedef {import("./events.js").Event} Event */
/** @typedef {import("./states.js").ServerState} ServerState */
/** @typedef {{from: number, to: number}} Span */
/** @typedef {Span & {role: ServerState["role"], term: number | null}} RoleSpan */
/** @typedef {Span & {name: string}} WeatherSpan */
/** @typedef {Span & {step: string, text: string, line: number, event: number}} StepSpan */
/** @typedef {{at: number[], value: number[]}} Rises */

export class Spans {
  /** @param {number} servers */
  constructor(servers) {
    /** @type {RoleSpan[][]} */
    this.roles = Array.from({ length: servers }, () => []);
    /** @type {Span[][]} Between a crash and the next start. */
    this.down = Array.from({ length: servers }, () => []);
    /** @type {Span[][]} While its links were cut. */
    this.cut = Array.from({ length: servers }, () => []);
    /** @type {Rises[]} Of its commit index; it begins anew after a restart. */
    this.commits = Array.from({ length: servers }, () => ({ at: [], value: [] }));
    /** @type {WeatherSpan[]} */
    this.weather = [];
    /** @type {StepSpan[][]} By depth: a step inside another is a row below it. */
    this.steps = [];
    /** @private What the network does by itself. */
    this.network = "";
    /** @private @type {Map<number, string>} The faults that are on, by number. */
    this.faults = new Map();
    /** @private @type {Set<number>} */
    this.wasConnected = new Set();
  }

  /**
   * @param {Event} e
   * @param {number} number  The event's.
   * @param {ServerState[]} states  After the event.
   */
  take(e, number, states) {
    const at = e.at_ns;
    switch (e.event) {
      case "server_crashed": open(this.down[e.server], { from: at, to: Infinity }); break;
      case "server_created": close(this.down[e.server], at); break;
      case "disconnected":
        // The harness disconnects servers that are cut off already: before their first connection, for one.
        if (this.wasConnected.delete(e.server)) open(this.cut[e.server], { from: at, to: Infinity });
        break;
      case "connected":
        this.wasConnected.add(e.server);
        close(this.cut[e.server], at);
        break;
      case "network_changed": this.setNetwork(at, weather(e)); break;
      case "test_began": this.setNetwork(at, e.network === "reliable" ? "" : String(e.network)); break;
      case "fault_began":
        this.faults.set(e.fault, String(e.text));
        this.setWeather(at);
        break;
      case "fault_ended":
        this.faults.delete(e.fault);
        this.setWeather(at);
        break;
      case "step_began": this.beginStep(e, number); break;
      default:
    }
    for (let server = 0; server < states.length; server += 1) this.follow(server, states[server], at);
  }

  /**
   * Ends the steps. What servers are, and the weather, stays as it is at the end.
   * @param {number} at
   */
  finish(at) {
    for (const steps of this.steps) close(steps, at);
  }

  /** @private @param {number} at @param {string} name */
  setNetwork(at, name) {
    this.network = name;
    this.setWeather(at);
  }

  /** One band tells all that goes wrong at a time. @private @param {number} at */
  setWeather(at) {
    const name = [this.network, ...this.faults.values()].filter(Boolean).join("  ·  ");
    if (name === (this.weather.at(-1)?.to === Infinity ? this.weather.at(-1)?.name : "")) return;
    close(this.weather, at);
    if (name) this.weather.push({ from: at, to: Infinity, name });
  }

  /**
   * A step lasts until the next at its depth or above; the trace has no event for its end.
   * @private @param {Event} e @param {number} number
   */
  beginStep(e, number) {
    const depth = String(e.step).split(" ")[0].split(".").length - 1;
    while (this.steps.length <= depth) this.steps.push([]);
    for (let below = depth; below < this.steps.length; below += 1) close(this.steps[below], e.at_ns);
    this.steps[depth].push({ from: e.at_ns, to: Infinity, step: String(e.step), text: String(e.text), line: e.line, event: number });
  }

  /** @private @param {number} server @param {ServerState} state @param {number} at */
  follow(server, state, at) {
    const spans = this.roles[server];
    const last = spans[spans.length - 1];
    if (!last || last.role !== state.role || last.term !== state.term) {
      close(spans, at);
      spans.push({ from: at, to: Infinity, role: state.role, term: state.term });
    }
    const commits = this.commits[server];
    if (state.commit !== (commits.value.at(-1) ?? 0)) {
      commits.at.push(at);
      commits.value.push(state.commit);
    }
  }
}

/** @param {Span[] | undefined} spans @param {Span} span */
function open(spans, span) {
  spans?.push(span);
}

/** @param {Span[] | undefined} spans @param {number} at */
function close(spans, at) {
  const last = spans?.at(-1);
  if (last && last.to === Infinity) last.to = at;
}
