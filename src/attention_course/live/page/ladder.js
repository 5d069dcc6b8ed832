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
import { joined } from "./finder.js";
import { another, fromAddress, isChanged, opened, toAddress, withSetting, withStep } from "./state.js";
import { figure } from "./views.js";

const SCORED = ["scaled", "dot", "general", "additive", "transformer", "tied", "one-stack"];
const ATTENTION = "scaled"; // the rung that is chosen first
const OWN = "your model";
const FRAME = 30; // milliseconds; who takes longer to answer does not hold a slider back

const split = (sentence) => sentence.split(/\s+/).filter(Boolean);

class CourseLive extends LiveFigure {
  query = ""; // of the finder of words
  anew = false; // whether the next word that it finds begins a new sentence

  ready() {
    if (this.settings.carried) return void this.open();
    const open = this.querySelector("button[hidden]"); // a page may have put others before it
    open.hidden = false;
    open.addEventListener("click", () => this.open().focus(), { once: true });
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

  /** Put the figure in the place of its picture; gives the element that it is in. */
  open() {
    this.rungs = [...this.settings.rungs];
    this.models = new Map();
    this.answers = new Map();
    this.gloss = {};
    this.begin(this.first(), "course-live");
    this.draw();
    this.bringAll();
    return this.room;
  }

  /** Fetch the models one after the other, those that the address adds as well. */
  async bringAll() {
    const { added, rung } = this.state;
    const { gloss } = this.settings;
    if (gloss) this.gloss = await this.fetched(gloss, (reply) => reply.json(), {});
    this.draw();
    for (const one of this.settings.rungs) await this.bring(one);
    for (const one of this.more()) {
      if (added.includes(one.name) || one.name === rung) await this.add(one);
    }
  }

  async bring({ name, file }) {
    const buffer = await this.fetched(file, bytes, null);
    if (buffer) await this.take(name, buffer);
    else this.answers.set(name, null); // the message says why
    this.draw();
  }

  /** The models that can be added to those that are shown. */
  more() {
    return (this.settings.more ?? []).filter((one) => !this.rungs.includes(one));
  }

  /** The names of those that were added. */
  added() {
    return (this.settings.more ?? []).filter((one) => this.rungs.includes(one)).map(({ name }) => name);
  }

  /** Put another model behind those of its rung. */
  async add(rung) {
    this.error = "";
    this.rungs = [...this.rungs, rung].sort((one, other) => one.number - other.number);
    this.draw();
    await this.bring(rung);
  }

  /** Take away a model that a reader has put there. */
  remove(gone) {
    this.rungs = this.rungs.filter(({ name }) => name !== gone);
    this.models.delete(gone);
    this.answers.delete(gone);
    if (this.state.rung === gone) this.set({ ...this.state, rung: this.rungs[0].name, step: 0 }, { names: [] });
    this.draw();
  }

  /** Read a model, and ask it. */
  async take(name, buffer) {
    try {
      const trained = await readTrained(buffer);
      if (trained.isLanguageModel) {
        throw new Error("expected a model that translates, got a language model, which reads no source");
      }
      this.models.set(name, trained);
      this.askAgain([name]);
    } catch (error) {
      this.error = error.message;
      if (!this.models.has(name)) this.answers.set(name, null);
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
    const began = performance.now();
    for (const name of names) {
      const trained = this.models.get(name);
      if (!trained) continue;
      try {
        this.answers.set(name, ask(trained, this.state, name));
      } catch (error) {
        this.answers.set(name, null);
        this.error = error.message;
      }
    }
    this.took = performance.now() - began;
  }

  /** Go on to a state: ask those models again of whom it says something new. */
  set(state, { names, inPlace = false, sliding = false } = {}) {
    this.error = "";
    this.history.push(state, { inPlace });
    if (sliding && this.took > FRAME) return this.askSoon(names);
    this.askAgain(names);
    this.draw();
  }

  /** Show at once what a slider says, and what follows from it when the browser has time. */
  askSoon(names) {
    this.draw();
    this.due ??= setTimeout(() => {
      this.due = null;
      this.askAgain(names);
      this.draw();
    });
  }

  /** Another sentence, if it has a word. */
  say(sentence) {
    if (split(sentence).length) return this.set(another(this.state, sentence.trim()));
    this.error = "Write at least one word.";
    this.draw();
  }

  /** Hide a word from the sum, or show it again. */
  toggle(s, source) {
    const { hidden } = this.state;
    const others = hidden.filter((one) => one !== s);
    const now = others.length < hidden.length ? others : [...hidden, s];
    if (now.length < source.length) return this.set({ ...this.state, hidden: now });
    this.error = "One word at least must be left, or there is nothing to sum.";
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
    const source = any ? any.source.pieces(any.encode(state.sentence)) : [];
    const unknown = any ? split(state.sentence).filter((word) => any.source.encode(word).includes(UNK)) : [];
    const only = { names: [rung] };
    const put = (name, value, options) =>
      this.set(withSetting(state, name, rung, value), { ...only, ...options });
    const withWord = (at, token) => {
      const before = Object.entries(state.forced[rung] ?? {}).filter(([other]) => Number(other) < at);
      const kept = { ...state, step, forced: { ...state.forced, [rung]: Object.fromEntries(before) } };
      return withStep(kept, "forced", rung, at, token); // what was written behind it is forgotten
    };
    const putStep = (name, value, options) =>
      this.set(withStep({ ...state, step }, name, rung, step, value), { ...only, ...options });
    const step = Math.min(state.step, (answer?.steps.length ?? 1) - 1); // a change may make it shorter
    const held = state.weights[rung]?.[step];
    return {
      state,
      source,
      unknown,
      trained,
      answer,
      step,
      held,
      error: this.error,
      examples: this.settings.examples,
      small: this.settings.small,
      language: this.settings.language,
      more: this.more(),
      add: (rung) => {
        this.room.focus();
        this.add(rung);
      },
      remove: (name) => {
        this.room.focus();
        this.remove(name);
      },
      narrow: matchMedia("(max-width: 40rem)").matches,
      label: this.rungs.find(({ name }) => name === rung)?.label,
      scored: trained && SCORED.includes(trained.run.variant) && !state.context[rung],
      changed: isChanged(state),
      canGoBack: this.history.canGoBack,
      address: this.settings.linked || this.settings.small ? toAddress({ ...state, added: this.added() }) : null,
      status: answer ? `${this.rungs.find(({ name }) => name === rung)?.label}: ${answer.text}` : "",
      rungs: this.rungs.map((one) => ({
        ...one,
        answer: this.answers.get(one.name),
        waiting: !this.answers.has(one.name),
        put: one.name === OWN || this.added().includes(one.name), // by the reader
        forced: state.forced[one.name] ?? {},
        changed: isChanged(state, one.name),
      })),
      gloss: this.gloss,
      glossed: (word) => this.gloss[word] ?? [],
      query: this.query,
      anew: this.anew,
      find: (query) => {
        this.query = query;
        this.draw();
      },
      beginAnew: () => {
        this.anew = !this.anew;
        this.draw();
      },
      write: (word) => {
        const sentence = this.anew ? "." : state.sentence;
        this.anew = false;
        this.query = "";
        this.say(joined(sentence, word));
      },
      choose: (event) => event.target.value && this.say(event.target.value),
      type: (event) => {
        this.say(event.target.value);
        event.target.value = this.state.sentence;
      },
      toggle: (s) => this.toggle(s, source),
      look: (name, step) => this.set({ ...state, rung: name, step }, { names: [] }),
      showMap: (stack, layer, head) => this.set({ ...state, stack, layer, head }, only),
      widen: (beam) => this.set({ ...state, beam }),
      heat: (value) => put("temperature", Math.abs(value - 1) < 0.01 ? undefined : value, this.sliding()),
      swap: (name) => put("context", name || undefined),
      hold: (s, value) => putStep("weights", moved(held ?? answer.rows[step], s, value), this.sliding()),
      makeEven: () => putStep("weights", answer.rows[step].map((_, s, row) => 1 / row.length)),
      letGo: () => putStep("weights", undefined),
      forcedHere: state.forced[rung]?.[step] !== undefined,
      force: (token) => this.set(withWord(step, token), only),
      unsay: () => this.set(withWord(step, undefined), only),
      back: () => {
        this.history.back();
        this.askAgain();
        this.draw();
      },
      reset: () => this.set({ ...opened(state.sentence, rung), step, beam: state.beam }),
      openFile: (event) => this.openFile(event),
    };
  }
}

define("course-live", CourseLive);
