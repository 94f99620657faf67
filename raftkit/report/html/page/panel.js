/**
 * The panel beside the timeline: two tabs, the failure and the selected event.
 */

import { byId } from "./dom.js";
import { eventContent } from "./panel_event.js";
import { failureContent } from "./panel_failure.js";

/** @typedef {import("./app.js").App} App */

export class Panel {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.tabs = { failure: byId("tab-failure"), event: byId("tab-event") };
    this.pages = { failure: byId("page-failure"), event: byId("page-event") };
    if (app.failure) this.pages.failure.replaceChildren(...failureContent(app));
    else byId("tabs").hidden = true;
    for (const name of /** @type {const} */ (["failure", "event"])) {
      this.tabs[name].addEventListener("click", () => this.show(name));
      this.tabs[name].addEventListener("keydown", (event) => this.otherTab(event, name));
    }
    this.show(app.failure ? "failure" : "event");
  }

  /** Another event was selected: that is what one wants to read, unless one follows the failure's story. */
  onSelected() {
    if (!this.pages.failure.contains(document.activeElement)) this.show("event");
  }

  /** @param {"failure" | "event"} name */
  show(name) {
    for (const tab of /** @type {const} */ (["failure", "event"])) {
      const isShown = tab === name;
      this.tabs[tab].setAttribute("aria-selected", String(isShown));
      this.tabs[tab].tabIndex = isShown ? 0 : -1;
      this.pages[tab].hidden = !isShown;
    }
    this.fill();
  }

  /** Shows the selected event, keeping the focus where a list was left. @private */
  fill() {
    if (this.pages.event.hidden) return;
    const hadFocus = this.pages.event.contains(document.activeElement);
    this.pages.event.replaceChildren(...eventContent(this.app));
    if (hadFocus) /** @type {HTMLElement | null} */ (this.pages.event.querySelector(".around [aria-current]"))?.focus();
  }

  /** @private @param {KeyboardEvent} event @param {"failure" | "event"} name */
  otherTab(event, name) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = name === "failure" ? "event" : "failure";
    this.show(other);
    this.tabs[other].focus();
  }
}
