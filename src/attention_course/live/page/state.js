// What a reader has set: a plain object, never changed in place, so that there is a way back.
//
// { sentence, hidden: [source tokens], rung, step, stack: "encoder" or "decoder", layer, head: of the
//   map that is shown, beam: its width, added: [rungs],
//   temperature: {rung: number}, context: {rung: name}, forced: {rung: {step: token}},
//   weights: {rung: {step: [numbers]}} }

const EMPTY = { hidden: [], step: 0, stack: "decoder", layer: -1, head: -1, beam: 1, added: [] };
const OF_RUNGS = ["temperature", "context", "forced", "weights"];

/** The state in which a sentence is opened: nothing has been changed. */
export const opened = (sentence, rung) => ({
  ...EMPTY,
  sentence,
  rung,
  ...Object.fromEntries(OF_RUNGS.map((name) => [name, {}])),
});

/** The state in which another sentence is opened: what holds for whole rungs stays as it is. */
export const another = ({ rung, beam, stack, layer, head, temperature, context }, sentence) => ({
  ...opened(sentence, rung),
  ...{ beam, stack, layer, head, temperature, context },
});

/** The state with one setting of one rung replaced; undefined takes it back. */
export function withSetting(state, name, rung, value) {
  const { [rung]: _, ...others } = state[name];
  return { ...state, [name]: value === undefined ? others : { ...others, [rung]: value } };
}

/** The state with one setting of one step of one rung replaced; undefined takes it back. */
export function withStep(state, name, rung, step, value) {
  const { [step]: _, ...others } = state[name][rung] ?? {};
  const steps = value === undefined ? others : { ...others, [step]: value };
  return withSetting(state, name, rung, Object.keys(steps).length ? steps : undefined);
}

/** Whether a reader has changed anything that a model says, or that of one rung. */
export const isChanged = (state, rung = null) =>
  state.hidden.length > 0 ||
  OF_RUNGS.some((name) => (rung ? rung in state[name] : Object.keys(state[name]).length > 0));

/** The state as the end of an address: only what differs from a newly opened sentence. */
export function toAddress(state) {
  const plain = opened(state.sentence, state.rung);
  const told = Object.entries(state).filter(
    ([name, value]) =>
      ["sentence", "rung"].includes(name) || JSON.stringify(value) !== JSON.stringify(plain[name]),
  );
  return `#${encodeURIComponent(JSON.stringify(Object.fromEntries(told)))}`;
}

/** The state that an address tells of, or null where it tells of none. */
export function fromAddress(hash) {
  try {
    const told = JSON.parse(decodeURIComponent(hash.slice(1)));
    if (typeof told.rung !== "string" || !told.sentence.trim()) return null;
    return { ...opened(told.sentence, told.rung), ...told };
  } catch {
    return null;
  }
}

/** States one after another, with a way back. */
export class History {
  constructor(first) {
    this.states = [first];
  }

  get now() {
    return this.states[this.states.length - 1];
  }

  get canGoBack() {
    return this.states.length > 1;
  }

  /** Go on to another state; one that only moves a slider further takes the last one's place. */
  push(state, { inPlace = false } = {}) {
    if (inPlace && this.canGoBack) this.states.pop();
    this.states.push(state);
  }

  /** A state in the place of the last one: the reader has gone somewhere, and changed nothing. */
  move(state) {
    this.states[this.states.length - 1] = state;
  }

  /** Begin anew: there is no way back to what was before. */
  restart(state) {
    this.states = [state];
  }

  back() {
    if (this.canGoBack) this.states.pop();
  }
}
