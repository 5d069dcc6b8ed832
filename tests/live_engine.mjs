// Asks the engine of the live page what the tests want to know: one JSON question a line.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const engine = new URL("../src/attention_course/live/engine/", import.meta.url);
const [arrays, decoding, files, sampling, socket, averaging, trained, vocabulary] = await Promise.all(
  ["arrays", "decoding", "model_file", "sampling", "socket", "ch2_averaging", "trained", "vocabulary"].map(
    (name) => import(new URL(`${name}.js`, engine)),
  ),
);

const [explaining, asking, states] = await Promise.all(
  ["explaining", "asking", "state"].map((name) => import(new URL(`../page/${name}.js`, engine))),
);

const bytesOf = (file) => {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
};
const models = new Map();
const model = async (file) => {
  if (!models.has(file)) models.set(file, await trained.readTrained(bytesOf(file)));
  return models.get(file);
};
const shown = (one, found) => ({
  text: found.text,
  tokens: found.tokens,
  weights: one.weightsOf(found.steps).map((row) => Array.from(row)),
});

const answers = {
  half: ({ bits }) => bits.map(files.half),
  vocabulary: ({ stored, text, ids }) => {
    const one = vocabulary.readVocabulary(stored);
    const found = ids ?? one.encode(text);
    return { ids: found, text: one.decode(found), words: one.words(found), pieces: one.pieces(found) };
  },
  tokenise: ({ text }) => vocabulary.tokenise(text),
  softmax: ({ scores, mask, temperature }) => Array.from(arrays.softmax(scores, mask, temperature)),
  translate: async ({ file, sentence }) => {
    const one = await model(file);
    return shown(one, one.translate(sentence));
  },
  beam: async ({ file, sentence, width, forced }) => {
    const one = await model(file);
    return decoding.beam(one.model, one.encode(sentence), width, { forced: forced ?? [] }).tokens;
  },
  scores: async ({ file, sentence }) => {
    const one = await model(file);
    const greedy = decoding.scoreOf(one.translate(sentence).steps);
    return [greedy, decoding.beam(one.model, one.encode(sentence), 1).score];
  },
  encoderMaps: async ({ file, sentence }) => {
    const one = await model(file);
    const { maps } = one.model.encode(one.encode(sentence));
    return maps.map((layer) => layer.map((heads) => heads.map((row) => Array.from(row))));
  },
  changed: async ({ file, sentence, mask, temperature, weights, mean, forced }) => {
    const one = await model(file);
    const change = new socket.Change({
      mask: mask ?? null,
      temperature: temperature ?? 1,
      weights: weights ? () => Float32Array.from(weights) : undefined,
      context: mean ? new averaging.Mean() : null,
    });
    return shown(one, one.translate(sentence, { changeAt: () => change, forced: forced ?? [] }));
  },
  rows: async ({ file, sentence, weights }) => {
    const one = await model(file);
    const state = { ...states.opened(sentence, "own"), weights: weights ? { own: { 1: weights } } : {} };
    return asking.ask(one, state, "own").rows;
  },
  shares: ({ logits, topK, ...settings }) =>
    Array.from(sampling.shares(logits, { ...settings, topK: topK ?? Infinity })),
  dice: ({ seed, count }) => Array.from({ length: count }, (_, place) => sampling.dice(seed, place)),
  pick: ({ shares, thrown }) => thrown.map((one) => sampling.pick(shares, one)),
  along: async ({ file, texts }) => {
    const along = new sampling.Along((await model(file)).model);
    return texts.map((tokens) => Array.from(along.after(tokens)));
  },
  explain: async ({ file, sentence }) => {
    const one = await model(file);
    return explaining.explain(one, sentence, one.translate(sentence));
  },
  likeliest: async ({ file, sentence, count }) => {
    const one = await model(file);
    const { steps } = one.translate(sentence);
    return decoding.likeliest(steps[0].logits, count);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  try {
    console.log(JSON.stringify({ answer: await answers[question.ask](question) }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message, kind: error.constructor.name }));
  }
}
