// Rung 3, attention: the weights are the softmax of a score between a query and each key.
//
// c_t = sum over s of softmax_s(score(query_t, key_s)) * states[s]

import { dot, linear, softmax } from "./arrays.js";
import { Context } from "./socket.js";

/** score(q, h) = q . h    Luong et al. 2015, equation 8 (dot) */
export class DotScore {
  keys(states) {
    return states;
  }

  compare(query, keys) {
    return Float32Array.from(keys, (key) => dot(query, key));
  }
}

/** score(q, h) = q . h / sqrt(d_key)    Vaswani et al. 2017, section 3.2.1 */
export class ScaledDotScore extends DotScore {
  compare(query, keys) {
    return super.compare(query, keys).map((score) => score / Math.sqrt(query.length));
  }
}

/** score(q, h) = q . W h    Luong et al. 2015, equation 8 (general) */
export class GeneralScore extends DotScore {
  constructor(W) {
    super();
    this.W = W;
  }

  keys(states) {
    return states.map((state) => linear(this.W, state));
  }
}

/** score(q, h) = v . tanh(W q + U h)    Bahdanau et al. 2015, appendix A.1.2 */
export class AdditiveScore {
  constructor(W, U, v) {
    this.W = W;
    this.U = U;
    this.v = v;
  }

  keys(states) {
    return states.map((state) => linear(this.U, state));
  }

  compare(query, keys) {
    const asked = linear(this.W, query);
    return Float32Array.from(keys, (key) => {
      const together = asked.map((one, i) => Math.tanh(one + key[i]));
      return linear(this.v, together)[0];
    });
  }
}

/** The decoder asks: the weights are the softmax of the scores. */
export class Attention extends Context {
  constructor(score) {
    super();
    this.score = score;
  }

  keys(states) {
    return this.score.keys(states);
  }

  weights(query, keys, change) {
    return softmax(this.score.compare(query, keys), change.mask, change.temperature);
  }
}

export const variants = {
  scaled: () => new Attention(new ScaledDotScore()),
  dot: () => new Attention(new DotScore()),
  general: (settings, layer) => new Attention(new GeneralScore(layer("score.W"))),
  additive: (settings, layer) =>
    new Attention(new AdditiveScore(layer("score.W"), layer("score.U"), layer("score.v"))),
};

export { assemble } from "./seq2seq.js";
