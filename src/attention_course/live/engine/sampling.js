// From scores to words that are drawn by lot: temperature, top-k, top-p, and dice that can be set back.

import { softmax } from "./arrays.js";
import { BOS, PAD, UNK } from "./vocabulary.js";

const NEVER = [PAD, BOS, UNK]; // tokens that no text may hold

/** A text reader's settings, with which nothing is changed and nothing cut away. */
export const PLAIN = { temperature: 1, topK: Infinity, topP: 1 };

/** The probability of each next token at a temperature, before any is cut away. */
export const heated = (logits, { temperature } = PLAIN) =>
  softmax(logits, Array.from(logits, (_, token) => !NEVER.includes(token)), temperature);

/** All tokens, the likeliest first; of equal ones the first of the vocabulary. */
export const inOrder = (probabilities) =>
  Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a] || a - b);

/**
 * The probability with which each token is drawn; 0 for what is cut away.
 *
 * Top-k leaves the k likeliest (Fan et al. 2018, section 5.1). Of these top-p leaves the likeliest
 * until they have the share p of what top-k left (Holtzman et al. 2020, section 3.1): one at least.
 */
export function shares(logits, settings = PLAIN) {
  const { topK, topP } = { ...PLAIN, ...settings };
  const probabilities = heated(logits, { ...PLAIN, ...settings });
  const first = inOrder(probabilities).slice(0, topK);
  const nucleus = likeliestWith(topP, first, probabilities);
  const total = sumOf(nucleus, probabilities);
  const result = new Float32Array(probabilities.length);
  for (const token of nucleus) result[token] = probabilities[token] / total;
  return result;
}

/** The first tokens that have together the share of all of them. */
function likeliestWith(share, tokens, probabilities) {
  if (share >= 1) return tokens;
  const enough = share * sumOf(tokens, probabilities);
  let sum = 0;
  const end = tokens.findIndex((token) => (sum += probabilities[token]) >= enough);
  return tokens.slice(0, end + 1);
}

const sumOf = (tokens, probabilities) =>
  tokens.reduce((sum, token) => sum + probabilities[token], 0);

/**
 * The token on which a throw from 0 to 1 falls: each has room as its share says, the likeliest
 * first. So the same throw gives like words at like settings.
 */
export function pick(probabilities, thrown) {
  const tokens = inOrder(probabilities).filter((token) => probabilities[token] > 0);
  let left = thrown;
  return tokens.find((token) => (left -= probabilities[token]) < 0) ?? tokens.at(-1);
}

/** The throw of dice with a seed at a place, from 0 to 1: always the same (mulberry32, Ettinger 2017). */
export function dice(seed, place) {
  let bits = (seed + Math.imul(place + 1, 0x6d2b79f5)) | 0;
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}

/** A language model along a text: steps that it has taken are kept, so that a word costs one. */
export class Along {
  constructor(model) {
    this.model = model;
    this.memory = model.encode([]);
    this.steps = [];
  }

  /** The scores of what comes after some tokens. */
  after(tokens) {
    [BOS, ...tokens].forEach((token, place) => {
      if (this.steps[place]?.token === token) return;
      this.steps.length = place; // what was read from here on was another text
      const past = this.steps.at(-1)?.past ?? this.model.begin(this.memory);
      this.steps.push({ token, ...this.model.step(token, this.memory, past) });
    });
    return this.steps[tokens.length].logits;
  }
}
