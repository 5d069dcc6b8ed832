// A soft look-up table: turn the query, change the temperature, see what is read.
import { bars, html, plane, slider, softmax, spoken, sum, two, weightedSum } from "./parts.js";

// model: { names, keys: S vectors of two numbers, values: S numbers, angle, temperature }
export function mount(element, model) {
  const room = html("div", { class: "drawn" });
  const said = spoken();
  const angle = slider(
    "query points to",
    { min: 0, max: 360, step: 1, value: model.angle },
    (value) => `${value}°`,
    () => draw(),
  );
  const heat = slider(
    "temperature",
    { min: -2, max: 2, step: 0.05, value: Math.log10(model.temperature) },
    (value) => (10 ** value).toPrecision(2),
    () => draw(),
  );

  function draw() {
    const turn = (Number(angle.input.value) * Math.PI) / 180;
    const temperature = 10 ** Number(heat.input.value);
    const query = [Math.cos(turn), Math.sin(turn)];
    const scores = model.keys.map((key) => sum(key.map((one, i) => one * query[i])));
    const weights = softmax(scores.map((score) => score / temperature));
    const [value] = weightedSum(weights, model.values.map((one) => [one]));
    Object.assign(element.dataset, {
      query: JSON.stringify(query),
      temperature,
      weights: JSON.stringify(weights),
      value,
    });
    const keys = model.keys.map((to, s) => ({ to, label: model.names[s], kind: "state" }));
    const rows = model.names.map((name, s) => `${name}: ${model.values[s]}`);
    room.replaceChildren(
      plane(1.6, [...keys, { to: query, label: "q", kind: "sum" }]),
      bars(rows, weights),
    );
    said.textContent = `The table answers ${two(value)}.`;
  }

  draw();
  element.append(angle.row, heat.row, room, said);
}
