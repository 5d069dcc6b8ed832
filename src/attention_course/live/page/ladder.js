// <course-live>: the trained models of the ladder, to be asked and taken hold of.
//
// Its JSON says { root, rungs: [{ name, number, label, colour, file }], examples, gloss, small, more,
// language, linked }: `more` are rungs that a reader may add, `language` is that of the sources, and
// a figure that is `linked` keeps its state in the address of the page, which has room for one.
// The small form stands in a chapter: rungs side by side, without the panel of one step. In a notebook
// the settings carry the models (`carried`: files in base64), and the figure opens by itself.

import { readTrained } from "../engine/trained.js";
import { UNK } from "../engine/vocabulary.js";
import { ask, moved } from "./asking.js";
import { bytes, define, LiveFigure } from "./element.js";
import { fromAddress, isChanged, opened, toAddress, withSetting, withStep } from "./state.js";
import { figure } from "./views.js";

const SCORED = ["scaled", "dot", "general", "additive", "transformer", "tied"];
const ATTENTION = "scaled"; // the rung that is chosen first
const OWN = "your model";

const split = (sentence) => sentence.split(/\s+/).filter(Boolean);

class CourseLive extends LiveFigure {
  ready() {
    if (this.settings.carried) return void this.open();
    const open = this.querySelector("button[hidden]"); // a page may have put others before it
    open.hidden = false;
    open.addEventListener("click", () => this.open(), { once: true });
    if (this.addressed()) this.open();
  }

  /** The state that the address of the page tells of. */
  addressed() {
    return this.settings.linked ? fromAddress(location.hash) : null;
  }

  /** What is seen first. */
  first() {
    const { rungs, examples } = this.settings;
    const names = rungs.map(({ name }) => name);
    const rung = names.includes(ATTENTION) ? ATTENTION : names[0];
    return this.addressed() ?? opened(examples[0].source, rung);
  }

  /** Put the figure in the place of its picture, and fetch the models one after the other. */
  async open() {
    const { rungs } = this.settings;
    this.rungs = [...rungs];
    this.models = new Map();
    this.answers = new Map();
    this.begin(this.first(), "course-live");
    this.gloss = await this.fetched(this.settings.gloss, (reply) => reply.json(), {});
    this.draw();
    for (const rung of rungs) await this.bring(rung);
    const asked = this.more().find(({ name }) => name === this.state.rung);
    if (asked) await this.add(asked);
  }

  async bring({ name, file }) {
    const buffer = await this.fetched(file, bytes, null);
    if (buffer) await this.take(name, buffer);
  }

  /** The models that can be added to those that are shown. */
  more() {
    return (this.settings.more ?? []).filter((one) => !this.rungs.includes(one));
  }

  /** Put another model behind those of its rung. */
  async add(rung) {
    this.error = "";
    this.rungs = [...this.rungs, rung].sort((one, other) => one.number - other.number);
    this.draw();
    await this.bring(rung);
  }

  /** Read a model, and ask it. */
  async take(name, buffer) {
    try {
      this.models.set(name, await readTrained(buffer));
      this.askAgain([name]);
    } catch (error) {
      this.error = error.message;
    }
    this.draw();
    await new Promise((done) => setTimeout(done)); // so that the page is drawn between models
  }

  /** A file that a reader has dropped: read here, sent nowhere. */
  async openFile(event) {
    const [file] = event.target.files;
    if (!file) return;
    this.error = "";
    const others = this.rungs.filter(({ name }) => name !== OWN);
    await this.take(OWN, await file.arrayBuffer());
    if (this.models.has(OWN)) {
      this.rungs = [...others, { name: OWN, number: 0, label: file.name, colour: "#7a4b9a" }];
    }
    this.draw();
  }

  askAgain(names = [...this.models.keys()]) {
    for (const name of names) {
      const trained = this.models.get(name);
      if (!trained) continue;
      try {
        this.answers.set(name, ask(trained, this.state, name));
      } catch (error) {
        this.answers.delete(name);
        this.error = error.message;
      }
    }
  }

  /** Go on to a state: ask those models again of whom it says something new. */
  set(state, { names, inPlace = false } = {}) {
    this.error = "";
    this.history.push(state, { inPlace });
    this.askAgain(names);
    this.draw();
  }

  template() {
    return figure(this.view());
  }

  /** All that the templates show, and what their buttons do. */
  view() {
    const { state } = this;
    const rung = state.rung;
    const trained = this.models.get(rung);
    const answer = this.answers.get(rung);
    const any = this.models.values().next().value;
    const source = any ? any.source.words(any.encode(state.sentence)).map(({ text }) => text) : [];
    const unknown = any ? split(state.sentence).filter((word) => any.source.encode(word).includes(UNK)) : [];
    const only = { names: [rung] };
    const put = (name, value, options) =>
      this.set(withSetting(state, name, rung, value), { ...only, ...options });
    const putStep = (name, value, options) =>
      this.set(withStep(state, name, rung, state.step, value), { ...only, ...options });
    const held = state.weights[rung]?.[state.step];
    return {
      state,
      source,
      unknown,
      trained,
      answer,
      held,
      error: this.error,
      examples: this.settings.examples,
      small: this.settings.small,
      language: this.settings.language,
      more: this.more(),
      add: (rung) => this.add(rung),
      narrow: matchMedia("(max-width: 40rem)").matches,
      label: this.rungs.find(({ name }) => name === rung)?.label,
      scored: trained && SCORED.includes(trained.run.variant) && !state.context[rung],
      changed: isChanged(state),
      canGoBack: this.history.canGoBack,
      address: this.settings.linked || this.settings.small ? toAddress(state) : null,
      status: answer ? `${rung}: ${answer.text}` : "",
      rungs: this.rungs.map((one) => ({
        ...one,
        answer: this.answers.get(one.name),
        forced: state.forced[one.name] ?? {},
        changed: ["temperature", "context", "forced", "weights"].some((name) => state[name][one.name]),
      })),
      glossed: (word) => this.gloss[word] ?? [],
      choose: (event) => event.target.value && this.set(opened(event.target.value, rung)),
      type: (event) => this.set(opened(event.target.value.trim(), rung)),
      toggle: (s) =>
        this.set({
          ...state,
          hidden: state.hidden.includes(s)
            ? state.hidden.filter((one) => one !== s)
            : [...state.hidden, s],
        }),
      look: (name, step) => this.set({ ...state, rung: name, step }, { names: [] }),
      showMap: (layer, head) => this.set({ ...state, layer, head }, only),
      widen: (beam) => this.set({ ...state, beam }),
      heat: (value) => put("temperature", Math.abs(value - 1) < 0.01 ? undefined : value, this.sliding()),
      swap: (name) => put("context", name || undefined),
      hold: (s, value) => putStep("weights", moved(answer.rows[state.step], s, value), this.sliding()),
      makeEven: () => putStep("weights", source.map(() => 1 / source.length)),
      letGo: () => putStep("weights", undefined),
      force: (token) => putStep("forced", token),
      back: () => {
        this.history.back();
        this.askAgain();
        this.draw();
      },
      reset: () => this.set({ ...opened(state.sentence, rung), step: state.step, beam: state.beam }),
      openFile: (event) => this.openFile(event),
    };
  }
}

define("course-live", CourseLive);
