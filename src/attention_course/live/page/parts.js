// What several figures show alike: a word with its gloss, a weight to take hold of, next words.

import { html, nothing } from "./draw.js";

/** A share in percent; near both ends with a decimal, so that 99.9 % does not read as all. */
export const percent = (share) =>
  `${(100 * share).toFixed(share < 0.1 || share > 0.985 ? 1 : 0)} %`;
/** Two decimals, with a minus that is one; nothing is minus zero. */
export const two = (number) =>
  number.toFixed(2).replace(/^-(0\.00)$/, "$1").replace("-", "\u2212");

/** The column of all that a model has written itself, beside the words of the source. */
export const WRITTEN = "what was written";

/** The `lang` of a word of the source; a mark or <eos> is of no language, nor is what nobody named. */
export const languageOf = (word, language) =>
  language && /\p{L}/u.test(word) && !word.startsWith("<") && word !== WRITTEN ? language : nothing;

/** A word of the source above how it sounds and what it means. */
export const glossedWord = (word, lines, language) => html`
  <b lang=${languageOf(word, language)}>${word}</b>
  ${lines.map((line, i) => line && html`<small lang=${i ? nothing : "ko-Latn"}>${line}</small>`)}
`;

/** What a word means, without what its ending tells. */
export const meaningOf = ([, meaning = ""]) => meaning.replace(/ \(.*/, "");

/** A button; while it has nothing to do it keeps the focus, and says that it is off. */
export const button = (name, does, isOn) => html`
  <button type="button" aria-disabled=${isOn ? nothing : "true"} @click=${() => isOn && does()}>${name}</button>
`;

/** A slider with its name before it and its value behind it. */
export const slider = ({ name, min, max, step, value, shown, put, label = nothing, disabled = false }) => html`
  <label class="weight">
    <span>${name}</span>
    <input
      type="range"
      min=${min}
      max=${max}
      step=${step}
      .value=${String(value)}
      aria-label=${label}
      aria-valuetext=${shown}
      ?disabled=${disabled}
      @input=${(event) => put(Number(event.target.value))}
    />
    <span class="value">${shown}</span>
  </label>
`;

/** A temperature, from a hundredth to a hundred. */
export const heatSlider = (temperature, put) =>
  slider({
    name: "temperature",
    min: -2,
    max: 2,
    step: 0.1,
    value: Math.log10(temperature),
    shown: two(temperature),
    put: (exponent) => put(10 ** exponent),
  });

const nextButton = (word, cut, does) => html`
  <button type="button" aria-label=${cut ? `${word}, cut away` : nothing} @click=${does}>${word}</button>
`;

/** The likeliest next words; where `force` is given they are buttons that write even what is `cut`. */
export const nextList = (words, force = null) => html`
  <ol class="next">
    ${words.map(
      ({ token, word, probability, cut = false }) => html`
        <li class=${cut ? "cut" : nothing}>
          ${force ? nextButton(word, cut, () => force(token)) : html`<b>${word}</b>`}
          <i style="width: ${(100 * probability).toFixed(1)}%"></i>
          <span>${percent(probability)}</span>
        </li>
      `,
    )}
  </ol>
`;

/**
 * Rows are words that were written, columns words that were read, with their `meanings` if there are
 * any; darker is heavier. A row is
 * { head, word: where its head is more than text, cells: [{ weight, mark }], now }.
 */
export const heatmapTable = ({ label, source, rows, language, meanings = [] }) => html`
  <div class="scroller" tabindex="0" role="region" aria-label=${label}>
    <table class="heatmap ${meanings.length ? "glossed" : ""}">
      <thead>
        <tr>
          <td></td>
          ${source.map((word, s) => html`
            <th scope="col">
              <span lang=${languageOf(word, language)}>
                ${word} ${meanings[s] ? html`<small lang="en">${meanings[s]}</small>` : nothing}
              </span>
            </th>
          `)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ head, word = head, cells, now }) => html`
            <tr class=${now ? "now" : ""}>
              <th scope="row">${head}</th>
              ${cells.map(
                ({ weight, mark = "" }, s) => html`
                  <td
                    style="--weight: ${weight.toFixed(3)}"
                    title="“${word}” reads ${source[s]}: ${two(weight)}"
                  >
                    ${mark}<span class="visually-hidden">${two(weight)}</span>
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

/** Arrow keys, Home and End lead from one button of a group to another, which is pressed. */
export function walk(event) {
  const buttons = [...event.currentTarget.querySelectorAll("button:not(:disabled)")];
  const at = buttons.indexOf(event.target.closest("button"));
  const to = {
    ArrowRight: at + 1,
    ArrowDown: at + 1,
    ArrowLeft: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: buttons.length - 1,
  }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = buttons[Math.max(0, Math.min(buttons.length - 1, to))];
  next.focus();
  next.click();
}
