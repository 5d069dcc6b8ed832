// <course-race>: the rungs learn on one clock, that of the processor.
//
// Its JSON says { root, file, rungs: [{ name, number, label }] }: the race itself is fetched when it
// is started. Played in a figure that a reader can stop, and move through by a slider.

import { define, LiveFigure } from "./element.js";
import { endOf, raceFigure } from "./race_views.js";

const LASTS = 24_000; // milliseconds that the whole race takes to play
const TICK = 150;

class CourseRace extends LiveFigure {
  ready() {
    const open = this.querySelector("button[hidden]"); // a page may have put others before it
    open.hidden = false;
    open.addEventListener("click", () => this.open(), { once: true });
  }

  /** Fetch the race, put it in the place of its picture, and play it. */
  async open() {
    this.race = await this.fetched(this.settings.file, (reply) => reply.json(), null);
    this.begin({ seconds: 0, sentence: 0 }, "course-live course-race");
    this.draw();
    this.room.querySelector("button, p")?.focus();
    if (this.race && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.play();
  }

  /** Let the clock run; at the end stop, after it begin anew. */
  play() {
    const end = endOf(this.race);
    if (this.state.seconds >= end) this.go({ seconds: 0 });
    this.timer = setInterval(() => {
      this.go({ seconds: Math.min(end, this.state.seconds + (end * TICK) / LASTS) });
      if (this.state.seconds === end) this.pause();
    }, TICK);
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

  template() {
    return raceFigure({
      race: this.race,
      rungs: this.settings.rungs,
      state: this.state,
      error: this.error,
      playing: Boolean(this.timer),
      toggle: () => (this.timer ? this.pause() : this.play()),
      seek: (seconds) => {
        if (this.timer) this.pause();
        this.go({ seconds });
      },
      choose: (sentence) => this.go({ sentence }),
    });
  }
}

define("course-race", CourseRace);
