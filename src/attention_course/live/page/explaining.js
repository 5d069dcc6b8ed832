// The five steps of every word that a model with attention writes, as `live/trace.py` has them.

import { likeliest } from "../engine/decoding.js";

const SHOWN = 16; // numbers of a vector, of those that it has
const WORDS = 5; // likeliest next words

const first = (vector) => Array.from(vector.subarray(0, SHOWN));
const wordOf = (trained, token) => trained.target.words([token])[0].text;

/** What a model's answer to a sentence consists of, in numbers; its weights as they were used. */
export function explain(trained, sentence, { steps, memory }) {
  const { score } = trained.model.context;
  return {
    sentence,
    source: trained.source.words(trained.encode(sentence)).map(({ text }) => text),
    size: memory.states[0].length,
    vocabulary: trained.target.tokens.length,
    states: memory.states.map(first),
    steps: steps.map(({ token, logits, maps, past, vector, read }) => ({
      token,
      word: wordOf(trained, token),
      scores: Array.from(score.compare(past.state, memory.keys)),
      weights: Array.from(maps[0][0]),
      query: first(past.state),
      vector: first(vector),
      readout: first(read),
      next: likeliest(logits, WORDS).map((one) => ({ ...one, word: wordOf(trained, one.token) })),
    })),
  };
}
