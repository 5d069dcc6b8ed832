// Text to token ids and back: whole words, or subwords learned from the training text.

export const SPECIALS = ["<pad>", "<bos>", "<eos>", "<unk>"];
export const [PAD, BOS, EOS, UNK] = SPECIALS.keys();
const WORD_START = "\u2581"; // the mark with which a subword that begins a word begins
const INVISIBLE = /[\u200b\u200e\u200f\u2060\ufeff\u00ad]/g;

// A word keeps its apostrophes and hyphens (don't, good-looking), a number its point (2.30);
// every other mark is a word of its own.
const WORD = /[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+|(?<=\p{Nd})[.,:]\p{Nd}+)*|[^\p{L}\p{N}_\s]/gu;
const MARK = /[\p{P}$+<=>^`|~]/u; // what stands alone among subwords

/** Write each letter in one way (Unicode's NFC), without marks that nobody sees. */
export const normalise = (text) => text.replace(INVISIBLE, "").normalize("NFC");

/** The nearest plain form of a text: full-width letters, curly quotes and odd spaces are gone. */
export const plain = (text) =>
  normalise(
    text
      .replace(/[‘’‚‛′]/g, "'")
      .replace(/[“”„‟″]/g, '"')
      .normalize("NFKC")
      .replace(/\s/g, " "),
  );

/** Put spaces around punctuation, so that every mark is a word of its own. */
export const tokenise = (text) => (normalise(text).match(WORD) ?? []).join(" ");

const split = (text) => text.split(/\s+/u).filter((one) => one !== "");

/** One id for each word that stands between spaces. */
export class Words {
  constructor(words) {
    this.tokens = [...SPECIALS, ...words];
    this.ids = new Map(words.map((word, i) => [word, i + SPECIALS.length]));
  }

  /** The words that have an id, in the order of the alphabet. */
  get knownWords() {
    return [...this.ids.keys()].sort((a, b) => a.localeCompare(b));
  }

  /** Give each word its id, or <unk> where it was not in the training text. */
  encode(text) {
    return split(normalise(text))
      .flatMap((word) => this.parts(word))
      .map((part) => this.ids.get(part) ?? UNK);
  }

  /** The word itself, or its parts between marks where some of them are known. */
  parts(word) {
    if (this.ids.has(word)) return [word];
    const parts = (word.match(WORD) ?? []).flatMap((token) =>
      this.ids.has(token) ? [token] : (plain(token).match(WORD) ?? []),
    );
    return parts.some((part) => this.ids.has(part)) ? parts : [word];
  }

  /** Join the words of the ids with spaces, leaving out padding, begin and end. */
  decode(ids) {
    return ids
      .filter((id) => ![PAD, BOS, EOS].includes(id))
      .map((id) => this.tokens[id])
      .join(" ");
  }

  /** Each id is a word of its own. */
  words(ids) {
    return ids.map((id, position) => ({ text: this.tokens[id], positions: [position] }));
  }

  /** The text of each id. */
  pieces(ids) {
    return ids.map((id) => this.tokens[id]);
  }
}

/** Byte-pair encoding (Sennrich et al. 2016), as the tokenizers library has learned it. */
export class Subwords {
  constructor(stored) {
    const { vocab, merges } = stored.model;
    this.ids = new Map(Object.entries(vocab));
    this.tokens = [];
    for (const [token, id] of this.ids) this.tokens[id] = token;
    const pairs = merges.map((one) => (Array.isArray(one) ? one.join(" ") : one));
    this.ranks = new Map(pairs.map((pair, rank) => [pair, rank]));
  }

  /** Cut the text into subwords and give each its id, unknown characters made plain. */
  encode(text) {
    let known = normalise(text).replaceAll(WORD_START, "_");
    for (const letter of new Set(known)) {
      if (letter !== " " && !this.ids.has(letter)) known = known.replaceAll(letter, plain(letter));
    }
    return pieces(known)
      .flatMap((piece) => this.merge(Array.from(piece)))
      .map((part) => this.ids.get(part) ?? UNK);
  }

  /** Join neighbours, those that were joined first in training first. */
  merge(parts) {
    for (;;) {
      let best = Infinity;
      let at = -1;
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = this.ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) return parts;
      parts = [...parts.slice(0, at), parts[at] + parts[at + 1], ...parts.slice(at + 2)];
    }
  }

  /** Write the text of the ids, spaces where they belong, specials left out. */
  decode(ids) {
    const text = ids.filter((id) => id >= SPECIALS.length).map((id) => this.tokens[id]);
    return text.join("").replace(WORD_START, "").replaceAll(WORD_START, " ");
  }

  /** Group the subwords into written words; punctuation and specials stand alone. */
  words(ids) {
    const words = [];
    ids.forEach((id, position) => {
      const token = this.tokens[id] ?? SPECIALS[UNK];
      const last = words[words.length - 1];
      const text = token.startsWith(WORD_START) ? token.slice(1) : token;
      if (last && !token.startsWith(WORD_START) && isLetters(token) && isLetters(last.text)) {
        last.text += text;
        last.positions.push(position);
      } else {
        words.push({ text, positions: [position] });
      }
    });
    return words;
  }

  /** The text of each id; one that goes on with a word begins with a dot. */
  pieces(ids) {
    const texts = ids.map((id) => (this.tokens[id] ?? SPECIALS[UNK]).replace(WORD_START, ""));
    const goesOn = new Set(this.words(ids).flatMap(({ positions }) => positions.slice(1)));
    return texts.map((text, position) => (goesOn.has(position) ? `·${text}` : text));
  }
}

/** The parts of a text that are cut by themselves: words with their mark, and punctuation. */
function pieces(text) {
  if (text === "") return [];
  const marked = text.replaceAll(" ", WORD_START);
  const begun = marked.startsWith(WORD_START) ? marked : WORD_START + marked;
  const words = begun.split(new RegExp(`(?=${WORD_START})`, "u"));
  return words.flatMap((word) => word.split(new RegExp(`(${MARK.source})`, "u"))).filter(Boolean);
}

/** Whether a token is part of a word, rather than punctuation or a special token. */
const isLetters = (token) => /^[\p{L}\p{N}\p{M}]*$/u.test(token);

/** Read a vocabulary that Python's `to_json` wrote. */
export function readVocabulary(text) {
  const stored = JSON.parse(text);
  if (stored.units === "words") return new Words(stored.words);
  return new Subwords(JSON.parse(stored.tokenizer));
}
