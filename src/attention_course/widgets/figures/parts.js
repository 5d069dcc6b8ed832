// Small parts that the figures share.

// Put a figure that can be played with in the place of its picture.
export function fill(figure, mount) {
  if (figure.dataset.ready) return;
  figure.dataset.ready = "true";
  const room = html("div", { class: "course-figure" });
  mount(room, JSON.parse(figure.querySelector("script").textContent));
  figure.replaceChildren(room);
}

// An element with attributes and children; SVG names need svg(...).
export function html(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// A line that is read aloud when its text changes. It is made once and stays in the page: a line
// that is put there anew with its text is often not heard.
export const spoken = () => html("p", { "aria-live": "polite" });

// A labelled slider; show(value) is the text behind it. Gives { row, input }.
export function slider(label, { min, max, step, value }, show, changed) {
  const input = html("input", { type: "range", min, max, step, "aria-label": label });
  input.value = value;
  const said = html("output", { "aria-hidden": "true" }); // the slider itself says its value
  const update = () => {
    said.textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", said.textContent);
  };
  input.addEventListener("input", () => {
    update();
    changed();
  });
  update();
  return { row: html("label", {}, html("span", {}, label), input, said), input, update };
}

// Buttons of which one is pressed. Gives { row, value() }.
export function choice(label, names, chosen, changed) {
  const row = html("div", { role: "group", "aria-label": label, class: "choice" });
  let value = chosen;
  const press = (name) => {
    value = name;
    for (const one of row.children) one.setAttribute("aria-pressed", one.textContent === name);
  };
  for (const name of names) {
    const button = html("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      press(name);
      changed();
    });
    row.append(button);
  }
  press(chosen);
  return { row, value: () => value };
}

export const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

export function softmax(scores) {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

// c = sum over s of weights[s] * states[s], the sum of the course.
export function weightedSum(weights, states) {
  return states[0].map((_, i) => sum(states.map((state, s) => weights[s] * state[i])));
}

export const two = (number) => number.toFixed(2).replace("-", "−");

// A row of bars, one for each name, with its weight as a number.
export function bars(names, weights) {
  return html(
    "div",
    { class: "bars" },
    ...names.map((name, s) =>
      html(
        "div",
        {},
        html("span", {}, name),
        html("i", { style: `width: ${(100 * weights[s]).toFixed(2)}%` }),
        html("b", { "data-weight": weights[s] }, two(weights[s])),
      ),
    ),
  );
}

// Short lines across both axes at the whole numbers that the plane has room for.
function ticks(reach, place) {
  const whole = Array.from({ length: 2 * Math.floor(reach) + 1 }, (_, n) => n - Math.floor(reach));
  const lines = whole.map((at) => {
    const [x, y] = place([at, at]);
    return `M${x} 147V153M147 ${y}H153`;
  });
  return [svg("path", { d: lines.join(""), class: "axis" })];
}

// Arrows from the origin in a plane from -reach to reach, a tick at every whole number; where there
// are corners, what lies between them is filled.
export function plane(reach, arrows, corners = []) {
  const place = ([x, y]) => [150 + (140 * x) / reach, 150 - (140 * y) / reach];
  const named = `Arrows in a plane: ${arrows.map(({ label }) => label).join(", ")}`;
  const drawn = svg("svg", { viewBox: "0 0 300 300", role: "img", "aria-label": named });
  drawn.append(
    svg("polygon", { points: corners.map(place).join(" "), class: "between" }),
    svg("path", { d: "M10 150H290M150 10V290", class: "axis" }),
    ...ticks(reach, place),
    ...arrows.flatMap(({ to, label, kind }) => {
      const [x, y] = place(to);
      return [
        svg("line", { x1: 150, y1: 150, x2: x, y2: y, class: kind }),
        svg("circle", { cx: x, cy: y, r: kind === "sum" ? 7 : 4, class: kind }),
        svg("text", { x: x + 8, y: y + (kind === "sum" ? 18 : -6), class: kind }, label),
      ];
    }),
  );
  return drawn;
}
