// What the bottleneck keeps: letters of a source, and the share that is said right again.
import { choice, html, slider, spoken } from "./parts.js";

// model: { shares: { "32 numbers": { length: share } }, lengths, letters }
export function mount(element, model) {
  const room = html("div", { class: "letters", "aria-hidden": "true" });
  const said = spoken();
  const names = Object.keys(model.shares);
  const chosen = choice("who reads", names, names[0], () => draw());
  const { lengths } = model;
  const long = slider(
    "source length",
    { min: lengths[0], max: lengths.at(-1), step: 1, value: 12 },
    (value) => `${value} letters`,
    () => draw(),
  );

  function draw() {
    const length = Number(long.input.value);
    const share = model.shares[chosen.value()][length];
    element.dataset.share = share;
    const kept = Math.round(share * length);
    const boxes = Array.from({ length }, (_, place) =>
      html("span", { class: place < kept ? "kept" : "lost" }, model.letters[place]),
    );
    room.replaceChildren(...boxes);
    said.textContent =
      `Of ${length} letters ${(share * length).toFixed(1)} are said right on average ` +
      `(${Math.round(100 * share)} %).`;
  }

  draw();
  element.append(chosen.row, long.row, room, said);
}
