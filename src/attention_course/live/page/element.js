// What the live figures share: settings in, a state with a way back, the DOM drawn from it.

import { render } from "../../vendor/lit-html/lit-html.js";
import { History } from "./state.js";

const SLIDING = 1000; // milliseconds within which what a slider does is one change

/** A figure that stands as a picture until it is opened. Subclasses say what it shows. */
export class LiveFigure extends HTMLElement {
  error = "";

  connectedCallback() {
    if (this.settings) return;
    this.settings = JSON.parse(this.querySelector("script").textContent);
    this.still = this.querySelector(".still");
    this.ready();
  }

  /** Put the figure in the place of its picture. */
  begin(state, className) {
    this.history = new History(state);
    this.room = document.createElement("div");
    this.room.className = className;
    this.still.replaceWith(this.room);
  }

  get state() {
    return this.history.now;
  }

  draw() {
    render(this.template(), this.room);
  }

  /** A slider that moves is one change, not many: what follows within a second takes its place. */
  sliding() {
    const now = performance.now();
    const inPlace = now - (this.slid ?? -Infinity) < SLIDING;
    this.slid = now;
    return { inPlace };
  }

  /** A file of the page, or what stands in its place where it cannot be had. */
  async fetched(file, read, otherwise) {
    try {
      const reply = await fetch(new URL(file, new URL(this.settings.root, document.baseURI)));
      if (!reply.ok) throw new Error(`${file}: ${reply.status}`);
      return await read(reply);
    } catch (error) {
      this.error = `A model could not be fetched (${error.message}). Look at the connection, and reload.`;
      return otherwise;
    }
  }
}

/** The bytes of a file that was fetched. */
export const bytes = (reply) => reply.arrayBuffer();
