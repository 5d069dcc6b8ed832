// <course-live>: the trained models of the ladder, to be asked and taken hold of.
//
// Its JSON says { root, rungs: [{ name, number, label, colour, file }], examples, gloss }.

import { render } from "../../vendor/lit-html/lit-html.js";
import { readTrained } from "../engine/trained.js";
import { ask, normalised } from "./asking.js";
import { fromAddress, History, isChanged, opened, toAddress, withSetting, withStep } from "./state.js";
import { figure } from "./views.js";

const SCORED = ["scaled", "dot", "general", "additive", "transformer", "tied"];
const OWN = "your model";

class CourseLive extends HTMLElement {
  connectedCallback() {
    if (this.settings) return;
    this.settings = JSON.parse(this.querySelector("script").textContent);
    this.still = this.querySelector(".still");
    const open = this.querySelector("button");
    open.hidden = false;
    open.addEventListener("click", () => this.open(), { once: true });
    if (fromAddress(location.hash)) this.open();
  }

  /** Put the figure in the place of its picture, and fetch the models one after the other. */
  async open() {
    const { rungs, examples } = this.settings;
    this.rungs = [...rungs];
    this.models = new Map();
    this.answers = new Map();
    this.error = "";
    const first = fromAddress(location.hash) ?? opened(examples[0].source, "scaled");
    this.history = new History(first);
    this.room = document.createElement("div");
    this.room.className = "course-live";
    this.still.replaceWith(this.room);
    this.gloss = await this.fetched(this.settings.gloss, (reply) => reply.json(), {});
    this.draw();
    for (const { name, file } of rungs) {
      const buffer = await this.fetched(file, (reply) => reply.arrayBuffer(), null);
      if (buffer) await this.take(name, buffer);
    }
  }

  /** A file of the page, or what stands in its place where it cannot be had. */
  async fetched(file, read, otherwise) {
    try {
      const reply = await fetch(new URL(file, new URL(this.settings.root, document.baseURI)));
      if (!reply.ok) throw new Error(`${file}: ${reply.status}`);
      return await read(reply);
    } catch (error) {
      this.error =
        location.protocol === "file:"
          ? "Opened from a folder, a page may read no models. Serve it: make serve"
          : `A model could not be fetched (${error.message}). Look at the connection, and reload.`;
      return otherwise;
    }
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

  get state() {
    return this.history.now;
  }

  /** Go on to a state: ask those models again of whom it says something new. */
  set(state, { names, inPlace = false } = {}) {
    this.error = "";
    this.history.push(state, { inPlace });
    this.askAgain(names);
    this.draw();
  }

  draw() {
    render(figure(this.view()), this.room);
  }

  /** All that the templates show, and what their buttons do. */
  view() {
    const { state } = this;
    const rung = state.rung;
    const trained = this.models.get(rung);
    const answer = this.answers.get(rung);
    const any = this.models.values().next().value;
    const source = any ? any.source.words(any.encode(state.sentence)).map(({ text }) => text) : [];
    const only = { names: [rung] };
    const put = (name, value, options) =>
      this.set(withSetting(state, name, rung, value), { ...only, ...options });
    const putStep = (name, value, options) =>
      this.set(withStep(state, name, rung, state.step, value), { ...only, ...options });
    const held = state.weights[rung]?.[state.step];
    return {
      state,
      source,
      trained,
      answer,
      held,
      error: this.error,
      examples: this.settings.examples,
      label: this.rungs.find(({ name }) => name === rung)?.label,
      scored: trained && SCORED.includes(trained.run.variant) && !state.context[rung],
      changed: isChanged(state),
      canGoBack: this.history.canGoBack,
      address: toAddress(state),
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
      reset: () => this.set({ ...opened(state.sentence, rung), step: state.step }),
      openFile: (event) => this.openFile(event),
    };
  }

  /** A slider that moves is one change, not many: what follows within a second takes its place. */
  sliding() {
    const now = performance.now();
    const inPlace = now - (this.slid ?? -Infinity) < 1000;
    this.slid = now;
    return { inPlace };
  }
}

/** The weights with one of them set; the others keep their shares of the rest. */
function moved(row, s, value) {
  const others = normalised(row.map((one, i) => (i === s ? 0 : one)), row.length);
  if (row.length > 1 && others[s] > 0) others[s] = 0; // all others were 0: they get the same each
  const sum = others.reduce((a, b) => a + b, 0) || 1;
  return Array.from(others, (one, i) => (i === s ? value : ((1 - value) * one) / sum));
}

customElements.define("course-live", CourseLive);
