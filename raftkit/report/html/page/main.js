/**
 * Reads what the page carries, and puts the parts together.
 */

import { App } from "./app.js";
import { byId, el } from "./dom.js";
import { setUpFilter } from "./filter_box.js";
import { keysHelp, listenToKeys, showAll, zoom } from "./keys.js";
import { setUpLegend } from "./legend.js";
import { readPast, readResult, readTrace } from "./load.js";
import { Model } from "./model.js";
import { Panel } from "./panel.js";
import { listenToPointer } from "./pointer.js";
import { setUpSearch } from "./search_box.js";
import { duration, plural, visible } from "./text.js";

const BUTTON_ZOOM = 2;
const ADDRESS_WAIT_MS = 250;

async function start() {
  const result = readResult();
  const app = new App(new Model(await readTrace()), result, await readPast());
  head(app);
  const panel = new Panel(app);
  setUpFilter(app);
  setUpSearch(app);
  setUpLegend(app);
  setUpButtons(app, panel);
  listenToPointer(app, byId("tip"));
  listenToKeys(app);
  if (openAtLink(app)) panel.show("event");
  else firstView(app);
  tellInAddress(app);
  app.onSelect.push(() => panel.onSelected());
  Object.assign(window, { timeline: app }); // for the console, and for tests
  performance.mark("ready");
  document.body.dataset.ready = "true";
}

/** @param {App} app */
function head({ model, result, verdict }) {
  const { began } = model;
  byId("name").textContent = visible(result.id ?? began.test);
  const badge = byId("verdict");
  badge.textContent = verdict.verdict;
  badge.classList.add(verdict.isGood ? "good" : "bad");
  byId("facts").textContent = [
    result.title && visible(result.title), `seed ${began.seed}`, plural(model.servers, "server"), duration(model.end), plural(model.count, "event"),
  ].filter(Boolean).join("  ·  ");
}

/** The failure, if there is one; else the whole run. @param {App} app */
function firstView(app) {
  if (app.failure) app.showFailure();
  else app.select(-1);
}

/**
 * What one looks at is told in the address, so that it can be sent to somebody. Browsers refuse it too often in a row.
 * @param {App} app
 */
function tellInAddress(app) {
  let timer = 0;
  app.onSelect.push(() => {
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", app.selected >= 0 ? `#line=${app.selected + 1}` : "#"), ADDRESS_WAIT_MS);
  });
}

/** ``report.html#line=1180`` opens at that line of the trace. @param {App} app */
function openAtLink(app) {
  const line = Number(/^#line=(\d+)$/.exec(location.hash)?.[1] ?? 0);
  if (line < 1 || line > app.model.count) return false;
  const at = app.model.at[line - 1];
  app.view.show(at - 100e6, at + 100e6);
  app.select(line - 1);
  return true;
}

/** @param {App} app @param {Panel} panel */
function setUpButtons(app, panel) {
  const help = /** @type {HTMLDialogElement} */ (byId("help"));
  byId("help-keys").replaceChildren(keysHelp());
  byId("help-button").addEventListener("click", () => help.showModal());
  byId("zoom-in").addEventListener("click", () => zoom(app, 1 / BUTTON_ZOOM));
  byId("zoom-out").addEventListener("click", () => zoom(app, BUTTON_ZOOM));
  byId("zoom-all").addEventListener("click", () => showAll(app));
  const toFailure = byId("to-failure");
  toFailure.hidden = !app.failure;
  toFailure.addEventListener("click", () => {
    app.showFailure();
    if (app.failure) panel.show("failure");
  });
}

start().catch((error) => {
  document.body.replaceChildren(el("p", { class: "broken" }, `This page cannot be shown: ${visible(error)}. It needs a browser of 2023 or later.`));
  throw error;
});
