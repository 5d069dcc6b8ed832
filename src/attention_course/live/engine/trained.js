// A trained model: read from a file, checked against its own test sentences, asked to translate.

import { padded } from "./arrays.js";
import { greedy } from "./decoding.js";
import { ModelFileError, readFile } from "./model_file.js";
import { VARIANTS } from "./rungs.js";
import { EOS, readVocabulary } from "./vocabulary.js";

const TOLERANCE = 1e-3; // between a weight here and the same one in PyTorch

/** A model that can be asked to translate, and the vocabularies that it speaks. */
export class Trained {
  constructor(about, tensors) {
    this.about = about;
    this.run = about.run;
    this.source = readVocabulary(about.source);
    this.target = readVocabulary(about.target);
    const { assemble, make } = VARIANTS[this.run.variant];
    this.model = assemble(this.run, tensors, (layer) => make(this.run, layer));
  }

  /** Whether it leaves a source alone, and only goes on with what is written. */
  get isLanguageModel() {
    return this.run.reads_source === false;
  }

  /** The ids of a sentence, with the mark that ends it. */
  encode(sentence) {
    const tokens = this.source.encode(sentence);
    if (tokens.length === 0) throw new Error("expected a sentence, got no word; write some words");
    return [...tokens, EOS];
  }

  /** Translate a sentence: the text, the tokens, and all that each step showed. */
  translate(sentence, options = {}) {
    const source = this.encode(sentence);
    const found = greedy(this.model, source, options);
    return { ...found, source, text: this.target.decode(found.tokens) };
  }

  /**
   * The map of the layer that is shown, the mean of its heads: a row of weights for each word. Where
   * a model reads its own past, a row ends in zeros for what was written later.
   */
  weightsOf(steps) {
    const layer = this.about.shown_layer;
    const rows = steps.map(({ maps }) => meanOf(maps.at(layer)));
    return rows.map((row) => padded(row, rows.at(-1).length));
  }
}

/** The mean of several maps of one step. */
export function meanOf(heads) {
  return heads[0].map((_, s) => heads.reduce((sum, one) => sum + one[s], 0) / heads.length);
}

/** Read a model from the bytes of a file, all of it checked. */
export async function readTrained(buffer) {
  const { about, tensors } = await readFile(buffer);
  if (!VARIANTS[about.run.variant]) {
    throw new ModelFileError(
      `expected a variant among ${Object.keys(VARIANTS).join(", ")}, got ${about.run.variant}; ` +
        "the file is of a newer version of the course",
    );
  }
  const trained = new Trained(about, tensors);
  for (const test of about.tests) {
    const difference = differenceTo(trained, test);
    if (!(difference <= TOLERANCE)) {
      throw new ModelFileError(
        `expected of "${test.source}" what PyTorch makes of it, got other words or weights; ` +
          "export the run again, with the version of the course that this page is of",
      );
    }
  }
  return trained;
}

/** The largest difference of a weight from PyTorch's; infinite where the words differ. */
export function differenceTo(trained, { source, tokens, weights }) {
  const found = trained.translate(source);
  if (found.tokens.join() !== tokens.join()) return Infinity;
  const rows = trained.weightsOf(found.steps);
  const differences = rows.flatMap((row, t) => Array.from(row, (one, s) => Math.abs(one - weights[t][s])));
  return differences.reduce((a, b) => Math.max(a, b), 0);
}
