// <course-film>: how attention learned to look, moment after moment of a run.
//
// Its JSON says { root, file }: the film itself is fetched when it is first played or moved.

import { define } from "./element.js";
import { filmFigure } from "./film_views.js";
import { Played } from "./played.js";

class CourseFilm extends Played {
  clock = "frame";
  stride = 1;
  pace = 220;

  get last() {
    return this.played.frames.length - 1;
  }

  template() {
    return filmFigure({ ...this.view(), film: this.played });
  }
}

define("course-film", CourseFilm);
