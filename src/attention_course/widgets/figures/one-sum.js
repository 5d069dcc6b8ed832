// One sum: choose the weights of three states, see the vector that they make.
import { bars, choice, html, plane, slider, spoken, sum, two, weightedSum } from "./parts.js";

// The weights are parts of their sum, so any position of the sliders is a weighted average.
const parts = (value) => `${value} parts`;

// model: { names, states: S vectors of two numbers, rungs: { name: weights } }
export function mount(element, model) {
  const room = html("div", { class: "drawn" });
  const said = spoken();
  const rungs = Object.keys(model.rungs);
  const sliders = model.names.map((name) =>
    slider(`weight of ${name}`, { min: 0, max: 100, step: 1, value: 0 }, parts, () => draw()),
  );
  const chosen = choice("rung", rungs, rungs[0], () => {
    set(model.rungs[chosen.value()]);
    draw();
  });
  const set = (weights) =>
    sliders.forEach(({ input, update }, s) => {
      input.value = 100 * weights[s];
      update();
    });

  function draw() {
    const raw = sliders.map(({ input }) => Number(input.value));
    const total = sum(raw);
    const weights = raw.map((one) => (total ? one / total : 1 / raw.length));
    const vector = weightedSum(weights, model.states);
    element.dataset.vector = JSON.stringify(vector);
    const states = model.states.map((to, s) => ({ to, label: model.names[s], kind: "state" }));
    room.replaceChildren(
      plane(3.4, [...states, { to: vector, label: "c", kind: "sum" }], model.states),
      bars(model.names, weights),
    );
    said.textContent = `c = (${vector.map(two).join(", ")})`;
  }

  set(model.rungs[rungs[0]]);
  draw();
  element.append(chosen.row, ...sliders.map(({ row }) => row), room, said);
}
