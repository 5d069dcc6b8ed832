// <course-step>: one step of a decoder with attention, walked through and then taken hold of.
//
// Its JSON says { root, file, bytes, gloss: {word: [lines]}, examples, trace, step }. The trace holds
// all numbers of the first sentence; the model is fetched when a reader takes hold of something.

import { readTrained } from "../engine/trained.js";
import { ask, moved } from "./asking.js";
import { bytes, define, LiveFigure } from "./element.js";
import { explain } from "./explaining.js";
import { connect } from "./lines.js";
import { HOLD, stepFigure, toldOf } from "./step_views.js";
import { isChanged, opened, withSetting, withStep } from "./state.js";

const RUNG = "scaled";

/** A sentence as it is opened: its first step of five, at a word. */
const start = (sentence, step) => ({
  ...opened(sentence, RUNG),
  step,
  stage: 0,
  undivided: false,
});

class CourseStep extends LiveFigure {
  ready() {
    const { trace, step } = this.settings;
    this.own = trace; // what the model does by itself
    this.now = trace; // and what it does with what a reader has changed
    this.told = "";
    this.begin(start(trace.sentence, step), "course-live course-step");
    this.draw();
    new ResizeObserver(() => this.connectWords()).observe(this.room);
  }

  draw() {
    super.draw();
    this.connectWords();
  }

  connectWords() {
    connect(this.room, this.step, this.state.stage);
  }

  /** The step that is shown; a changed sentence may have fewer. */
  get step() {
    return this.now.steps[Math.min(this.state.step, this.now.steps.length - 1)];
  }

  /** The model, fetched when it is first asked for. */
  async model() {
    if (this.trained || this.fetching) return this.trained;
    this.fetching = true;
    this.error = "";
    this.draw();
    const buffer = await this.fetched(this.settings.file, bytes, null);
    try {
      if (buffer) this.trained = await readTrained(buffer);
    } catch (error) {
      this.error = error.message;
    }
    this.fetching = false;
    this.draw();
    return this.trained;
  }

  /** What the model does with a sentence in a state. */
  answer(state) {
    const size = this.own.size;
    const temperature = (state.temperature[RUNG] ?? 1) / (state.undivided ? Math.sqrt(size) : 1);
    const asked = withSetting(state, "temperature", RUNG, temperature);
    return explain(this.trained, state.sentence, ask(this.trained, asked, RUNG));
  }

  /** Go on to a state in which something has been changed. */
  set(state, options) {
    this.history.push(state, options);
    this.now = this.answer(state);
    this.draw();
  }

  /** Look at another word or another step of the five. */
  async look(change) {
    this.history.move({ ...this.state, ...change });
    this.draw();
    if (this.state.stage === HOLD) await this.model();
  }

  async choose(sentence) {
    if (!(await this.model())) return;
    const state = { ...start(sentence, 0), stage: this.state.stage };
    this.history.restart(state);
    this.own = this.now = this.answer(state);
    this.draw();
  }

  back() {
    const { step, stage } = this.state;
    this.history.back();
    this.history.move({ ...this.state, step, stage });
    this.now = this.answer(this.state);
    this.draw();
  }

  template() {
    const { state, own, now, settings } = this;
    const at = Math.min(state.step, now.steps.length - 1);
    const setAt = (name, value, options) => this.set(withStep(state, name, RUNG, at, value), options);
    const view = {
      state,
      own,
      now,
      at,
      step: this.step,
      ownStep: own.steps[at],
      size: own.size,
      free: state.stage === HOLD && Boolean(this.trained),
      fetching: this.fetching,
      megabytes: (settings.bytes / 1e6).toFixed(1),
      error: this.error,
      examples: settings.examples,
      changed: isChanged(state) || state.undivided,
      canGoBack: this.history.canGoBack,
      temperature: state.temperature[RUNG] ?? 1,
      glossed: (word) => settings.gloss[word] ?? [],
      look: (change) => this.look(change),
      choose: (event) => this.choose(event.target.value),
      hold: (s, value) => setAt("weights", moved(this.step.weights, s, value), this.sliding()),
      even: () => setAt("weights", now.source.map(() => 1 / now.source.length)),
      heat: (value) =>
        this.set(
          withSetting(state, "temperature", RUNG, Math.abs(value - 1) < 0.01 ? undefined : value),
          this.sliding(),
        ),
      divide: (divided) => this.set({ ...state, undivided: !divided }),
      back: () => this.back(),
      reset: () => this.set({ ...start(state.sentence, at), stage: HOLD }),
    };
    return stepFigure({ ...view, told: toldOf(view) });
  }
}

define("course-step", CourseStep);
