// <course-write>: a language model that writes in the page.
//
// Its JSON says { root, file, label, language }: the model is fetched when a reader asks for it, and
// `language` is that of its texts. What is drawn hangs on the text, the settings and the dice alone,
// and the dice can be set back.

import { Along, dice, heated, inOrder, pick, PLAIN, shares } from "../engine/sampling.js";
import { readTrained } from "../engine/trained.js";
import { EOS, UNK } from "../engine/vocabulary.js";
import { bytes, define, LiveFigure } from "./element.js";
import { writeFigure } from "./write_views.js";

const MOST = 30; // tokens that are written
const BEGUN = 60; // tokens with which a text may begin
const PACE = 250; // milliseconds a word
const LISTED = 10; // likeliest next words
const KEPT = 5; // texts that stay in sight

class CourseWrite extends LiveFigure {
  said = ""; // what a screen reader is told
  texts = []; // that have ended, the last one first

  ready() {
    const open = this.querySelector("button[hidden]"); // a page may have put others before it
    open.hidden = false;
    open.addEventListener("click", () => this.open(), { once: true });
  }

  /** Put the figure in the place of its picture, and fetch the model. */
  async open() {
    this.begin({ begun: [], written: [], helped: false, seed: 1, ...PLAIN }, "course-live course-write");
    this.draw();
    this.room.focus();
    const buffer = await this.fetched(this.settings.file, bytes, null);
    if (buffer) await this.take(buffer);
    this.draw();
  }

  async take(buffer) {
    try {
      const trained = await readTrained(buffer);
      if (!trained.isLanguageModel) throw new Error("expected a language model, got one that translates");
      this.along = new Along(trained.model);
      this.trained = trained;
      this.said = "The model is ready.";
    } catch (error) {
      this.error = error.message;
    }
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  go(change) {
    this.error = "";
    this.history.move({ ...this.state, ...change });
    this.draw();
  }

  get tokens() {
    return [...this.state.begun, ...this.state.written];
  }

  get text() {
    return this.trained.target.decode(this.tokens);
  }

  get hasEnded() {
    const { written } = this.state;
    return written.at(-1) === EOS || written.length >= MOST;
  }

  /** Write on to the end; who wants no motion sees all at once. After the end: with other dice. */
  write() {
    if (this.hasEnded) this.anew(this.state.seed + 1);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (!this.hasEnded) this.add();
      return;
    }
    this.timer = setInterval(() => this.add(), PACE);
    this.draw();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.draw();
  }

  pause() {
    this.stop();
    this.say(this.text);
  }

  /** Back to the beginning, with some dice that have not been thrown. */
  anew(seed) {
    this.stop();
    this.go({ written: [], helped: false, seed });
  }

  /** The token on which the dice fall. */
  thrown() {
    const { written, seed } = this.state;
    return pick(shares(this.along.after(this.tokens), this.state), dice(seed, written.length));
  }

  /** Write a token: the one that is drawn, unless a reader has chosen. */
  add(token = this.thrown(), helped = this.state.helped) {
    this.go({ written: [...this.state.written, token], helped });
    if (this.hasEnded) {
      this.texts = [{ ...this.state, text: this.text }, ...this.texts].slice(0, KEPT);
      this.stop();
    }
    this.say(this.hasEnded ? this.text : this.trained.target.pieces(this.tokens).at(-1));
  }

  /** Write the token that a reader has chosen; where its button goes, the focus stays here. */
  choose(token) {
    this.add(token, true);
    if (!this.room.contains(document.activeElement)) this.room.querySelector("button").focus();
  }

  /** Tell a screen reader: not each word of a text that is being written, but all in the end. */
  say(text) {
    this.said = this.timer ? "" : text;
    this.draw();
  }

  /** Begin with the words that a reader has typed, if the model knows them all. */
  type(typed) {
    const { target } = this.trained;
    const begun = target.encode(typed);
    const unknown = typed.split(/\s+/).filter((word) => target.encode(word).includes(UNK));
    if (!unknown.length && begun.length <= BEGUN) {
      this.stop();
      return this.go({ begun, written: [], helped: false });
    }
    this.error = unknown.length
      ? `The model has never read: ${unknown.join(", ")}. Begin with other words.`
      : `A text may begin with ${BEGUN} tokens, not with ${begun.length}.`;
    this.draw();
  }

  /** The likeliest next words, and what top-k and top-p leave of all. */
  next() {
    const logits = this.along.after(this.tokens);
    const [before, left] = [heated(logits, this.state), shares(logits, this.state)];
    const words = inOrder(before).slice(0, LISTED).map((token) => ({
      token,
      word: this.trained.target.pieces([...this.tokens, token]).at(-1),
      probability: before[token],
      cut: left[token] === 0 && before[token] > 0,
    }));
    const isLeft = (_, token) => left[token] > 0;
    const together = before.filter(isLeft).reduce((a, b) => a + b, 0);
    return { words, together, left: before.filter(isLeft).length, all: before.filter(Boolean).length };
  }

  template() {
    const { trained, state, texts, said, error, settings } = this;
    const all = { trained, state, texts, said, error, ...settings };
    if (!trained) return writeFigure(all);
    return writeFigure({
      ...all,
      words: trained.target.words(this.tokens),
      hasEnded: this.hasEnded,
      isCut: state.written.at(-1) !== EOS,
      next: this.hasEnded ? null : this.next(),
      writing: Boolean(this.timer),
      type: (text) => this.type(text),
      put: (change) => this.go(change),
      toggle: () => (this.timer ? this.pause() : this.write()),
      more: () => this.add(),
      force: (token) => this.choose(token),
      again: () => {
        this.anew(state.seed);
        this.write();
      },
      back: () => this.anew(state.seed),
    });
  }
}

define("course-write", CourseWrite);
