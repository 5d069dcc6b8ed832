// The socket that every rung plugs into: one sum, c_t = sum over s of weights[t, s] * states[s].
//
// A rung only says where the weights come from. What a reader takes hold of comes between the rung
// and the sum: a `Change` may raise the temperature, hide words, or put other weights in place.

/** The sum of the whole course: add up the states, each as heavily as its weight says. */
export function weightedSum(weights, states) {
  const vector = new Float32Array(states[0].length);
  weights.forEach((weight, s) => {
    const state = states[s];
    for (let i = 0; i < vector.length; i++) vector[i] += weight * state[i];
  });
  return vector;
}

/** What a reader does to one step; by default nothing. */
export class Change {
  /**
   * @param {number} temperature by which scores are divided before the softmax
   * @param {?boolean[]} mask false at source tokens that may not be read
   * @param {(weights: Float32Array, place: {layer: number, head: number}) => Float32Array} weights
   *   gives the weights that are used in place of those that the rung gave
   * @param {?Context} context the rung that is asked in place of the model's own
   */
  constructor({ temperature = 1, mask = null, weights = (own) => own, context = null } = {}) {
    this.temperature = temperature;
    this.mask = mask;
    this.weights = weights;
    this.context = context;
  }
}

export const NO_CHANGE = new Change();

/** One rung of the ladder. Subclasses say where the weights come from, nothing else. */
export class Context {
  /** What the states are found by: they themselves, unless a rung maps them first. */
  keys(states) {
    return states;
  }

  /** How heavily this step reads each source state; they sum to 1. */
  weights(query, keys, change) {
    throw new Error("a context must say where its weights come from");
  }

  /** Weigh the source states and add them up. */
  read(query, states, keys, change = NO_CHANGE) {
    const weights = change.weights(this.weights(query, keys, change), { layer: 0, head: 0 });
    return { vector: weightedSum(weights, states), weights };
  }
}

/** A context whose weights differ from feature to feature; it shows the share of features. */
export class FeatureContext extends Context {
  /** For each feature the index of the state that it is read from. */
  origins(states, change) {
    throw new Error("a feature context must say where its features come from");
  }

  weights(query, states, change) {
    const weights = new Float32Array(states.length);
    const origins = this.origins(states, change);
    for (const origin of origins) weights[origin] += 1 / origins.length;
    return weights;
  }

  read(query, states, keys, change = NO_CHANGE) {
    const own = this.weights(query, states, change);
    const weights = change.weights(own, { layer: 0, head: 0 });
    if (weights !== own) return { vector: weightedSum(weights, states), weights };
    const vector = Float32Array.from(this.origins(states, change), (s, i) => states[s][i]);
    return { vector, weights };
  }
}

/** Whether a source token may be read. */
export const readable = (change, s) => change.mask === null || change.mask[s];
