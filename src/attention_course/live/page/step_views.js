// What a reader of the stepper sees: the words, the five steps, and what each of them is made of.

import { html, nothing } from "./draw.js";
import { button, glossedWord, heatSlider, nextList, percent, two, walk } from "./parts.js";

export const [SCORE, SOFTMAX, SUM, JOIN, PREDICT, HOLD] = [0, 1, 2, 3, 4, 5];
const STAGES = ["Score", "Softmax", "Sum", "Join", "Predict", "Take hold"];

/** The places of the largest numbers, the largest first. */
const largest = (numbers, count) =>
  Array.from(numbers.keys())
    .sort((a, b) => numbers[b] - numbers[a])
    .slice(0, count);

const scoresOf = ({ step, state, size }) =>
  step.scores.map((score) => (state.undivided ? score * Math.sqrt(size) : score));

/** What the decoder has written before the word at hand. */
function written({ now, at }) {
  const words = now.steps.slice(0, at).map(({ word }) => word);
  if (words.length === 0) return "Nothing is written yet";
  return `“${words.length > 3 ? "… " : ""}${words.slice(-3).join(" ")}” is written`;
}

/** One or two sentences for each step, with the model's own numbers. */
export function toldOf(view) {
  const { state, step, now, size } = view;
  const scores = scoresOf(view);
  const [best] = largest(scores, 1);
  const [first, second] = largest(step.weights, 2);
  const exponentials = scores.map(Math.exp);
  const sum = exponentials.reduce((a, b) => a + b, 0);
  const [likeliest] = step.next;
  return [
    () =>
      `${written(view)}. To find the next word the decoder compares its state s with the state h ` +
      `of each Korean word: score = s · h / √${size}. Highest: ${now.source[best]}, ${two(scores[best])}.`,
    () =>
      `Each score becomes e to the power of it; its share of the sum is the weight: ` +
      `${now.source[best]} gets ${exponentials[best].toFixed(1)} of ${sum.toFixed(1)}, ` +
      `a weight of ${two(exponentials[best] / sum)}. All weights together are 1.`,
    () =>
      `The states h are added up, each times its weight. The sum, the context c, is ` +
      `${percent(step.weights[first])} the state of ${now.source[first]} and ` +
      `${percent(step.weights[second])} that of ${now.source[second]}.`,
    () =>
      `What was read (c) and what the decoder knows of its own sentence (s) are put side by side. ` +
      `A learned matrix and tanh make one vector r of both.`,
    () =>
      `r is compared with the vector of each of the ${now.vocabulary} English tokens; a softmax ` +
      `over them gives “${likeliest.word}” ${percent(likeliest.probability)}. It is written, and ` +
      `the next step begins.`,
    () => heldOf(view),
  ][state.stage]();
}

/** What a change has led to. */
function heldOf({ fetching, free, megabytes, changed, step, ownStep, at, now, own }) {
  if (fetching) return `Fetching the model (${megabytes} MB) …`;
  if (!free) return `Here the model itself is needed (${megabytes} MB).`;
  if (!changed) {
    return "Now the model is yours: pull a weight up or down, and see which word follows.";
  }
  const [next] = step.next;
  const before = ownStep?.next[0];
  const was =
    before && next.token !== before.token
      ? `, no longer “${before.word}”`
      : `, before ${percent(before?.probability ?? 0)}`;
  const others = now.steps.filter(({ token }, t) => t > at && token !== own.steps[t]?.token).length;
  const follow = others ? ` Of the words after it ${others} are others.` : "";
  return `Next word: “${next.word}”, ${percent(next.probability)}${was}.${follow}`;
}

/** The whole figure. */
export const stepFigure = (view) => html`
  ${sentences(view)} ${stages(view)}
  <p class="told" role="status" aria-live="polite">${view.told}</p>
  ${view.error ? html`<p class="error" role="alert">${view.error}</p>` : nothing} ${onward(view)}
  <div class="board">
    <svg aria-hidden="true"></svg>
    ${states(view)} ${sum(view)} ${translation(view)}
  </div>
  ${view.state.stage === HOLD ? controls(view) : made(view)}
`;

const sentences = ({ examples, state, choose }) => html`
  <label class="sentence">
    <span>sentence</span>
    <select @change=${choose}>
      ${examples.map(
        ({ source, target }) => html`
          <option value=${source} .selected=${source === state.sentence}>${target}</option>
        `,
      )}
    </select>
  </label>
`;

const stages = ({ state, look }) => html`
  <div class="stages" role="group" aria-label="the five steps" @keydown=${walk}>
    ${STAGES.map(
      (name, stage) => html`
        <button
          type="button"
          aria-pressed=${state.stage === stage}
          @click=${() => look({ stage })}
        >
          ${stage < HOLD ? html`<small>${stage + 1}</small>` : nothing} ${name}
        </button>
      `,
    )}
  </div>
`;

/** The way through the steps and the words; no button goes away while it has the focus. */
const onward = ({ state, look, at, now }) => {
  const { stage } = state;
  const words = now.steps.length;
  const next = stage === HOLD ? SCORE : stage + 1;
  const following = (at + 1) % words;
  return html`
    <p class="buttons onward">
      <button type="button" aria-label="step back" @click=${() => look(before(stage, at, words))}>
        ←
      </button>
      <button type="button" class="next-step" @click=${() => look({ stage: next })}>
        ${stage === HOLD ? "Again from step 1" : html`Next: ${STAGES[next]} →`}
      </button>
      <button
        type="button"
        @click=${() => look({ step: following, stage: stage === PREDICT ? SCORE : stage })}
      >
        ${following ? "Next word →" : "First word"}
      </button>
    </p>
  `;
};

/** The step before one: of the first, the last step of the word before. */
const before = (stage, at, words) =>
  stage > SCORE ? { stage: stage - 1 } : { step: (at + words - 1) % words, stage: PREDICT };

/** The source: each word with its score, or with its weight. */
const states = (view) => html`
  <ol class="states" style="--count: ${view.now.source.length}">
    ${view.now.source.map((word, s) => state(view, word, s))}
  </ol>
`;

function state(view, word, s) {
  const { step, state, glossed } = view;
  const scores = scoresOf(view);
  const scored = state.stage === SCORE;
  const reach = Math.max(...scores.map(Math.abs));
  const share = scored ? Math.abs(scores[s]) / reach : step.weights[s];
  const shown = scored ? two(scores[s]) : two(step.weights[s]);
  return html`
    <li>
      <span class="name">${glossedWord(word, glossed(word), "ko")}</span>
      ${view.free
        ? html`
            <input
              class="meter"
              type="range"
              min="0"
              max="1"
              step="0.01"
              .value=${String(step.weights[s])}
              style="--share: ${share.toFixed(3)}"
              aria-label="weight of ${word}"
              aria-valuetext=${shown}
              @input=${(event) => view.hold(s, Number(event.target.value))}
            />
          `
        : html`
            <span class="meter ${scored ? "score" : ""} ${scored && scores[s] < 0 ? "minus" : ""}">
              <i style="--share: ${share.toFixed(3)}"></i>
            </span>
          `}
      <span class="value">
        ${state.stage === SOFTMAX ? html`<small>e<sup>${two(scores[s])}</sup></small>` : nothing}
        ${shown}
      </span>
    </li>
  `;
}

/** The context as a circle, and the decoder's state beside it when they are joined. */
const sum = ({ state }) => html`
  <p class="sum ${state.stage >= SUM ? "" : "waits"}" aria-hidden="true">
    <b class="context">c</b> ${state.stage >= JOIN ? html`<b class="own">s</b>` : nothing}
  </p>
`;

const translation = ({ now, own, at, look, state }) => html`
  <div class="words" role="group" aria-label="the translation" @keydown=${walk}>
    ${now.steps.map(({ word, token }, t) => {
      const changed = state.stage === HOLD && token !== own.steps[t]?.token;
      const open = t === at && state.stage < PREDICT;
      return html`
        <button
          type="button"
          class="${t > at ? "later" : ""} ${changed ? "forced" : ""} ${open ? "open" : ""}"
          aria-pressed=${t === at}
          @click=${() => look({ step: t })}
        >
          ${word}
        </button>
      `;
    })}
  </div>
`;

/** A vector as a row of cells: blue above zero, orange below, the deeper the further. */
const strip = (name, numbers, scale = 1) => html`
  <div class="strip">
    <span>${name}</span>
    <span class="cells" aria-hidden="true">
      ${numbers.map(
        (one) => html`
          <i
            class=${one < 0 ? "minus" : ""}
            style="--value: ${Math.min(1, Math.abs(one * scale)).toFixed(2)}"
          ></i>
        `,
      )}
    </span>
  </div>
`;

/** What the vectors of a step are made of. */
function made(view) {
  const { state, step, now, size } = view;
  const scores = scoresOf(view);
  const [best] = largest(scores, 1);
  const hint = html`<p class="hint">
    The first ${step.query.length} of ${size} numbers of each vector; blue is above zero, orange
    below.
  </p>`;
  return html`<div class="made">
    ${[
      () => html`
        ${strip("s", step.query)} ${strip(html`h of ${now.source[best]}`, now.states[best])}
        <p>s · h / √${size} = <b>${two(scores[best])}</b></p>
        ${hint}
      `,
      () => {
        const places = largest(scores, 3);
        const terms = places.map((s) => Math.exp(scores[s]).toFixed(1));
        return html`<p>
          ${terms[0]} / (${terms.join(" + ")} + …) = <b>${two(step.weights[places[0]])}</b>
        </p>`;
      },
      () => html`
        ${largest(step.weights, 3).map((s) =>
          strip(html`${two(step.weights[s])} × ${now.source[s]}`, now.states[s], step.weights[s]),
        )}
        ${strip("sum of all = c", step.vector)} ${hint}
      `,
      () => html`
        ${strip("c", step.vector)} ${strip("s", step.query)}
        ${strip("r = tanh(W [c; s])", step.readout)} ${hint}
      `,
      () => nextList(step.next),
    ][state.stage]()}
  </div>`;
}

/** What a reader can take hold of, and the words that follow. */
const controls = (view) =>
  view.free
    ? html`
        <div class="columns">
          <div>
            <h4>Likeliest next words</h4>
            ${nextList(view.step.next)}
            ${view.changed && view.ownStep
              ? html`<p class="hint">
                  By itself: “${view.ownStep.next[0].word}”,
                  ${percent(view.ownStep.next[0].probability)}
                </p>`
              : nothing}
          </div>
          <div>
            <h4>All words of the sentence</h4>
            ${heatSlider(view.temperature, view.heat)}
            <label class="tick">
              <input
                type="checkbox"
                .checked=${!view.state.undivided}
                @change=${(event) => view.divide(event.target.checked)}
              />
              divide the scores by √${view.size}
            </label>
            <h4>This word</h4>
            <p class="buttons">
              <button type="button" @click=${view.even}>All weights the same</button>
            </p>
            <p class="buttons">
              ${button("Back", view.back, view.canGoBack)}
              ${button("Undo all changes", view.reset, view.changed)}
            </p>
          </div>
        </div>
      `
    : nothing;
