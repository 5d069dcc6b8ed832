// The lines of the stepper: from each source word to the sum, as thick as its weight, and on to the
// word that follows. They join elements that the style sheet has placed.

import { render, svg } from "./draw.js";
import { JOIN, PREDICT, SUM } from "./step_views.js";

/** The middle of an edge of an element, within another one. */
function edge(element, board, x, y) {
  const [box, whole] = [element.getBoundingClientRect(), board.getBoundingClientRect()];
  return { x: box.left - whole.left + x * box.width, y: box.top - whole.top + y * box.height };
}

/** A line down to an element; where words stand below each other, around their right side. */
function curve(from, to, down) {
  if (down) {
    const middle = (from.y + to.y) / 2;
    return `M${from.x},${from.y} C${from.x},${middle} ${to.x},${middle} ${to.x},${to.y}`;
  }
  return `M${from.x},${from.y} C${from.x + 40},${from.y} ${to.x},${to.y - 60} ${to.x},${to.y}`;
}

/** Draw the lines that belong to a step of the five. */
export function connect(room, step, stage) {
  const board = room.querySelector(".board");
  const lines = board.querySelector("svg");
  const words = [...board.querySelectorAll(".states li")];
  const down = words.length < 2 || words[1].offsetTop < words[0].offsetTop + words[0].offsetHeight / 2;
  const circle = board.querySelector(".context");
  const chosen = board.querySelector('.words [aria-pressed="true"]');
  const paths = [];
  if (stage >= SUM && circle) {
    words.forEach((word, s) => {
      const weight = step.weights[s] ?? 0;
      if (weight < 0.005) return;
      const from = down ? edge(word, board, 0.5, 1) : edge(word, board, 1, 0.5);
      const to = edge(circle, board, 0.5, 0);
      paths.push({ d: curve(from, to, down), width: 1 + 9 * weight, opacity: 0.25 + 0.75 * weight });
    });
  }
  if (stage >= JOIN && down) {
    const joined = board.querySelector(".sum");
    const d = curve(edge(joined, board, 0.5, 1), edge(chosen, board, 0.5, 0), true);
    paths.push({ d, width: 3, opacity: stage >= PREDICT ? 1 : 0.4 });
  }
  render(
    svg`${paths.map(
      ({ d, width, opacity }) =>
        svg`<path d=${d} stroke-width=${width.toFixed(1)} stroke-opacity=${opacity.toFixed(2)} />`,
    )}`,
    lines,
  );
}
