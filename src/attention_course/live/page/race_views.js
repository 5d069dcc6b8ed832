// What a reader of the race sees: one clock, the loss of every rung, and what each would say.

import { html, svg } from "./draw.js";
import { heatmapTable, two } from "./parts.js";
import { player, sentenceChooser } from "./played.js";

const [WIDTH, HEIGHT] = [600, 150]; // of the curves

/** The seconds after which the last rung is done. */
export const endOf = ({ frames }) => Math.max(...Object.values(frames).map((all) => all.at(-1).seconds));

/** The last moment of a rung that is not later than the clock. */
export const momentAt = (frames, seconds) =>
  frames.filter((frame) => frame.seconds <= seconds).at(-1) ?? frames[0];

/** The whole figure. */
export const raceFigure = (view) => {
  if (!view.race) return html`<p class="error" role="alert">${view.error}</p>`;
  const { race, state, rungs } = view;
  const end = endOf(race);
  const told = `${state.seconds.toFixed(0)} of ${end.toFixed(0)} processor seconds`;
  return html`
    ${player(view, {
      name: "clock of the race",
      now: state.seconds,
      last: end,
      step: end / 200,
      told,
    })}
    ${curves(race, rungs, state, end)} ${sentenceChooser(race, view)}
    <p class="hint">
      The true words before are given, so each word stands or falls by itself. Struck through: what the
      rung would say in the place of the true word. The map of rung 4 is that of its last layer.
    </p>
    <div class="rungs">${rungs.map((rung) => lane(race, rung, state))}</div>
  `;
};

/** The loss of every rung on the sentence; a line stands where the clock is. */
function curves({ frames }, rungs, { seconds, sentence }, end) {
  const lossOf = (frame) => frame.sentences[sentence].loss;
  const highest = Math.max(...Object.values(frames).flatMap((all) => all.map(lossOf)));
  const x = (at) => ((WIDTH * at) / end).toFixed(1);
  const y = (loss) => (HEIGHT * (1 - loss / highest)).toFixed(1);
  return html`
    <figure>
      <svg class="curves" viewBox="-4 -4 ${WIDTH + 8} ${HEIGHT + 8}" role="img" aria-label="loss by time">
        ${svg`<line class="clock" x1=${x(seconds)} x2=${x(seconds)} y1="0" y2=${HEIGHT} />`}
        ${rungs.map(({ name, number }) => {
          const points = frames[name].map((one) => `${x(one.seconds)},${y(lossOf(one))}`).join(" ");
          const now = momentAt(frames[name], seconds);
          return svg`
            <g style="--rung: var(--rung-${number})">
              <polyline points=${points} />
              <circle cx=${x(now.seconds)} cy=${y(lossOf(now))} r="4" />
            </g>
          `;
        })}
      </svg>
      <figcaption class="hint">
        ${rungs.map(
          ({ number, label }) => html`<b style="color: var(--rung-${number})">${label}</b> `,
        )}
        Loss on this sentence, from ${two(highest)} nats a token down to 0.
      </figcaption>
    </figure>
  `;
}

/** One rung now: how far it is, what it would say, where it reads. */
function lane({ frames, sentences: all, words, updates }, { name, number, label }, { seconds, sentence }) {
  const { source, target } = all[sentence];
  const frame = momentAt(frames[name], seconds);
  const now = frame.sentences[sentence];
  const done = frame === frames[name].at(-1);
  const right = now.says.filter((place, t) => place === target[t]).length;
  return html`
    <section class="rung" style="--rung: var(--rung-${number})" aria-label=${label}>
      <h3>${label} <small>${done ? "done" : `update ${frame.update} of ${updates[name]}`}</small></h3>
      <p class="told">loss ${two(now.loss)}, ${right} of ${target.length} right</p>
      <p class="says" lang="en">
        ${target.map((place, t) =>
          now.says[t] === place
            ? html`<span>${words[place]}</span> `
            : html`<del>${words[now.says[t]]}</del> `,
        )}
      </p>
      ${heatmapTable({
        language: "ko",
        label: `weights, ${label}`,
        source,
        rows: now.weights.map((row, t) => ({
          head: words[target[t]],
          cells: row.map((weight) => ({ weight: weight / 100 })),
        })),
      })}
    </section>
  `;
}
