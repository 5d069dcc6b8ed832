// What a reader sees, as templates: they are drawn again in place, so focus and screen readers stay.

import { html, nothing } from "./draw.js";
import { nextWords, otherContexts } from "./asking.js";
import { finder } from "./finder.js";
import { many, mapChooser, readerOf } from "./maps.js";
import {
  button,
  glossedWord,
  heatmapTable,
  heatSlider,
  languageOf,
  meaningOf,
  nextList,
  slider,
  two,
  walk,
  WRITTEN,
} from "./parts.js";

const WIDTHS = [1, 2, 5, 10]; // of the beam
const CONTEXTS = { max: "max: of each number the largest" }; // whose names say too little

/** The whole figure. */
export const figure = (view) => html`
  ${sentenceChooser(view)}
  ${view.small || !Object.keys(view.gloss).length ? nothing : finder(view)}
  ${view.error ? html`<p class="error" role="alert">${view.error}</p>` : nothing}
  ${sourceWords(view)}
  <p class="buttons">
    ${button("Back", view.back, view.canGoBack)}
    ${button("Undo all changes", view.reset, view.changed)}
  </p>
  <div class="rungs">${view.rungs.map((rung) => withPanel(view, rung))}</div>
  <p class="buttons">
    ${view.small ? html`<a href="live.html${view.address}">More to take hold of</a>` : whole(view)}
  </p>
  <p class="visually-hidden" role="status" aria-live="polite">${view.status}</p>
`;

/** What only the page of the ladder has room for. */
const whole = ({ address, state, widen, openFile, more, add }) => html`
  ${address ? html`<a href=${address}>Link to what you see</a>` : nothing}
  ${more.map(
    (rung) => html`
      <button type="button" @click=${() => add(rung)}>Add ${rung.label}</button>
    `,
  )}
  <label>
    Beam search, width
    <select @change=${(event) => widen(Number(event.target.value))}>
      ${WIDTHS.map(
        (width) => html`
          <option value=${width} .selected=${width === state.beam}>
            ${width === 1 ? "1 (greedy)" : width}
          </option>
        `,
      )}
    </select>
  </label>
  <label class="file">
    Your own model:
    <input type="file" accept=".model" @change=${openFile} />
  </label>
`;

const sentenceChooser = ({ state, examples, choose, type, small, language }) => html`
  <div class="chooser">
    <label>
      Choose a sentence
      <select @change=${choose}>
        ${examples.some(({ source }) => source === state.sentence)
          ? nothing
          : html`<option value="" .selected=${true}>(your own)</option>`}
        ${examples.map(
          ({ source, target }) => html`
            <option value=${source} .selected=${source === state.sentence}>${target}</option>
          `,
        )}
      </select>
    </label>
    ${small
      ? nothing
      : html`
          <label>
            or type one
            <input
              type="text"
              lang=${language ?? nothing}
              spellcheck="false"
              .value=${state.sentence}
              @change=${type}
            />
          </label>
        `}
  </div>
`;

const sourceWords = ({ source, unknown, glossed, state, toggle, language }) => html`
  ${unknown.length
    ? html`<p class="hint" role="status">New here, so no model can know it: ${unknown.join(", ")}</p>`
    : nothing}
  <p class="hint" id="live-hide">Press a word to hide its state from the sum.</p>
  <ol class="source" aria-describedby="live-hide">
    ${source.map(
      (word, s) => html`
        <li>
          <button type="button" aria-pressed=${state.hidden.includes(s)} @click=${() => toggle(s)}>
            ${glossedWord(word, glossed(word), language)}
          </button>
        </li>
      `,
    )}
  </ol>
`;

/** A rung, and behind the chosen one the panel of its step: it opens where the reader is. */
const withPanel = (view, rung) => html`
  ${rungCard(view, rung)}
  ${view.answer && !view.small && rung.name === view.state.rung ? stepPanel(view) : nothing}
`;

const rungCard = (view, rung) => html`
  <section
    class="rung ${rung.name === view.state.rung ? "chosen" : ""}"
    style="--rung: var(--rung-${rung.number}, ${rung.colour})"
    aria-label=${rung.label}
  >
    <h3>${rung.label} ${rung.changed ? html`<small>changed by you</small>` : nothing}</h3>
    ${rung.put
      ? html`<p class="buttons"><button type="button" @click=${() => view.remove(rung.name)}>Remove</button></p>`
      : nothing}
    ${rung.answer ? translation(view, rung) : html`<p>${rung.waiting ? "Reading the model …" : "No answer."}</p>`}
  </section>
`;

const translation = (view, rung) => html`
  <p class="words" lang="en" @keydown=${walk}>
    ${rung.answer.words.map(
      (word, step) => html`
        <button
          type="button"
          tabindex=${step === (rung.name === view.state.rung ? view.step : 0) ? 0 : -1}
          class=${rung.forced[step] === undefined ? "" : "forced"}
          aria-pressed=${rung.name === view.state.rung && step === view.step}
          @click=${() => view.look(rung.name, step)}
        >
          ${word}
        </button>
      `,
    )}
  </p>
  ${rung.answer.cut
    ? html`<p class="hint">Cut here: a translation may have ${rung.answer.words.length} tokens.</p>`
    : nothing}
  ${rung.answer.beam ? beamed(view, rung.answer) : nothing}
  ${rung.name === view.state.rung && !view.small && many(view) ? mapChooser(view) : nothing}
  ${heatmap(view, rung)}
`;

/** What beam search finds beside greedy search, both with their mean log-probability a token, in nats. */
const beamed = ({ state }, { text, score, beam }) => html`
  <dl class="beam">
    <dt>greedy</dt>
    <dd>${two(score)} a token</dd>
    <dt>beam of ${state.beam}</dt>
    <dd>
      ${two(beam.score)} a token:
      ${beam.text === text ? "the same words" : html`<span lang="en">${beam.text}</span>`}
    </dd>
  </dl>
`;

/** What a row of a rung reads: the words of the source, and what was written, as one. */
const columnsOf = ({ source }, { readsPast }) => (readsPast ? [...source, WRITTEN] : source);

const heatmap = (view, rung) => {
  const { words, rows, read } = rung.answer;
  const chosen = rung.name === view.state.rung;
  return heatmapTable({
    label: `weights, ${rung.label}${read ? `, ${readerOf(rung.answer)}` : ""}`,
    source: read ? view.source : columnsOf(view, rung.answer),
    meanings: view.source.map((word) => meaningOf(view.glossed(word))),
    language: view.language,
    rows: (read ?? rows).map((row, at) => ({
      head: read ? view.source[at] : words[at],
      cells: row.map((weight) => ({ weight })),
      now: chosen && !read && at === view.step,
    })),
  });
};

/** One step of the chosen rung: its weights to take hold of, and the words that follow. */
const stepPanel = (view) => {
  const { answer, step, forcedHere } = view;
  const row = view.held ?? answer.rows[step]; // what is held is shown before it has been answered
  return html`
    <section class="step" aria-label="one step">
      <h3>${view.label}: ${forcedHere ? "here you wrote" : "before it writes"} “${answer.words[step]}”</h3>
      <div class="columns">
        <div class="outcome">
          <h4>Likeliest next words: press one to say it</h4>
          ${nextList(nextWords(view.trained, answer.steps[step]), view.force)}
          ${forcedHere
            ? html`<p class="buttons">${button("Its own word again", view.unsay, true)}</p>`
            : nothing}
        </div>
        <div class="weights">
          <h4>Weights: take hold of one</h4>
          ${many(view) ? html`<p class="hint">It sets this row in all heads of all layers.</p>` : nothing}
          ${columnsOf(view, answer).map((word, s) =>
            slider({
              name: meant(word, view),
              min: 0,
              max: 1,
              step: 0.01,
              value: row[s] ?? 0,
              shown: two(row[s] ?? 0),
              put: (value) => view.hold(s, value),
            }),
          )}
          <p class="buttons">
            <button type="button" @click=${view.makeEven}>All the same</button>
            ${button("Its own again", view.letGo, view.held)}
          </p>
          ${settings(view)}
        </div>
      </div>
    </section>
  `;
};

/** A word of the source and what it means, its form left out. */
const meant = (word, { glossed, language }) => html`
  <span lang=${languageOf(word, language)}>${word}</span>
  <small>${meaningOf(glossed(word))}</small>
`;

/** What holds for all steps of the chosen rung. */
const settings = (view) => {
  const { trained, state } = view;
  const temperature = state.temperature[state.rung] ?? 1;
  const contexts = otherContexts(trained);
  return html`
    <details class="settings" ?open=${!view.narrow}>
      <summary>All steps of this rung</summary>
      ${view.scored ? heatSlider(temperature, view.heat) : nothing}
    ${contexts.length
      ? html`
          <label>
            weights from
            <select @change=${(event) => view.swap(event.target.value)}>
              <option value="" .selected=${!state.context[state.rung]}>its own rung</option>
              ${contexts.map(
                (name) => html`
                  <option value=${name} .selected=${state.context[state.rung] === name}>
                    ${CONTEXTS[name] ?? name}
                  </option>
                `,
              )}
            </select>
          </label>
        `
      : nothing}
    </details>
  `;
};
