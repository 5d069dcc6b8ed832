// What the live figures share: settings in, a state with a way back, the DOM drawn from it.

import { render } from "./draw.js";
import { History } from "./state.js";

const SLIDING = 1000; // milliseconds within which what a slider does is one change

/** A figure that stands as a picture until it is opened. Subclasses say what it shows. */
export class LiveFigure extends HTMLElement {
  error = "";

  connectedCallback() {
    const told = this.querySelector("script");
    if (this.settings || !told) return; // told nothing yet: a page that is still being read
    this.settings = JSON.parse(told.textContent);
    this.still = this.querySelector(".still");
    this.ready();
  }

  /** Put the figure in the place of its picture. */
  begin(state, className) {
    this.history = new History(state);
    this.room = document.createElement("div");
    this.room.className = className;
    this.still.replaceWith(this.room);
    this.room.tabIndex = -1; // so that it can take the focus of the button that opened it
    if (this.settings.carried) keepKeys(this.room);
  }

  get state() {
    return this.history.now;
  }

  draw() {
    try {
      render(this.template(), this.room);
    } catch (error) {
      const halted = document.createElement("p");
      halted.role = "alert";
      halted.textContent = `This figure has come to a halt (${error.message}). Reload the page.`;
      this.room.prepend(halted);
      throw error;
    }
  }

  /** A slider that moves is one change, not many: what follows within a second takes its place. */
  sliding() {
    const now = performance.now();
    const inPlace = now - (this.slid ?? -Infinity) < SLIDING;
    this.slid = now;
    return { inPlace, sliding: true };
  }

  /** A file of the page, or one that the settings carry; else what stands in its place. */
  async fetched(file, read, otherwise) {
    try {
      const carried = this.settings.carried?.[file];
      if (carried) return await read(new Response(unpacked(carried)));
      const reply = await fetch(new URL(file, new URL(this.settings.root, document.baseURI)));
      if (!reply.ok) throw new Error(`${file}: ${reply.status}`);
      return await read(reply);
    } catch (error) {
      this.error = `A model could not be fetched (${error.message}). Look at the connection, and reload.`;
      return otherwise;
    }
  }
}

/** The bytes that a text in base64 holds. */
const unpacked = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** Bring the figures of a page to life; in a notebook several cells may carry the same script. */
export function define(tag, kind) {
  if (!customElements.get(tag)) customElements.define(tag, kind);
  for (const one of document.querySelectorAll(tag)) one.connectedCallback?.();
}

/** Keep Enter, arrows and letters from a notebook, which would take them for itself; not Ctrl+S. */
function keepKeys(room) {
  addEventListener("keydown", markForLab, { capture: true }); // the same one for all figures
  room.addEventListener("keydown", (event) => isPlain(event) && event.stopPropagation());
}

const isPlain = ({ ctrlKey, metaKey, altKey }) => !(ctrlKey || metaKey || altKey);

/** Say to JupyterLab, which listens before the figure does, whether a key is meant for it. */
function markForLab(event) {
  const room = event.target.closest?.(".course-live");
  room?.toggleAttribute("data-lm-suppress-shortcuts", isPlain(event));
}

/** The bytes of a file that was fetched. */
export const bytes = (reply) => reply.arrayBuffer();
