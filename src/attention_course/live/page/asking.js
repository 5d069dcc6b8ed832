// From what a reader has set to what the models say.

import { join } from "../engine/arrays.js";
import { VARIANTS } from "../engine/rungs.js";
import { Change } from "../engine/socket.js";
import { meanOf } from "../engine/trained.js";
import { EOS } from "../engine/vocabulary.js";
import { beam, likeliest, scoreOf } from "../engine/decoding.js";

const SHOWN_WORDS = 6; // likeliest next words
const PLAIN_CONTEXTS = ["last", "mean", "max"]; // they have nothing that is learned

/** The rungs whose weights a model can take in place of its own: those without learned parts. */
export const otherContexts = (trained) =>
  trained.model.context ? PLAIN_CONTEXTS.filter((name) => name !== trained.run.variant) : [];

/**
 * Everything that a rung says of a sentence: its words, the weights behind each of them, the
 * likeliest words at each step, and the text.
 *
 * Where a model reads its own past as well, its rows end in one weight more: all that it gives to
 * what was written (`readsPast`).
 */
export function ask(trained, state, rung) {
  const context = state.context[rung];
  const weights = state.weights[rung] ?? {};
  const source = trained.encode(state.sentence);
  const mask = state.hidden.length ? source.map((_, s) => !state.hidden.includes(s)) : null;
  const changeAt = (step) =>
    new Change({
      mask,
      temperature: state.temperature[rung] ?? 1,
      weights: weights[step] ? (own) => held(weights[step], own, source.length) : undefined,
      context: context ? VARIANTS[context].make(trained.run) : null,
    });
  const options = { changeAt, forced: forcedOf(state, rung) };
  const found = trained.translate(state.sentence, options);
  return {
    text: found.text,
    words: trained.target.pieces(found.tokens),
    cut: found.tokens.at(-1) !== EOS,
    rows: rowsOf(trained, found.steps, state, rung).map((row) => folded(row, source.length)),
    readsPast: found.steps[0].maps[0][0].length > source.length,
    read: rung === state.rung && state.stack === "encoder" ? whoReadsWhom(found.memory, state) : null,
    steps: found.steps,
    memory: found.memory,
    score: scoreOf(found.steps),
    beam: state.beam > 1 ? beamOf(trained, source, state.beam, options) : null,
  };
}

/** What beam search finds: its text, and its mean log-probability a token. */
function beamOf(trained, source, width, options) {
  const { tokens, score } = beam(trained.model, source, width, options);
  return { text: trained.target.decode(tokens), score };
}

/** The words that are forced, as a list by step. */
function forcedOf(state, rung) {
  const forced = [];
  for (const [step, token] of Object.entries(state.forced[rung] ?? {})) forced[step] = token;
  return forced;
}

/** A row with one weight for all that is behind the source: what a model has written itself. */
function folded(row, length) {
  if (row.length <= length) return row;
  const own = row.slice(length).reduce((a, b) => a + b, 0);
  return [...row.slice(0, length), own];
}

/**
 * Weights that a reader has put in place of a model's own. What was written, where it is read, takes
 * its weight as one: its words keep their shares of it.
 */
function held(numbers, own, length) {
  if (own.length <= length) return normalised(numbers, length);
  const weights = normalised(numbers, length + 1);
  const past = normalised(own.slice(length), own.length - length);
  return join(weights.subarray(0, length), past.map((share) => share * weights[length]));
}

/** Numbers that sum to 1; where all are 0, the same for each. */
export function normalised(numbers, length) {
  const filled = Array.from({ length }, (_, s) => numbers[s] ?? 0);
  const sum = filled.reduce((a, b) => a + b, 0);
  return Float32Array.from(filled, (one) => (sum > 0 ? one / sum : 1 / length));
}

/** The weights with one of them set; the others keep their shares of the rest. */
export function moved(row, s, value) {
  const others = normalised(row.map((one, i) => (i === s ? 0 : one)), row.length);
  if (row.length > 1 && others[s] > 0) others[s] = 0; // all others were 0: they get the same each
  const sum = others.reduce((a, b) => a + b, 0) || 1;
  return Array.from(others, (one, i) => (i === s ? value : ((1 - value) * one) / sum));
}

/** The map that is shown: of the layer and the head that are chosen, or the mean of the heads. */
function rowsOf(trained, steps, state, rung) {
  const chosen = rung === state.rung && state.stack === "decoder" ? state : { layer: -1, head: -1 };
  return steps.map(({ maps }) => {
    const heads = maps[chosen.layer] ?? maps.at(trained.about.shown_layer);
    return Array.from(heads[chosen.head] ?? meanOf(heads));
  });
}

/** A map of the encoder: a row for each source word that reads; null on rungs whose encoder has none. */
function whoReadsWhom({ maps }, { layer, head }) {
  const positions = maps.at(layer);
  return positions ? positions.map((heads) => Array.from(heads[head] ?? meanOf(heads))) : null;
}

/** The likeliest next words of a step, with their probabilities. */
export const nextWords = (trained, step) =>
  likeliest(step.logits, SHOWN_WORDS).map(({ token, probability }) => ({
    token,
    probability,
    word: trained.target.pieces([token])[0],
  }));
