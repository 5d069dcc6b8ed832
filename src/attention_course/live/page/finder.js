// Words found by what they mean or how they sound, for whoever has no Korean keyboard.

import { html, nothing } from "./draw.js";
import { glossedWord } from "./parts.js";

const SHOWN = 24; // words at a time
const END = /[.?!]$/u; // of a sentence

/**
 * The words of a gloss { word: [sound, meaning] } that a query is found in: whole words first, and of
 * a verb's forms the past that ends a sentence.
 */
export function found(gloss, query) {
  const asked = query.trim().toLowerCase();
  if (!asked) return [];
  const rank = ([sound, meaning]) => {
    const parts = [sound, ...meaning.split(/[^\p{L}]+/u)].map((one) => one.toLowerCase());
    if (parts.includes(asked)) return 0;
    return parts.some((one) => one.startsWith(asked)) ? 1 : 2;
  };
  return Object.entries(gloss)
    .map(([word, lines]) => ({ word, rank: rank(lines), form: lines[1].endsWith("(past)") ? 0 : 1 }))
    .filter((one) => one.rank < 2)
    .sort((a, b) => a.rank - b.rank || a.form - b.form || a.word.length - b.word.length)
    .map((one) => one.word);
}

/** A sentence with a word more, before the mark that ends it. */
export function joined(sentence, word) {
  const words = sentence.split(/\s+/).filter(Boolean);
  const end = END.test(words.at(-1) ?? "") && !END.test(word) ? words.pop() : null;
  return [...words, word, ...(end ? [end] : [])].join(" ");
}

/** A field to search in, and the words that were found, to be put into the sentence. */
export const finder = ({ query, find, gloss, glossed, write, beginAnew, anew, language }) => {
  const words = found(gloss, query);
  const more = words.length - SHOWN;
  return html`
  <details class="finder">
    <summary>No Korean keyboard? Find words in English</summary>
    <p class="buttons">
      <label>
        what it means, or how it sounds
        <input type="search" .value=${query} @input=${(event) => find(event.target.value)} />
      </label>
      <button type="button" aria-pressed=${anew} @click=${beginAnew}>Begin a new sentence</button>
    </p>
    <ol class="source">
      ${words.slice(0, SHOWN).map(
        (word) => html`
          <li>
            <button type="button" @click=${() => write(word)}>
              ${glossedWord(word, glossed(word), language)}
            </button>
          </li>
        `,
      )}
    </ol>
    ${more > 0 ? html`<p class="hint">${SHOWN} of ${words.length}: write more letters.</p>` : nothing}
    ${query && !words.length
      ? html`<p class="hint">The models know no such word. Try its plain form: eat, not ate.</p>`
      : nothing}
    <p class="hint">
      The models have learned sentences of one grammar: words that they know, put together in another
      way, may be too much for them.
    </p>
  </details>
`;
};
