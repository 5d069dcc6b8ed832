// Rung 1, the bottleneck: all of the weight on the last token.
//
// c_t = states[last]    Sutskever et al. 2014, section 2; Cho et al. 2014, section 2.2

import { Context, FeatureContext, readable } from "./socket.js";

/** The last source token that may be read. */
function lastReadable(length, change) {
  for (let s = length - 1; s >= 0; s--) if (readable(change, s)) return s;
  throw new Error("expected one token at least that may be read, got none");
}

/** The first source token that may be read. */
function firstReadable(length, change) {
  for (let s = 0; s < length; s++) if (readable(change, s)) return s;
  throw new Error("expected one token at least that may be read, got none");
}

/** The encoder's last state at every target step: one vector must carry the sentence. */
export class LastState extends Context {
  weights(query, states, change) {
    const weights = new Float32Array(states.length);
    weights[lastReadable(states.length, change)] = 1;
    return weights;
  }
}

/** The bottleneck of a bidirectional encoder: where each of the two directions ends. */
export class EndStates extends FeatureContext {
  origins(states, change) {
    const [first, last] = [firstReadable, lastReadable].map((end) => end(states.length, change));
    return Array.from(states[0], (_, i) => (i < states[0].length / 2 ? last : first));
  }
}

export const variants = {
  last: (settings) => (settings.bidirectional ? new EndStates() : new LastState()),
};

export { assemble } from "./seq2seq.js";
