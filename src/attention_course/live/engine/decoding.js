// From scores to sentences: greedy and beam search, each word with the weights behind it.

import { NO_CHANGE } from "./socket.js";
import { BOS, EOS, PAD } from "./vocabulary.js";

const NEVER = [PAD, BOS]; // tokens that no translation may hold

/** The most tokens that a translation may have: twice its source and ten more. */
export const limitOf = (source) => 2 * source.length + 10;

/** Scores to log-probabilities, impossible tokens ruled out. */
export function logProbabilities(logits) {
  const scores = Float64Array.from(logits, (one, i) => (NEVER.includes(i) ? -Infinity : one));
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = scores.reduce((a, b) => a + Math.exp(b - highest), 0);
  return scores.map((one) => one - highest - Math.log(sum));
}

/** The `count` likeliest next tokens with their probabilities, the likeliest first. */
export function likeliest(logits, count) {
  const words = logProbabilities(logits);
  const order = Array.from(words.keys()).sort((a, b) => words[b] - words[a] || a - b);
  return order.slice(0, count).map((token) => ({ token, probability: Math.exp(words[token]) }));
}

/**
 * Write the likeliest next word until <eos>.
 *
 * `changeAt(t)` says what a reader does to step t; `forced[t]` is a token that is written whatever
 * is likeliest. Each step comes back with all that it showed.
 */
export function greedy(model, source, { changeAt = () => NO_CHANGE, forced = [] } = {}) {
  const memory = model.encode(source);
  const steps = [];
  let past = model.begin(memory);
  let token = BOS;
  while (token !== EOS && steps.length < limitOf(source)) {
    const step = model.step(token, memory, past, changeAt(steps.length));
    past = step.past;
    token = forced[steps.length] ?? likeliest(step.logits, 1)[0].token;
    steps.push({ ...step, token });
  }
  return { tokens: steps.map((step) => step.token), steps, memory };
}

/** The mean log-probability of the tokens that were written, in nats. */
export const scoreOf = (steps) =>
  steps.reduce((sum, { token, logits }) => sum + logProbabilities(logits)[token], 0) / steps.length;

/**
 * Keep the `width` best beginnings; give the best finished one, by log-probability a token
 * (Wu et al. 2016, section 7, in its simplest form). Width 1 is greedy search. The options are those of `greedy`.
 */
export function beam(model, source, width = 5, { changeAt = () => NO_CHANGE, forced = [] } = {}) {
  const memory = model.encode(source);
  let beams = [{ tokens: [], score: 0, past: model.begin(memory), maps: [] }];
  const finished = [];
  for (let size = 1; size <= limitOf(source) && finished.length < width; size++) {
    const longer = beams.flatMap((one) =>
      extensions(model, memory, one, width, changeAt(size - 1), forced[size - 1]),
    );
    longer.sort((a, b) => b.score - a.score);
    const best = longer.slice(0, width);
    const ends = (one) => one.tokens[size - 1] === EOS || size === limitOf(source);
    finished.push(...best.filter(ends).map((one) => ({ ...one, score: one.score / size })));
    beams = best.filter((one) => !ends(one));
    if (beams.length === 0) break;
  }
  return finished.reduce((best, one) => (one.score > best.score ? one : best));
}

/** A beginning with each of its likeliest next words, or with the one that is forced. */
function extensions(model, memory, { tokens, score, past, maps }, width, change, forced) {
  const step = model.step(tokens[tokens.length - 1] ?? BOS, memory, past, change);
  const all = likeliest(step.logits, forced === undefined ? width : step.logits.length);
  return all.filter(({ token }) => forced === undefined || token === forced).map(({ token, probability }) => ({
    tokens: [...tokens, token],
    score: score + Math.log(probability),
    past: step.past,
    maps: [...maps, step.maps],
  }));
}
