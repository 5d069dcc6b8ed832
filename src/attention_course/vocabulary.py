"""Text to token ids and back: whole words, or subwords learned from the training text."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

SPECIALS = ("<pad>", "<bos>", "<eos>", "<unk>")
PAD, BOS, EOS, UNK = range(4)
WORD_START = "\u2581"  # the mark with which a subword that begins a word begins
# Zero-width space, marks of direction, word joiner, byte order mark, soft hyphen: nobody sees them.
INVISIBLE = dict.fromkeys([0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD])
STRAIGHT = {**dict.fromkeys(map(ord, "‘’‚‛′"), "'"), **dict.fromkeys(map(ord, "“”„‟″"), '"')}

# A word keeps its apostrophes and hyphens (don't, good-looking), a number its point (2.30);
# every other mark is a word of its own.
WORD = re.compile(r"\w+(?:['’-]\w+|(?<=\d)[.,:]\d+)*|[^\w\s]")


def normalise(text: str) -> str:
    """Write each letter in one way (Unicode's NFC), without marks that nobody sees.

    Every text goes through here before it is learned or read: macOS writes `ä` as two
    characters, and a web page may hide a zero-width space in a word. Joiners stay, since they
    decide how letters are written (Persian, Hindi).
    """
    return unicodedata.normalize("NFC", text.translate(INVISIBLE))


def plain(text: str) -> str:
    """The nearest plain form of a text: full-width letters, curly quotes and odd spaces are gone.

    Only what a vocabulary does not know as it was written is read like this.
    """
    compatible = unicodedata.normalize("NFKC", text.translate(STRAIGHT))
    return normalise(re.sub(r"\s", " ", compatible))


def tokenise(text: str) -> str:
    """Put spaces around punctuation, so that every mark is a word of its own.

    Apostrophes and hyphens inside a word stay with it, as do points inside a number; Korean
    particles stay with their noun.
    """
    return " ".join(WORD.findall(normalise(text)))


class Word(NamedTuple):
    """A written word and the token positions that it is made of."""

    text: str
    positions: list[int]


@runtime_checkable
class Vocabulary(Protocol):
    """What every vocabulary can do. Ids 0 to 3 are padding, begin, end and unknown."""

    def __len__(self) -> int: ...
    def encode(self, text: str) -> list[int]: ...
    def decode(self, ids: Iterable[int]) -> str: ...
    def words(self, ids: Sequence[int]) -> list[Word]: ...
    def to_json(self) -> str: ...


class Words:
    """One id for each word that stands between spaces."""

    def __init__(self, words: Sequence[str]) -> None:
        self.tokens = [*SPECIALS, *words]
        self.ids = {word: token_id for token_id, word in enumerate(words, start=len(SPECIALS))}

    @classmethod
    def learn(cls, texts: Iterable[str], size: int) -> "Words":
        """Keep the most frequent words of the texts, `size` ids in all, specials included."""
        counts = Counter(word for text in texts for word in normalise(text).split())
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls(ranked[: size - len(SPECIALS)])

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """Give each word its id, or <unk> where it was not in the training text.

        A control token that stands in the text, `<eos>` say, is text like any other.
        """
        words = normalise(text).split()
        return [self.ids.get(part, UNK) for word in words for part in self.parts(word)]

    def parts(self, word: str) -> list[str]:
        """The word itself, or its parts between marks where some of them are known."""
        if word in self.ids:
            return [word]
        parts: list[str] = []
        for token in WORD.findall(word):
            parts += [token] if token in self.ids else WORD.findall(plain(token))
        return parts if any(part in self.ids for part in parts) else [word]

    def decode(self, ids: Iterable[int]) -> str:
        """Join the words of the ids with spaces, leaving out padding, begin and end."""
        return " ".join(
            self.tokens[token_id] for token_id in ids if token_id not in (PAD, BOS, EOS)
        )

    def words(self, ids: Sequence[int]) -> list[Word]:
        """Each id is a word of its own."""
        return [Word(self.tokens[token_id], [position]) for position, token_id in enumerate(ids)]

    def to_json(self) -> str:
        """Write the vocabulary as text that `from_json` reads."""
        return json.dumps({"units": "words", "words": self.tokens[len(SPECIALS) :]})


class Subwords:
    """Byte-pair encoding (Sennrich et al. 2016), learned and applied by the tokenizers library.

    Spaces are kept inside the tokens, so decoding gives back the written text exactly; only the
    rare mark that stands for a word's beginning is read as `_` where somebody writes it.
    """

    def __init__(self, serialised: str) -> None:
        from tokenizers import Tokenizer

        self.serialised = serialised
        self.tokenizer = Tokenizer.from_str(serialised)
        self.tokenizer.encode_special_tokens = True  # `<eos>` in a text is text

    @classmethod
    def learn(cls, texts: Iterable[str], size: int) -> "Subwords":
        """Merge frequent neighbours until there are `size` ids, specials included."""
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

        tokenizer = Tokenizer(models.BPE(unk_token=SPECIALS[UNK]))
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()]
        )
        tokenizer.decoder = decoders.Metaspace()
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            limit_alphabet=max(1, size - len(SPECIALS)),
            special_tokens=list(SPECIALS),
            show_progress=False,
        )
        tokenizer.train_from_iterator(map(unmarked, texts), trainer)
        return cls(tokenizer.to_str())

    def __len__(self) -> int:
        return self.tokenizer.get_vocab_size()

    def encode(self, text: str) -> list[int]:
        """Cut the text into subwords and give each its id, unknown characters made plain."""
        text = unmarked(text)
        for letter in set(text) - {" "}:
            if self.tokenizer.token_to_id(letter) is None:
                text = text.replace(letter, plain(letter))
        return self.tokenizer.encode(text).ids

    def decode(self, ids: Iterable[int]) -> str:
        """Write the text of the ids, spaces where they belong, specials left out."""
        return self.tokenizer.decode(list(ids), skip_special_tokens=True)

    def words(self, ids: Sequence[int]) -> list[Word]:
        """Group the subwords into written words; punctuation and specials stand alone."""
        words: list[Word] = []
        for position, token_id in enumerate(ids):
            token = self.tokenizer.id_to_token(token_id) or SPECIALS[UNK]
            text = token.removeprefix(WORD_START)
            joins = words and not token.startswith(WORD_START) and is_letters(token)
            if joins and is_letters(words[-1].text):
                words[-1] = Word(words[-1].text + text, [*words[-1].positions, position])
            else:
                words.append(Word(text, [position]))
        return words

    def to_json(self) -> str:
        """Write the vocabulary as text that `from_json` reads."""
        return json.dumps({"units": "subwords", "tokenizer": self.serialised})


def unmarked(text: str) -> str:
    """The text as subwords are learned from it: the mark of a word's beginning is theirs alone."""
    return normalise(text).replace(WORD_START, "_")


def is_letters(token: str) -> bool:
    """Whether a token is part of a word, rather than punctuation or a special token."""
    return all(letter.isalnum() or unicodedata.category(letter)[0] == "M" for letter in token)


def learn(units: Literal["words", "subwords"], texts: Iterable[str], size: int) -> Vocabulary:
    """Learn a vocabulary of words or of subwords from training text."""
    return Words.learn(texts, size) if units == "words" else Subwords.learn(texts, size)


def from_json(text: str) -> Vocabulary:
    """Read a vocabulary that `to_json` wrote.

    Raises:
        ValueError: the text is no vocabulary.
    """
    try:
        stored = json.loads(text)
        if stored["units"] == "words":
            return Words(stored["words"])
        return Subwords(stored["tokenizer"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"expected a vocabulary written by this course, got {text[:40]!r}...; "
            "train the run again"
        ) from error
