// A figure that plays: fetched when it is started, then shown moment after moment on one clock.

import { html } from "./draw.js";
import { LiveFigure } from "./element.js";

/**
 * Its JSON says { file } besides; what was fetched is `played`. Subclasses name the `clock`, a number
 * of the state that runs from 0 to `last`, how far it goes at a time (`stride`), and the
 * milliseconds that a moment is shown (`pace`).
 */
export class Played extends LiveFigure {
  ready() {
    const open = this.querySelector("button[hidden]"); // a page may have put others before it
    open.hidden = false;
    open.addEventListener("click", () => this.open(), { once: true });
  }

  /** Fetch what is played, and put it in the place of its picture. */
  async open() {
    this.played = await this.fetched(this.settings.file, (reply) => reply.json(), null);
    this.begin({ [this.clock]: 0, sentence: 0 }, `course-live ${this.localName}`);
    this.draw();
    this.room.querySelector("button, p")?.focus();
    if (this.played && this.startsByItself) this.play();
  }

  get startsByItself() {
    return true;
  }

  get now() {
    return this.state[this.clock];
  }

  /** Show one moment after the other; at the end stop, after it begin anew. */
  play() {
    if (this.now >= this.last) this.go({ [this.clock]: 0 });
    this.timer = setInterval(() => {
      this.go({ [this.clock]: Math.min(this.last, this.now + this.stride) });
      if (this.now === this.last) this.pause();
    }, this.pace);
    this.draw();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.draw();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  go(change) {
    this.history.move({ ...this.state, ...change });
    this.draw();
  }

  /** What the templates show, and what their buttons do. */
  view() {
    return {
      state: this.state,
      error: this.error,
      playing: Boolean(this.timer),
      toggle: () => (this.timer ? this.pause() : this.play()),
      seek: (time) => {
        if (this.timer) this.pause();
        this.go({ [this.clock]: time });
      },
      choose: (sentence) => this.go({ sentence }),
    };
  }
}

/** The button that plays and the slider of the clock; `told` says in words where it stands. */
export const player = ({ playing, toggle, seek }, { name, now, last, step, told }) => html`
  <div class="player">
    <button type="button" @click=${toggle}>${playing ? "Pause" : "Play"}</button>
    <input
      type="range"
      min="0"
      max=${last}
      step=${step}
      .value=${String(now)}
      aria-label=${name}
      aria-valuetext=${told}
      @input=${(event) => seek(Number(event.target.value))}
    />
  </div>
  <p class="told">${told}</p>
`;

/** A choice among the sentences of what is played, which stand as places in its list of words. */
export const sentenceChooser = ({ sentences, words }, { state, choose }) => html`
  <label class="sentence">
    <span>sentence</span>
    <select @change=${(event) => choose(Number(event.target.value))}>
      ${sentences.map(
        ({ target }, i) => html`
          <option value=${i} .selected=${i === state.sentence}>
            ${target.slice(0, -1).map((place) => words[place]).join(" ")}
          </option>
        `,
      )}
    </select>
  </label>
`;
