// Rung 5, one stack: the source begins the text, and every word reads what is before it.
//
// c_t = sum over s <= t of softmax_s(query_t . key_s / sqrt(d_head)) * values[s]

import { join, linear } from "./arrays.js";
import { attend, sinusoidalPosition } from "./ch4_self_attention.js";
import { assemble as stack } from "./one_stack.js";
import { NO_CHANGE } from "./socket.js";

/** Turn each pair of numbers by an angle that grows with the place.    Su et al. 2021, 3.2.2 */
export function rotary(vector, place) {
  const turned = new Float32Array(vector.length);
  for (let i = 0; i < vector.length; i += 2) {
    const angle = place * Math.exp((-Math.log(10000) * i) / vector.length);
    const [x, y] = [vector[i], vector[i + 1]];
    turned[i] = x * Math.cos(angle) - y * Math.sin(angle);
    turned[i + 1] = x * Math.sin(angle) + y * Math.cos(angle);
  }
  return turned;
}

/**
 * Several small attentions side by side, over what is not later.
 *
 * With fewer heads of keys and values than of queries, neighbouring queries share them, and there
 * is less to keep (Ainslie et al. 2023, section 2.2).
 */
export class CausalHeads {
  constructor({ query, key, value, output }, { heads, keyHeads, turned }) {
    Object.assign(this, { query, key, value, output, heads, turned });
    this.sharing = heads / keyHeads; // heads of queries that share one of keys
  }

  /** The keys and values of a position, cut into heads; keys turned by their place. */
  offer(state, place) {
    const [keys, values] = [this.key, this.value].map((role) => this.split(linear(role, state)));
    return { keys: keys.map((key) => this.turn(key, place)), values };
  }

  /** A position reads the offered positions that the change's mask allows; one map a head. */
  read(state, place, offered, change = NO_CHANGE, layer = 0) {
    const read = this.split(linear(this.query, state)).map((query, head) => {
      const shared = Math.floor(head / this.sharing);
      const [keys, values] = ["keys", "values"].map((part) => offered.map((one) => one[part][shared]));
      return attend(this.turn(query, place), keys, values, change, { layer, head });
    });
    const vector = join(...read.map((one) => one.vector));
    return { vector: linear(this.output, vector), weights: read.map((one) => one.weights) };
  }

  turn(vector, place) {
    return this.turned ? rotary(vector, place) : vector;
  }

  /** Cut the features into one slice a head, not copied. */
  split(features) {
    const size = this.query.weight.rows / this.heads;
    return Array.from({ length: features.length / size }, (_, head) =>
      features.subarray(head * size, (head + 1) * size),
    );
  }
}

export const variants = {
  "one-stack": ({ heads, key_heads, places }, layer) => {
    const [query, key, value, output] = ["query", "key", "value", "output"].map(layer);
    const keyHeads = key_heads || heads;
    return new CausalHeads(
      { query, key, value, output },
      { heads, keyHeads, turned: places === "rotary" },
    );
  },
};

/** The pattern of a place that was learned. */
const learned = (table) => (place) => {
  if (place < table.rows) return table.row(place);
  throw new Error(
    `expected a text of at most ${table.rows} tokens, for which places were learned, ` +
      `got ${place + 1}; write a shorter one`,
  );
};

/** Build the model of a run; places that are added stand before it, turned ones in its heads. */
export function assemble(run, tensors, heads) {
  const added = { sines: sinusoidalPosition, learned: learned(tensors["positions.weight"]) };
  return stack(added[run.places] ?? null, run, tensors, heads);
}
