// What a reader of the writing model sees: the text, what may come next, and how it is drawn.

import { html, nothing } from "./draw.js";
import { button, nextList, percent, slider, two } from "./parts.js";

const COUNTS = [Infinity, 1, 3, 10]; // of top-k
const named = (count) => (count === Infinity ? "all" : String(count));

/** The whole figure. */
export const writeFigure = (view) => html`
  ${view.error ? html`<p class="error" role="alert">${view.error}</p>` : nothing}
  ${view.trained ? board(view) : html`<p>${view.error ? "No model." : "Reading the model …"}</p>`}
  <p class="visually-hidden" role="status" aria-live="polite">${view.said}</p>
`;

const board = (view) => html`
  <p class="hint">Here writes ${view.label}. It translates nothing: all that it reads is its own text.</p>
  ${beginning(view)} ${text(view)}
  <p class="buttons">
    <button type="button" @click=${view.toggle}>${view.writing ? "Stop" : "Write"}</button>
    ${button("One word more", view.more, !view.hasEnded && !view.writing)}
    ${button("Same dice again", view.again, view.state.written.length > 0)}
    ${button("Back to the beginning", view.back, view.state.written.length > 0)}
    <span class="hint">dice ${view.state.seed}</span>
  </p>
  <div class="columns">
    <section aria-label="next word">
      <h3>Likeliest next words: press one to write it</h3>
      ${view.next ? following(view) : html`<p>${ending(view)}</p>`}
    </section>
    <section aria-label="how it is drawn">
      <h3>How the next word is drawn</h3>
      ${settings(view)}
    </section>
  </div>
  ${view.texts.length ? endedTexts(view) : nothing}
`;

const beginning = ({ type, language, trained }) => html`
  <label class="beginning">
    <span>Beginning of the text, or nothing</span>
    <input
      type="text"
      lang=${language ?? nothing}
      spellcheck="false"
      autocomplete="off"
      @change=${(event) => type(event.target.value)}
    />
  </label>
  ${trained.target.knownWords ? vocabulary(trained.target.knownWords, language) : nothing}
`;

const vocabulary = (words, language) => html`
  <details class="known">
    <summary>The ${words.length} words that it knows</summary>
    <p lang=${language ?? nothing}>${words.join(" ")}</p>
  </details>
`;

/** The text so far; what a reader has begun with stands out. */
const text = ({ words, state, language }) => html`
  <p class="text" lang=${words.length && language ? language : nothing}>
    ${words.length
      ? words.map(
          ({ text: word, positions }) =>
            html`<span class=${positions[0] < state.begun.length ? "given" : ""}>${word}</span> `,
        )
      : html`<span class="hint">Nothing is written yet.</span>`}
  </p>
`;

const ending = ({ isCut, state }) =>
  (isCut ? `Cut here: a text may have ${state.written.length} tokens. ` : "The text has ended. ") +
  "“Write” begins another one, with other dice.";

/** The likeliest words, with their shares at this temperature; what is cut away is hollow. */
const following = ({ next, force }) => html`
  ${nextList(next.words, force)}
  <p class="hint">${whatIsLeft(next)}</p>
`;

const whatIsLeft = ({ left, all, together }) => {
  if (left === all) return "No word is cut away.";
  const words = left === 1 ? "one word, with" : `${left} words, together with`;
  return `Top-k and top-p leave ${words} ${percent(together)}; the dice fall on no other.`;
};

const settings = ({ state, put }) => html`
  ${slider({
    name: "temperature",
    min: 0.1,
    max: 3,
    step: 0.1,
    value: state.temperature,
    shown: two(state.temperature),
    put: (temperature) => put({ temperature }),
  })}
  <label class="weight">
    <span>top-k</span>
    <select @change=${(event) => put({ topK: Number(event.target.value) })}>
      ${COUNTS.map(
        (count) => html`
          <option value=${String(count)} .selected=${count === state.topK}>${named(count)}</option>
        `,
      )}
    </select>
  </label>
  ${slider({
    name: "top-p",
    min: 0.1,
    max: 1,
    step: 0.05,
    value: state.topP,
    shown: two(state.topP),
    put: (topP) => put({ topP }),
  })}
  <p class="hint">
    The same dice with the same settings give the same text. With others, the same throws fall on
    other words.
  </p>
`;

/** The texts that have ended, each with what it was drawn with at its end. */
const endedTexts = ({ texts, language }) => html`
  <h3>Texts so far, the newest first</h3>
  <ul class="texts">
    ${texts.map(
      ({ text: written, seed, temperature, topK, topP, helped }) => html`
        <li>
          <span lang=${language ?? nothing}>${written || "(nothing)"}</span>
          <small>
            dice ${seed}${helped ? " and your words" : ""}, temperature ${two(temperature)}, top-k
            ${named(topK)}, top-p ${two(topP)}
          </small>
        </li>
      `,
    )}
  </ul>
`;
