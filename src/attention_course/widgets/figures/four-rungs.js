// Four rungs: choose a rung and a word that it wrote, see which states are summed for that word.
import { choice, html, slider, svg, two } from "./parts.js";

const ROW = 38;
const JOIN = 292; // where the states are summed, from the left

// model: { words: [{ word, meaning }], reference,
//   rungs: [{ name, number, colour, source_of_weights, output: T words, weights: T rows of S }] }
export function mount(element, model) {
  const height = ROW * model.words.length;
  const middle = height / 2;
  const drawing = svg("svg", { viewBox: `0 0 360 ${height}`, role: "img", class: "summing" });
  const said = html("p", { class: "written" });
  const told = html("p", { "aria-live": "polite" });
  const named = (name) => model.rungs.find((rung) => rung.name === name);
  const rung = () => named(rungs.value());
  const wordAt = (value) => rung().output[Math.min(value, rung().output.length) - 1];
  const names = model.rungs.map(({ name }) => name);
  const rungs = choice("rung", names, names[2], () => {
    step.input.max = rung().output.length;
    step.update();
    draw();
  });
  const longest = named(names[2]).output.length;
  const range = { min: 1, max: longest, step: 1, value: Math.min(5, longest) };
  const step = slider("word written", range, wordAt, draw);
  [...rungs.row.children].forEach((button, number) =>
    button.style.setProperty("--of-rung", colour(model.rungs[number])),
  );

  function draw() {
    const { output, weights } = rung();
    const place = Number(step.input.value) - 1;
    const [row, word] = [weights[place], output[place]];
    element.dataset.weights = JSON.stringify(row);
    element.style.setProperty("--of-rung", colour(rung()));
    drawing.setAttribute("aria-label", `The states that are summed for ${word}`);
    drawing.replaceChildren(
      ...row.map((weight, s) => line(weight, s, middle)),
      ...row.map((weight, s) => state(model.words[s], weight, s)),
      svg("path", { d: `M${JOIN} ${middle + 24}V${middle + 52}`, class: "on" }),
      svg("circle", { cx: JOIN, cy: middle, r: 24, class: "join" }),
      svg("text", { x: JOIN, y: middle + 5, class: "middle" }, "c = Σ"),
      svg("text", { x: JOIN, y: middle + 72, class: "middle strong" }, word),
    );
    said.replaceChildren(
      ...output.flatMap((one, t) => [html("span", t === place ? { class: "now" } : {}, one), " "]),
    );
    told.replaceChildren(...sentence(row, rung(), word, model.words));
  }

  draw();
  element.classList.add("four-rungs");
  element.append(rungs.row, step.row, drawing, said, told);
}

// The page's colour of a rung; where a page names none, as in a notebook, that of the course.
const colour = (rung) => `var(--rung-${rung.number}, ${rung.colour})`;

// A state's weight is the thickness and the depth of its line.
function line(weight, s, middle) {
  const y = ROW * (s + 0.5);
  return svg("path", {
    d: `M206 ${y}C250 ${y} 236 ${middle} ${JOIN - 24} ${middle}`,
    class: "carried",
    "stroke-width": 1 + 17 * weight,
    "stroke-opacity": 0.15 + 0.85 * weight,
  });
}

// A word is a pill, its state a box.
function state({ word, meaning }, weight, s) {
  const y = ROW * s;
  return svg(
    "g",
    {},
    svg("rect", { x: 1, y: y + 4, width: 146, height: ROW - 8, rx: 15, class: "pill" }),
    svg("text", { x: 13, y: y + ROW / 2 + 5, class: "strong" }, word),
    svg("text", { x: 138, y: y + ROW / 2 + 5, class: "meaning" }, meaning),
    svg("rect", { x: 153, y: y + 10, width: 18, height: 18, rx: 3, class: "box" }),
    svg("text", { x: 203, y: y + ROW / 2 + 5, class: "weight" }, two(weight).slice(0, 4)),
  );
}

// The sum in words: the two largest weights by name, the others together.
function sentence(row, rung, word, words) {
  const order = row.map((_, s) => s).sort((one, other) => row[other] - row[one]);
  const alike = row[order[0]] - row[order.at(-1)] < 0.01;
  const lead = `${rung.name}: ${rung.source_of_weights}. To write “${word}” it sums `;
  if (alike) return [`${lead}all ${row.length} states, ${two(row[0])} of each.`];
  const large = order.filter((s) => row[s] >= 0.05).slice(0, 2);
  const rest = 1 - large.reduce((total, s) => total + row[s], 0);
  const parts = large.flatMap((s, number) => [
    number ? ", " : "",
    `${two(row[s])} of `,
    html("span", { lang: "ko" }, words[s].word),
    words[s].meaning ? ` (${words[s].meaning})` : "",
  ]);
  return [lead, ...parts, rest > 0.005 ? `, and ${two(rest)} of the others.` : "."];
}
