// Rung 2, averaging: the same weight on every token, or the largest value per feature.
//
// mean: c_t = (1/S) sum over s of states[s]
// max:  c_t[i] = max over s of states[s][i]

import { Context, FeatureContext, readable } from "./socket.js";

/** Equal weights: every token counts the same, whatever is asked. */
export class Mean extends Context {
  weights(query, states, change) {
    const seen = states.map((_, s) => (readable(change, s) ? 1 : 0));
    const count = seen.reduce((a, b) => a + b, 0);
    if (count === 0) throw new Error("expected one token at least that may be read, got none");
    return Float32Array.from(seen, (one) => one / count);
  }
}

/** Element-wise maximum: for each feature, all of the weight on the token that wins it. */
export class Max extends FeatureContext {
  origins(states, change) {
    return Array.from(states[0], (_, i) => {
      let best = -1;
      states.forEach((state, s) => {
        if (readable(change, s) && (best < 0 || state[i] > states[best][i])) best = s;
      });
      return best;
    });
  }
}

export const variants = { mean: () => new Mean(), max: () => new Max() };

export { assemble } from "./seq2seq.js";
