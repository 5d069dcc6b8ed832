// The Transformer: a stack of layers around rung 4's socket.    Vaswani et al. 2017, section 3

import { add, layerNorm, linear } from "./arrays.js";
import { embed, layerOf } from "./seq2seq.js";
import { NO_CHANGE } from "./socket.js";

/** The same two-layer network at every position.    Vaswani 2017, section 3.3 */
export const feedForward = ([first, second], state) =>
  linear(second, linear(first, state).map((one) => Math.max(0, one)));

/** Encoder and decoder without recurrence; used as `Seq2Seq` is. */
export class Transformer {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The vector of a token at a position. */
  place(table, token, position) {
    const embedded = embed(table, token);
    return this.pattern ? add(embedded, this.pattern(position, embedded.length)) : embedded;
  }

  /**
   * Let every source word read every source word, layer after layer.
   *
   * `maps[layer][position][head]` are the weights with which it did. Then the keys and values that
   * the decoder's layers will ask for are worked out, once.
   */
  encode(source) {
    let states = source.map((token, position) => this.place(this.sourceTable, token, position));
    const maps = this.encoderLayers.map(({ heads, norms, network }) => {
      const normed = states.map((state) => layerNorm(norms[0], state));
      const offered = heads.offer(normed);
      const read = normed.map((state) => heads.read(state, offered));
      states = states.map((state, position) => add(state, read[position].vector));
      states = states.map((state) => add(state, feedForward(network, layerNorm(norms[1], state))));
      return read.map((one) => one.weights);
    });
    states = states.map((state) => layerNorm(this.norms[0], state));
    return { states, maps, offered: this.decoderLayers.map(({ cross }) => cross.offer(states)) };
  }

  /** Nothing has been written before the first word: no layer has a key or a value yet. */
  begin() {
    return this.decoderLayers.map(() => []);
  }

  /**
   * Predict the next word after a token. The past holds the keys and values of the words before,
   * layer after layer, and is not changed: a step can be taken again.
   */
  step(token, memory, past, change = NO_CHANGE) {
    let state = this.place(this.targetTable, token, past[0].length);
    const maps = [];
    const longer = this.decoderLayers.map(({ self, cross, norms, network }, layer) => {
      const normed = layerNorm(norms[0], state);
      const offered = [...past[layer], ...self.offer([normed])];
      state = add(state, self.read(normed, offered).vector);
      const read = cross.read(layerNorm(norms[1], state), memory.offered[layer], change, layer);
      maps.push(read.weights);
      state = add(state, read.vector);
      state = add(state, feedForward(network, layerNorm(norms[2], state)));
      return offered;
    });
    const logits = linear(
      { weight: this.targetTable, bias: this.bias },
      layerNorm(this.norms[1], state),
    );
    return { logits, maps, past: longer };
  }
}

/**
 * Build the model of a run from its tensors.
 *
 * `pattern` gives a position its vector; `heads` makes the contexts of a layer.
 */
export function assemble(pattern, run, tensors, heads) {
  const context = (name) => heads((part) => layerOf(tensors, `${name}.${part}`));
  const norms = (count, name) =>
    Array.from({ length: count }, (_, i) => layerOf(tensors, `${name}.${i}`));
  const network = (name) => [0, 3].map((part) => layerOf(tensors, `${name}.feed_forward.${part}`));
  const layers = (stack, make) => Array.from({ length: run.layers }, (_, i) => make(`${stack}.${i}`));
  return new Transformer({
    sourceTable: tensors["source_embedding.table.weight"],
    targetTable: tensors["target_embedding.table.weight"],
    bias: tensors["target_embedding.bias"],
    pattern: run.positions ? pattern : null,
    norms: norms(2, "norms"),
    encoderLayers: layers("encoder_layers", (name) => ({
      heads: context(`${name}.self_attention`),
      norms: norms(2, `${name}.norms`),
      network: network(name),
    })),
    decoderLayers: layers("decoder_layers", (name) => ({
      self: context(`${name}.self_attention`),
      cross: context(`${name}.cross_attention`),
      norms: norms(3, `${name}.norms`),
      network: network(name),
    })),
  });
}
