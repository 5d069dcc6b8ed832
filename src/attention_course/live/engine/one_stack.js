// One stack of layers under one causal mask: the source begins the text, and the target goes on.
//
// The same model without a source is a language model. It is used as every model is.

import { add, layerNorm, linear, padded } from "./arrays.js";
import { embed, layerOf } from "./seq2seq.js";
import { Change, NO_CHANGE, readable } from "./socket.js";
import { feedForward } from "./transformer.js";

/** One stack of layers, over the source and what has been written.    Radford et al. 2018, 3.1 */
export class OneStack {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Whether its maps have columns for the source; those for its own past come after them. */
  get readsSource() {
    return this.settings.reads_source;
  }

  /**
   * Read the source as the beginning of the text: what each layer keeps of it.
   *
   * No position reads a later one, so they can be read one after the other.
   * `maps[layer][position][head]` are the weights with which they read; what is later has 0.
   */
  encode(source) {
    const begins = this.readsSource ? source : [];
    let kept = this.layers.map(() => []);
    const maps = this.layers.map(() => []);
    for (const token of begins) {
      const read = this.goOn(embed(this.sourceTable, token), kept);
      kept = read.kept;
      read.maps.forEach((heads, layer) => {
        maps[layer].push(heads.map((weights) => padded(weights, begins.length)));
      });
    }
    return { kept, maps, size: begins.length };
  }

  /** Nothing has been written before the first word. */
  begin() {
    return this.layers.map(() => []);
  }

  /**
   * Predict the next word after a token. The past holds the keys and values of the words before,
   * layer after layer, and is not changed: a step can be taken again.
   */
  step(token, memory, past, change = NO_CHANGE) {
    const text = memory.kept.map((offered, layer) => [...offered, ...past[layer]]);
    const read = this.goOn(embed(this.targetTable, token), text, change, memory.size);
    const logits = linear(
      { weight: this.targetTable, bias: this.bias },
      layerNorm(this.norm, read.state),
    );
    const own = read.kept.map((offered) => offered.slice(memory.size));
    return { logits, maps: read.maps, past: own };
  }

  /** Read one position more: its state, its map in each layer, and all that the layers now keep. */
  goOn(embedded, before, change = NO_CHANGE, size = 0) {
    const place = before[0].length;
    let state = this.pattern ? add(embedded, this.pattern(place, embedded.length)) : embedded;
    const allowed = new Change({ ...change, mask: this.maskOf(place, change, size) });
    const maps = [];
    const kept = this.layers.map(({ heads, norms, network }, layer) => {
      const normed = layerNorm(norms[0], state);
      const offered = [...before[layer], heads.offer(normed, place)];
      const read = heads.read(normed, place, offered, allowed, layer);
      maps.push(read.weights);
      state = add(state, read.vector);
      state = add(state, feedForward(network, layerNorm(norms[1], state)));
      return offered;
    });
    return { state, maps, kept };
  }

  /**
   * What a position may read: itself, and what is before it, but no word that a reader has hidden
   * among the `size` of the source; with a window none that is so many places back.
   */
  maskOf(place, change, size) {
    const { window } = this.settings;
    return Array.from({ length: place + 1 }, (_, s) => {
      const isNear = !window || place - s < window;
      const isShown = s >= size || readable(change, s);
      return s === place || (isNear && isShown);
    });
  }
}

/**
 * Build the model of a run from its tensors.
 *
 * `pattern` gives a position its vector, if any is added; `heads` makes the context of a layer.
 */
export function assemble(pattern, run, tensors, heads) {
  const layer = (name) => ({
    heads: heads((part) => layerOf(tensors, `${name}.context.${part}`)),
    norms: [0, 1].map((part) => layerOf(tensors, `${name}.norms.${part}`)),
    network: [0, 3].map((part) => layerOf(tensors, `${name}.feed_forward.${part}`)),
  });
  return new OneStack({
    settings: run,
    sourceTable: tensors["source_embedding.table.weight"],
    targetTable: tensors["target_embedding.table.weight"],
    bias: tensors["target_embedding.bias"],
    pattern,
    norm: layerOf(tensors, "norm"),
    layers: Array.from({ length: run.layers }, (_, i) => layer(`layers.${i}`)),
  });
}
