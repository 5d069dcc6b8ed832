// Rung 4, self-attention: a sentence asks itself; several heads do so side by side.
//
// c_t = sum over s of softmax_s(query_t . key_s / sqrt(d_head)) * values[s]

import { dot, join, linear, softmax } from "./arrays.js";
import { NO_CHANGE, weightedSum } from "./socket.js";
import { assemble as stack } from "./transformer.js";

/** Scaled dot-product attention of one query: the vector, the weights.    Vaswani 2017, equation 1 */
export function attend(query, keys, values, change = NO_CHANGE, place = { layer: 0, head: 0 }) {
  const scores = Float32Array.from(keys, (key) => dot(query, key) / Math.sqrt(query.length));
  const weights = change.weights(softmax(scores, change.mask, change.temperature), place);
  return { vector: weightedSum(weights, values), weights };
}

/** As in the lecture notes: the states themselves are queries, keys and values. */
export class Tied {
  query(state) {
    return state;
  }
  key(state) {
    return state;
  }
  value(state) {
    return state;
  }
}

/** As in the Transformer: learned maps give each state three roles.    Vaswani 2017, 3.2.2 */
export class Projected {
  constructor(query, key, value) {
    this.query = (state) => linear(query, state);
    this.key = (state) => linear(key, state);
    this.value = (state) => linear(value, state);
  }
}

/** Several small attentions side by side, each over its own slice of the features. */
export class Heads {
  constructor(heads, roles, output) {
    this.heads = heads;
    this.roles = roles;
    this.output = output;
  }

  /** Every position's keys and values, cut into heads: what it offers to those that ask. */
  offer(states) {
    return states.map((state) => ({
      keys: this.split(this.roles.key(state)),
      values: this.split(this.roles.value(state)),
    }));
  }

  /** One position reads the offered positions; one map of weights a head. */
  read(asking, offered, change = NO_CHANGE, layer = 0) {
    const read = this.split(this.roles.query(asking)).map((query, head) => {
      const [keys, values] = ["keys", "values"].map((part) => offered.map((one) => one[part][head]));
      return attend(query, keys, values, change, { layer, head });
    });
    const vector = join(...read.map((one) => one.vector));
    return { vector: this.output(vector), weights: read.map((one) => one.weights) };
  }

  /** Cut the features into one slice a head, not copied. */
  split(state) {
    const size = state.length / this.heads;
    return Array.from({ length: this.heads }, (_, head) => state.subarray(head * size, (head + 1) * size));
  }
}

export const variants = {
  transformer: (settings, layer) => {
    const roles = new Projected(...["query", "key", "value"].map((one) => layer(`roles.${one}`)));
    const output = layer("output");
    return new Heads(settings.heads, roles, (vector) => linear(output, vector));
  },
  tied: (settings) => new Heads(settings.heads, new Tied(), (vector) => vector),
};

/** Give a position a pattern of sines and cosines.    Vaswani 2017, section 3.5 */
export function sinusoidalPosition(position, dModel) {
  return Float32Array.from({ length: dModel }, (_, i) => {
    const rate = Math.exp((i - (i % 2)) * (-Math.log(10000) / dModel));
    return i % 2 ? Math.cos(position * rate) : Math.sin(position * rate);
  });
}

/** Build the model of a run around these heads. */
export const assemble = (...parts) => stack(sinusoidalPosition, ...parts);
