// The recurrent model of rungs 1 to 3: encoder, context (the socket), decoder.

import { add, join, linear, sigmoid } from "./arrays.js";
import { NO_CHANGE } from "./socket.js";

/** One step of a GRU (Cho et al. 2014, section 2.3): the next state. */
export function gruStep(gru, input, state) {
  const size = state.length;
  const ofInput = linear(gru.input, input);
  const ofState = linear(gru.state, state);
  return Float32Array.from(state, (old, i) => {
    const reset = sigmoid(ofInput[i] + ofState[i]);
    const keep = sigmoid(ofInput[size + i] + ofState[size + i]);
    const fresh = Math.tanh(ofInput[2 * size + i] + reset * ofState[2 * size + i]);
    return (1 - keep) * fresh + keep * old;
  });
}

/** The states of a GRU over vectors, one for each. */
export function gruStates(gru, vectors) {
  let state = new Float32Array(gru.state.weight.columns);
  return vectors.map((vector) => (state = gruStep(gru, vector, state)));
}

/** One learned vector a token, scaled by sqrt(d_model).    Vaswani et al. 2017, section 3.4 */
export const embed = (table, token) => table.row(token).map((one) => one * Math.sqrt(table.columns));

/** Encoder, socket, decoder. Rungs 1 to 3 differ in the context alone. */
export class Seq2Seq {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Read the source once: a state for each token, and where the decoder starts. */
  encode(source) {
    const embedded = source.map((token) => embed(this.sourceTable, token));
    let states = gruStates(this.encoder[0], embedded);
    let last = states[states.length - 1];
    if (this.encoder.length === 2) {
      const fromRight = gruStates(this.encoder[1], [...embedded].reverse()).reverse();
      last = join(last, fromRight[0]);
      states = states.map((state, s) => join(state, fromRight[s]));
    }
    const start = this.start ?? last;
    return { states, keys: this.context.keys(states), start, maps: [] };
  }

  /** What is remembered before the first word. */
  begin(memory) {
    const fed = new Float32Array(this.feed ? this.feed.size : 0);
    const above = this.above.map((gru) => new Float32Array(gru.state.weight.columns));
    return { state: memory.start, fed, above };
  }

  /**
   * Predict the next word after a token. The past is not changed: a step can be taken again.
   *
   * s_t = GRU(y_{t-1}, s_{t-1}); a_t = context(s_t); r_t = tanh(W [a_t; s_t]); predict from r_t.
   * In what comes back, s_t is `past.state`, a_t is `vector`, r_t is `read`.
   */
  step(token, memory, past, change = NO_CHANGE) {
    const given = join(embed(this.targetTable, token), past.fed);
    const state = gruStep(this.decoder, given, past.state);
    const context = change.context ?? this.context;
    const keys = change.context ? context.keys(memory.states) : memory.keys;
    const { vector, weights } = context.read(state, memory.states, keys, change);
    const [ofContext, ofQuery] = this.sees;
    const joined = join(vector.map((one) => ofContext * one), state.map((one) => ofQuery * one));
    const read = linear(this.readout, joined).map(Math.tanh);
    let readout = read;
    const fed = this.feed ? this.feed.next(vector, readout) : past.fed;
    const above = [];
    this.above.forEach((gru, layer) => {
      above.push(gruStep(gru, readout, past.above[layer]));
      readout = add(readout, above[layer]);
    });
    const logits = linear({ weight: this.targetTable, bias: this.bias }, readout);
    return { logits, maps: [[weights]], past: { state, fed, above }, vector, read };
  }
}

/** What of one step the decoder also reads at the next one, if anything. */
export function feedOf(settings, dModel) {
  const kinds = {
    none: null,
    context: { size: settings.d_state, next: (vector) => vector },
    attentional: { size: dModel, next: (_, readout) => readout },
  };
  return kinds[settings.input_feeding];
}

/** Build the model of a run from its tensors; `context` makes the rung. */
export function assemble(run, tensors, context) {
  const gru = (name) => ({
    input: { weight: tensors[`${name}.weight_ih_l0`], bias: tensors[`${name}.bias_ih_l0`] },
    state: { weight: tensors[`${name}.weight_hh_l0`], bias: tensors[`${name}.bias_hh_l0`] },
  });
  const numbered = (count, name) => Array.from({ length: count }, (_, i) => gru(`${name}.${i}`));
  return new Seq2Seq({
    sourceTable: tensors["encoder.embedding.table.weight"],
    targetTable: tensors["decoder.embedding.table.weight"],
    bias: tensors["decoder.embedding.bias"],
    encoder: numbered(run.bidirectional ? 2 : 1, "encoder.rnns"),
    decoder: gru("decoder.rnn"),
    above: numbered(run.layers_above, "decoder.above"),
    readout: { weight: tensors["decoder.readout.weight"], bias: tensors["decoder.readout.bias"] },
    start: run.learned_start ? tensors.start : null,
    sees: { both: [1, 1], context: [1, 0], query: [0, 1] }[run.predict_from],
    feed: feedOf(run, run.d_model),
    context: context((name) => layerOf(tensors, `decoder.context.${name}`)),
  });
}

/** The weight and the bias that stand under a name. */
export const layerOf = (tensors, name) => ({
  weight: tensors[`${name}.weight`],
  bias: tensors[`${name}.bias`] ?? null,
});
