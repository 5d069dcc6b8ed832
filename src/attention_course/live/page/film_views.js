// What a reader of the film sees: the weights of one moment, and where the gradient pushes them.

import { html, nothing, svg } from "./draw.js";
import { heatmapTable, percent, two } from "./parts.js";
import { player, sentenceChooser } from "./played.js";

const PUSHED = 6; // hundredths: from here on an arrow shows which way a score is pushed
const [WIDTH, HEIGHT] = [300, 48]; // of the curve of the loss

/** The whole figure. */
export const filmFigure = (view) => {
  if (!view.film) return html`<p class="error" role="alert">${view.error}</p>`;
  const { film, state } = view;
  const frame = film.frames[state.frame];
  const now = frame.sentences[state.sentence];
  const told = `update ${frame.update} of ${film.updates}, loss ${two(now.loss)} nats a token`;
  return html`
    ${player(view, {
      name: "moment of the run",
      now: state.frame,
      last: film.frames.length - 1,
      step: 1,
      told,
    })}
    ${curve(film, state)} ${sentenceChooser(film, view)} ${weights(film, state, now)}
    <p class="hint">
      Before a row the likelihood of its word, and what the model would say in its place. An arrow
      says which way a step along the gradient of that word's loss moves the score.
    </p>
  `;
};

/** The loss of the sentence at all moments, a mark at the one that is shown. */
function curve(film, { frame, sentence }) {
  const losses = film.frames.map(({ sentences: all }) => all[sentence].loss);
  const highest = Math.max(...losses);
  const x = (i) => (WIDTH * film.frames[i].update) / film.updates;
  const y = (loss) => HEIGHT * (1 - loss / highest);
  const points = losses.map((loss, i) => `${x(i).toFixed(1)},${y(loss).toFixed(1)}`).join(" ");
  return html`
    <svg class="curve" viewBox="-4 -4 ${WIDTH + 8} ${HEIGHT + 8}" role="img" aria-label="loss">
      ${svg`<polyline points=${points} /><circle cx=${x(frame)} cy=${y(losses[frame])} r="4" />`}
    </svg>
  `;
}

/** The rows of weights, with the likelihood of each true word before them. */
function weights({ sentences: all, words }, { sentence }, now) {
  const { source, target } = all[sentence];
  return heatmapTable({
    language: "ko",
    label: "weights at this moment",
    source,
    rows: now.weights.map((row, t) => ({
      word: words[target[t]],
      head: html`
        ${now.says[t] === target[t]
          ? nothing
          : html`<small class="instead">${words[now.says[t]]}</small>`}
        ${words[target[t]]} <small>${percent(now.right[t] / 100)}</small>
      `,
      cells: row.map((weight, s) => ({
        weight: weight / 100,
        mark: Math.abs(now.push[t][s]) < PUSHED ? "" : now.push[t][s] > 0 ? "↑" : "↓",
      })),
    })),
  });
}
