// Words found by what they mean or how they sound, for whoever has no Korean keyboard.

import { html, nothing } from "./draw.js";
import { glossedWord } from "./parts.js";

const SHOWN = 12; // words at a time
const END = /[.?!]$/u; // of a sentence

/** The words of a gloss { word: [sound, meaning] } that a query is found in, whole words first. */
export function found(gloss, query) {
  const asked = query.trim().toLowerCase();
  if (!asked) return [];
  const rank = ([sound, meaning]) => {
    const parts = [sound, ...meaning.split(/[^\p{L}]+/u)].map((one) => one.toLowerCase());
    if (parts.includes(asked)) return 0;
    return parts.some((one) => one.startsWith(asked)) ? 1 : 2;
  };
  return Object.entries(gloss)
    .map(([word, lines]) => ({ word, rank: rank(lines) }))
    .filter((one) => one.rank < 2)
    .sort((a, b) => a.rank - b.rank || a.word.length - b.word.length)
    .slice(0, SHOWN)
    .map((one) => one.word);
}

/** A sentence with a word more, before the mark that ends it. */
export function withWord(sentence, word) {
  const words = sentence.split(/\s+/).filter(Boolean);
  const end = END.test(words.at(-1) ?? "") && !END.test(word) ? words.pop() : null;
  return [...words, word, ...(end ? [end] : [])].join(" ");
}

/** A field to search in, and the words that were found, to be put into the sentence. */
export const finder = ({ query, find, gloss, glossed, write, beginAnew, anew, language }) => html`
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
      ${found(gloss, query).map(
        (word) => html`
          <li>
            <button type="button" @click=${() => write(word)}>
              ${glossedWord(word, glossed(word), language)}
            </button>
          </li>
        `,
      )}
    </ol>
    ${query && !found(gloss, query).length
      ? html`<p class="hint">The models know no such word.</p>`
      : nothing}
  </details>
`;
