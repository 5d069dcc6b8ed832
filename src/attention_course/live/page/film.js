// <course-film>: how attention learned to look, moment after moment of a run.
//
// Its JSON says { root, file }: the film itself is fetched when it is first played or moved.

import { define, LiveFigure } from "./element.js";
import { filmFigure } from "./film_views.js";

const PACE = 220; // milliseconds that a moment is shown

class CourseFilm extends LiveFigure {
  ready() {
    const open = this.querySelector("button[hidden]"); // a page may have put others before it
    open.hidden = false;
    open.addEventListener("click", () => this.open(), { once: true });
  }

  /** Fetch the film, put it in the place of its picture, and play it. */
  async open() {
    this.film = await this.fetched(this.settings.file, (reply) => reply.json(), null);
    this.begin({ frame: 0, sentence: 0 }, "course-live course-film");
    this.draw();
    this.room.querySelector("button, p")?.focus();
    if (this.film) this.play();
  }

  /** Show one moment after the other; at the end stop, after it begin anew. */
  play() {
    const last = this.film.frames.length - 1;
    if (this.state.frame === last) this.go({ frame: 0 });
    this.timer = setInterval(() => {
      this.go({ frame: Math.min(last, this.state.frame + 1) });
      if (this.state.frame === last) this.pause();
    }, PACE);
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
    return filmFigure({
      film: this.film,
      state: this.state,
      error: this.error,
      playing: Boolean(this.timer),
      toggle: () => (this.timer ? this.pause() : this.play()),
      seek: (frame) => {
        if (this.timer) this.pause();
        this.go({ frame });
      },
      choose: (sentence) => this.go({ sentence }),
    });
  }
}

define("course-film", CourseFilm);
