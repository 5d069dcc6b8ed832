// Why divide by the root of d: one random query, ten random keys, of more and more numbers.
import { bars, choice, html, slider, softmax, spoken, sum, two } from "./parts.js";

const DIVISORS = { undivided: () => 1, "divided by √d": (d) => Math.sqrt(d) };

// Numbers between 0 and 1 that look random and are the same for the same seed (a linear
// congruential generator, modulo 2^32).
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

// Independent numbers with mean 0 and variance 1 (the method of Box and Muller).
export function normal(count, random) {
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}

// model: { keys: how many, powers: d is 2 to one of 0 ... powers, power, seed } (where it starts)
export function mount(element, model) {
  const heading = html("p", {}, "Scores of ten keys, and the weights that the softmax makes of them:");
  const room = html("div", {});
  const message = spoken();
  let seed = model.seed;
  const size = slider(
    "numbers in a vector, d",
    { min: 0, max: model.powers, step: 1, value: model.power },
    (power) => `${2 ** power}`,
    () => draw(),
  );
  const divisor = choice("the scores are", Object.keys(DIVISORS), "undivided", () => draw());
  const again = html("button", { type: "button" }, "draw other vectors");
  again.addEventListener("click", () => {
    seed += 1;
    draw();
  });

  function draw() {
    const d = 2 ** Number(size.input.value);
    const random = uniform(seed);
    const query = normal(d, random);
    const keys = Array.from({ length: model.keys }, () => normal(d, random));
    const by = DIVISORS[divisor.value()](d);
    const scores = keys.map((key) => sum(key.map((one, i) => one * query[i])) / by);
    const weights = softmax(scores);
    const largest = Math.max(...weights);
    const slope = largest * (1 - largest);
    Object.assign(element.dataset, {
      query: JSON.stringify(query),
      keys: JSON.stringify(keys),
      weights: JSON.stringify(weights),
      slope,
    });
    room.replaceChildren(bars(scores.map((score) => score.toFixed(1).replace("-", "−")), weights));
    message.textContent =
      `The scores reach from ${two(Math.min(...scores))} to ${two(Math.max(...scores))}. The ` +
      `largest weight is ${two(largest)}, and its slope, weight × (1 − weight), ${slope.toFixed(4)}.`;
  }

  draw();
  element.append(size.row, divisor.row, again, heading, room, message);
}
