// Positions as clocks: two words, two hands on every clock, and the angle between them.
import { html, slider, spoken, sum, svg, two } from "./parts.js";

const SHOWN = 6; // clocks that are drawn, the fastest
const RADIUS = 40;

// How far a clock turns from one place to the next: 10000^(-2i/d) radians.
export const rates = (size) =>
  Array.from({ length: size / 2 }, (_, i) => 10000 ** ((-2 * i) / size));

// The dot product of two positions: the sum of the cosines of the angles between the hands.
export const product = (turns, one, other) => sum(turns.map((rate) => Math.cos(rate * (one - other))));

function hand(angle, kind) {
  const [x, y] = [50 + RADIUS * Math.sin(angle), 50 - RADIUS * Math.cos(angle)];
  return svg("line", { x1: 50, y1: 50, x2: x, y2: y, class: kind });
}

function clock(rate, one, other) {
  const cosine = Math.cos(rate * (one - other));
  const drawn = svg(
    "svg",
    { viewBox: "0 0 100 100", "aria-hidden": "true" },
    svg("circle", { cx: 50, cy: 50, r: RADIUS, class: "face" }),
    hand(rate * other, "other hand"),
    hand(rate * one, "one hand"),
  );
  return html("div", {}, drawn, html("span", {}, two(cosine)));
}

// model: { size: numbers of a position, places, one, other } (the last two: where it starts)
export function mount(element, model) {
  const turns = rates(model.size);
  const room = html("div", { class: "clocks" });
  const message = spoken();
  const place = (label, value) =>
    slider(label, { min: 0, max: model.places - 1, step: 1, value }, (at) => `${at}`, () => draw());
  const one = place("place of one word", model.one);
  const other = place("place of the other", model.other);
  const on = html("button", { type: "button" }, "both one place on");
  on.addEventListener("click", () => {
    const [t, s] = [Number(one.input.value), Number(other.input.value)];
    const by = Math.max(t, s) < model.places - 1 ? 1 : -Math.min(t, s); // at the end, back to the start
    one.input.value = t + by;
    other.input.value = s + by;
    one.update();
    other.update();
    draw();
  });

  function draw() {
    const [t, s] = [Number(one.input.value), Number(other.input.value)];
    const alike = product(turns, t, s);
    element.dataset.product = alike;
    room.replaceChildren(...turns.slice(0, SHOWN).map((rate) => clock(rate, t, s)));
    message.textContent =
      `Places ${t} and ${s}, distance ${Math.abs(t - s)}. The dot product of the two positions, the cosines of all ` +
      `${turns.length} clocks added up, is ${two(alike)}; of a place with itself, ${turns.length}.`;
  }

  draw();
  element.append(one.row, other.row, on, room, message);
}
