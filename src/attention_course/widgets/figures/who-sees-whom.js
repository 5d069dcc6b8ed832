// Who sees whom: from one word, how many layers until each other word has been heard?
import { choice, html, slider, spoken } from "./parts.js";

// Whether the word at place t may read the word at place s, in one layer.
const SEES = {
  "all words": () => true,
  "no later word": (t, s) => s <= t,
  "two to each side": (t, s) => Math.abs(t - s) <= 2,
  "the one before (an RNN)": (t, s) => s === t || s === t - 1,
};

// Layers that the word at `from` needs to hear each word; -1 where it never does.
export function layersNeeded(words, from, sees) {
  const needed = Array(words).fill(-1);
  needed[from] = 0;
  for (let layer = 1; layer <= words; layer++) {
    for (let t = 0; t < words; t++) {
      if (needed[t] < 0 || needed[t] >= layer) continue;
      for (let s = 0; s < words; s++) if (needed[s] < 0 && sees(t, s)) needed[s] = layer;
    }
  }
  return needed;
}

// model: { words, asking, rule } (the last two: where it starts)
export function mount(element, model) {
  const said = spoken();
  const words = model.words.map((word, place) => {
    const button = html("button", { type: "button" }, word);
    button.addEventListener("click", () => {
      asking = place;
      draw();
    });
    return button;
  });
  const names = Object.keys(SEES);
  const chosen = choice("who may read whom", names, model.rule, () => draw());
  let asking = model.asking;
  const stack = slider(
    "layers",
    { min: 1, max: model.words.length - 1, step: 1, value: 1 },
    (value) => `${value}`,
    () => draw(),
  );

  function draw() {
    const layers = Number(stack.input.value);
    const needed = layersNeeded(model.words.length, asking, SEES[chosen.value()]);
    element.dataset.needed = JSON.stringify(needed);
    const heard = needed.filter((one) => one >= 0 && one <= layers).length;
    words.forEach((button, place) => {
      const known = needed[place] >= 0 && needed[place] <= layers;
      button.className = place === asking ? "asking" : known ? "kept" : "lost";
      button.setAttribute("aria-pressed", place === asking);
    });
    const never = needed.filter((one) => one < 0).length;
    said.textContent =
      `After ${layers} ${layers === 1 ? "layer" : "layers"} "${model.words[asking]}" has heard ` +
      `${heard} of ${needed.length} words` +
      (never ? `; ${never} it will never hear.` : ".");
  }

  draw();
  element.append(chosen.row, stack.row, html("div", { class: "letters" }, ...words), said);
}
