// <course-race>: the rungs learn on one clock, that of the processor.
//
// Its JSON says { root, file, rungs: [{ name, number, label }] }: the race itself is fetched when it
// is started.

import { define } from "./element.js";
import { Played } from "./played.js";
import { endOf, raceFigure } from "./race_views.js";

const LASTS = 24_000; // milliseconds that the whole race takes to play

class CourseRace extends Played {
  clock = "seconds";
  pace = 150;

  get startsByItself() {
    return !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  get last() {
    return endOf(this.played);
  }

  get stride() {
    return (this.last * this.pace) / LASTS;
  }

  template() {
    return raceFigure({ ...this.view(), race: this.played, rungs: this.settings.rungs });
  }
}

define("course-race", CourseRace);
