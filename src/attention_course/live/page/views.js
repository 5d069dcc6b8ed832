// What a reader sees, as templates: they are drawn again in place, so focus and screen readers stay.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { nextWords, otherContexts } from "./asking.js";

const percent = (share) => `${(100 * share).toFixed(0)} %`;
const two = (number) => number.toFixed(2);

/** The whole figure. */
export const figure = (view) => html`
  ${sentenceChooser(view)}
  ${view.error ? html`<p class="error" role="alert">${view.error}</p>` : nothing}
  ${sourceWords(view)}
  <div class="rungs">${view.rungs.map((rung) => rungCard(view, rung))}</div>
  ${view.answer ? stepPanel(view) : nothing}
  <p class="buttons">
    <button type="button" ?disabled=${!view.canGoBack} @click=${view.back}>Back</button>
    <button type="button" ?disabled=${!view.changed} @click=${view.reset}>Undo all changes</button>
    <a href=${view.address}>Link to what you see</a>
    <label class="file">
      Your own model:
      <input type="file" accept=".model" @change=${view.openFile} />
    </label>
  </p>
  <p class="visually-hidden" role="status" aria-live="polite">${view.status}</p>
`;

const sentenceChooser = ({ state, examples, choose, type }) => html`
  <div class="chooser">
    <label>
      Choose a sentence
      <select @change=${choose}>
        <option value="" ?selected=${!examples.some(({ source }) => source === state.sentence)}>
          (your own)
        </option>
        ${examples.map(
          ({ source, target }) => html`
            <option value=${source} ?selected=${source === state.sentence}>${target}</option>
          `,
        )}
      </select>
    </label>
    <label>
      or type one
      <input type="text" lang="ko" spellcheck="false" .value=${state.sentence} @change=${type} />
    </label>
  </div>
`;

const sourceWords = ({ source, glossed, state, toggle }) => html`
  <p class="hint" id="live-hide">Press a word to hide its state from the sum.</p>
  <ol class="source" aria-describedby="live-hide">
    ${source.map(
      (word, s) => html`
        <li>
          <button type="button" aria-pressed=${state.hidden.includes(s)} @click=${() => toggle(s)}>
            <b lang="ko">${word}</b>
            ${glossed(word).map((line) => html`<small>${line}</small>`)}
          </button>
        </li>
      `,
    )}
  </ol>
`;

const rungCard = (view, rung) => html`
  <section
    class="rung ${rung.name === view.state.rung ? "chosen" : ""}"
    style="--rung: var(--rung-${rung.number}, ${rung.colour})"
    aria-label=${rung.label}
  >
    <h3>${rung.label} ${rung.changed ? html`<small>changed by you</small>` : nothing}</h3>
    ${rung.answer ? translation(view, rung) : html`<p>Reading the model …</p>`}
  </section>
`;

const translation = (view, rung) => html`
  <p class="words" lang="en">
    ${rung.answer.words.map(
      (word, step) => html`
        <button
          type="button"
          class=${rung.forced[step] === undefined ? "" : "forced"}
          aria-pressed=${rung.name === view.state.rung && step === view.state.step}
          @click=${() => view.look(rung.name, step)}
        >
          ${word}
        </button>
      `,
    )}
  </p>
  ${heatmap(view, rung)}
`;

/** Rows are words that were written, columns words that were read; darker is heavier. */
const heatmap = (view, rung) => html`
  <div class="scroller" tabindex="0" role="region" aria-label="weights, ${rung.label}">
    <table class="heatmap">
      <thead>
        <tr>
          <td></td>
          ${view.source.map((word) => html`<th scope="col"><span lang="ko">${word}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${rung.answer.rows.map(
          (row, step) => html`
            <tr class=${rung.name === view.state.rung && step === view.state.step ? "now" : ""}>
              <th scope="row">${rung.answer.words[step]}</th>
              ${row.map(
                (weight) => html`
                  <td style="--weight: ${weight.toFixed(3)}" title=${two(weight)}>
                    <span class="visually-hidden">${two(weight)}</span>
                  </td>
                `,
              )}
            </tr>
          `,
        )}
      </tbody>
    </table>
  </div>
`;

/** One step of the chosen rung: its weights to take hold of, and the words that follow. */
const stepPanel = (view) => {
  const { answer, state, source } = view;
  const row = answer.rows[state.step] ?? [];
  return html`
    <section class="step" aria-label="one step">
      <h3>${view.label}: before it writes “${answer.words[state.step] ?? ""}”</h3>
      <div class="columns">
        <div>
          <h4>Weights: take hold of one</h4>
          ${source.map(
            (word, s) => html`
              <label class="weight">
                <span lang="ko">${word}</span>
                <input
                  type="range"
                  min="0"
                  max="1"
                  step="0.01"
                  .value=${String(row[s] ?? 0)}
                  aria-valuetext=${two(row[s] ?? 0)}
                  @input=${(event) => view.hold(s, Number(event.target.value))}
                />
                <output>${two(row[s] ?? 0)}</output>
              </label>
            `,
          )}
          <p class="buttons">
            <button type="button" @click=${view.makeEven}>All the same</button>
            <button type="button" ?disabled=${!view.held} @click=${view.letGo}>Its own again</button>
          </p>
        </div>
        <div>
          <h4>Likeliest next words: press one to say it</h4>
          <ol class="next">
            ${nextWords(view.trained, answer.steps[state.step]).map(
              ({ token, word, probability }) => html`
                <li>
                  <button type="button" @click=${() => view.force(token)}>${word}</button>
                  <i style="width: ${(60 * probability).toFixed(1)}%"></i>
                  <span>${percent(probability)}</span>
                </li>
              `,
            )}
          </ol>
          ${settings(view)}
        </div>
      </div>
    </section>
  `;
};

/** What holds for all steps of the chosen rung. */
const settings = (view) => {
  const { trained, state } = view;
  const temperature = state.temperature[state.rung] ?? 1;
  const contexts = otherContexts(trained);
  const maps = view.answer.steps[0]?.maps ?? [];
  return html`
    <h4>All steps of this rung</h4>
    ${view.scored
      ? html`
          <label class="weight">
            <span>temperature</span>
            <input
              type="range"
              min="-2"
              max="2"
              step="0.1"
              .value=${String(Math.log10(temperature))}
              aria-valuetext=${two(temperature)}
              @input=${(event) => view.heat(10 ** Number(event.target.value))}
            />
            <output>${two(temperature)}</output>
          </label>
        `
      : nothing}
    ${contexts.length
      ? html`
          <label>
            weights from
            <select @change=${(event) => view.swap(event.target.value)}>
              <option value="" ?selected=${!state.context[state.rung]}>its own rung</option>
              ${contexts.map(
                (name) => html`
                  <option value=${name} ?selected=${state.context[state.rung] === name}>
                    ${name}
                  </option>
                `,
              )}
            </select>
          </label>
        `
      : nothing}
    ${maps.flat().length > 1 ? mapChooser(view, maps) : nothing}
  `;
};

/** Which map of several is shown. */
const mapChooser = ({ state, showMap, trained }, maps) => html`
  <label>
    map
    <select @change=${(event) => showMap(...event.target.value.split(",").map(Number))}>
      <option value="-1,-1" ?selected=${state.layer < 0}>
        layer ${(trained.about.shown_layer + maps.length) % maps.length + 1}, mean of heads
      </option>
      ${maps.flatMap((heads, layer) =>
        heads.map(
          (_, head) => html`
            <option
              value="${layer},${head}"
              ?selected=${state.layer === layer && state.head === head}
            >
              layer ${layer + 1}, head ${head + 1}
            </option>
          `,
        ),
      )}
    </select>
  </label>
`;
