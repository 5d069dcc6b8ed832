// Translate sentences, a line each, with an exported model: a line of JSON for each, and the
// milliseconds of processor time that it took, which a busy machine does not lengthen much.

import { readFileSync } from "node:fs";
import { readTrained } from "../src/attention_course/live/engine/trained.js";

const bytes = readFileSync(process.argv[2]);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
const trained = await readTrained(buffer);
for (const sentence of readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
  const start = process.cpuUsage();
  const { tokens, steps, text } = trained.translate(sentence);
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  const weights = trained.weightsOf(steps).map((row) => Array.from(row));
  console.log(JSON.stringify({ text, tokens, weights, milliseconds }));
}
