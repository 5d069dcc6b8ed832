// Translate sentences, a line each, with an exported model: a line of JSON for each.

import { readFileSync } from "node:fs";
import { readTrained } from "../src/attention_course/live/engine/trained.js";

const bytes = readFileSync(process.argv[2]);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
const trained = await readTrained(buffer);
for (const sentence of readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
  const start = performance.now();
  const { tokens, steps, text } = trained.translate(sentence);
  const milliseconds = performance.now() - start;
  const weights = trained.weightsOf(steps).map((row) => Array.from(row));
  console.log(JSON.stringify({ text, tokens, weights, milliseconds }));
}
