"""Write `results/heads.json`: whom the words of one sentence ask, in every head of a Transformer.

The model is that of the live page. Beside the maps stands what each head of its encoder reads on
average: shares of the weight on the word itself, on its neighbours and on the marks that end a
sentence, over test sentences. Words alone ask: rows of the marks are left out. Last, what it costs
to take each head away.
"""

import json
from typing import Any, cast
from unittest import mock

import torch
from torch import Tensor, nn

from attention_course.claims.probes import word_losses
from attention_course.data.batch import encode_sentence
from attention_course.data.pocket_korean import read_examples
from attention_course.judging.head_maps import decoder_maps, encoder_maps, head_maps, without_head
from attention_course.korean.gloss import gloss_pair
from attention_course.live import model_file
from attention_course.models.transformer import Transformer
from attention_course.runs.trained import Trained, translate
from attention_course.store.files import write
from attention_course.vocabulary import BOS
from attention_course.widgets.pages import tested
from home import ROOT

MODEL = ROOT / "results" / "live" / "pocket-korean-transformer.model"
FILE = ROOT / "results" / "heads.json"
SENTENCES = 300  # over which shares are averaged
MARKS = 2  # tokens at the end that are no words: the full stop and <eos>
RELATIVE = "who, that"  # how the gloss names the ending of a verb that ends a relative clause
ONE = "한"  # before a counter it means one, and the gloss takes it for a verb
DIGITS = 3


def maps_of_example(trained: Trained, model: Transformer) -> dict[str, object]:
    """All maps of the book's sentence, with the words of their rows and columns."""
    pair = read_examples()[0]
    [said] = translate(trained, [pair.source])
    source = torch.tensor([encode_sentence(pair.source, trained.source)])
    target = encode_sentence(said.output, trained.target)[:-1]
    maps = head_maps(model, source, torch.tensor([[BOS, *target]]))
    glosses = gloss_pair(pair.source, pair.target, pair.sure or ())
    meanings = [one.meaning for one in glosses] + [""]
    read = ["<bos>", *said.output_tokens[:-1]]
    return {
        "source": said.source_tokens,
        "meanings": meanings,
        "read": read,
        "predicted": said.output_tokens,
        **{name: rounded(one) for name, one in maps._asdict().items()},
        "changed": {name: rounded(one) for name, one in changed(model, source, target).items()},
    }


def changed(model: Transformer, source: Tensor, target: list[int]) -> dict[str, Tensor]:
    """Maps of the same model after something was taken from it, without training it again.

    Where words are reversed, rows and columns are put back, so that they stand where they stood.
    """
    words = source.shape[1] - MARKS
    order = [*reversed(range(words)), *range(words, source.shape[1])]  # its own inverse

    def put_back(maps: Tensor) -> Tensor:
        return maps[:, :, order][:, :, :, order]

    reversed_words = put_back(encoder_maps(model, source[:, order]))
    with mock.patch.object(model, "positions", None):
        no_positions = encoder_maps(model, source)
        neither = put_back(encoder_maps(model, source[:, order]))
    with torch.no_grad():
        memory = model.encode(source, torch.tensor([source.shape[1]]))
        no_mask = decoder_maps(model, torch.tensor([[BOS, *target]]), memory, masked=False)
    return {
        "words reversed": reversed_words,
        "positions off": no_positions,
        "both": neither,
        "mask off": no_mask,
    }


def rounded(maps: Tensor) -> list[object]:
    """Weights as numbers of few digits."""
    found: list[object] = json.loads(
        json.dumps(maps.tolist()), parse_float=lambda one: round(float(one), DIGITS)
    )
    return found


def read_by_nouns(trained: Trained, model: Transformer) -> dict[str, object]:
    """What a word gives the word before it, [layer, head], where that ends a relative clause.

    Then the word that asks is the noun that the clause is about. Beside it, what all other words
    give the word before them.
    """
    found: dict[bool, list[Tensor]] = {True: [], False: []}
    for pair in tested(trained.run)[:SENTENCES]:
        words = gloss_pair(pair.source, pair.target, pair.sure or ())
        source = torch.tensor([encode_sentence(pair.source, trained.source)])
        with torch.no_grad():
            maps = encoder_maps(model, source)
        for place, before in enumerate(words[: len(words) - MARKS], start=1):
            ends_clause = before.function.startswith(RELATIVE) and before.word != ONE
            found[ends_clause].append(maps[:, :, place, place - 1])
    noun, other = (torch.stack(found[key]) for key in (True, False))
    return {
        "count": len(noun),
        "noun": rounded(noun.mean(dim=0)),
        "other": rounded(other.mean(dim=0)),
    }


def shares(trained: Trained, model: Transformer) -> dict[str, object]:
    """What each head of the encoder reads: means over words of test sentences, [layer, head]."""
    neighbours = ("the word before", "the word after")
    names = ("itself", *neighbours, "the marks at the end", "uniform", "the strongest")
    totals = dict.fromkeys(names, torch.zeros(()))
    words = 0
    for pair in tested(trained.run)[:SENTENCES]:
        source = torch.tensor([encode_sentence(pair.source, trained.source)])
        with torch.no_grad():
            maps = encoder_maps(model, source)
        asking = source.shape[1] - MARKS
        rows = maps[:, :, :asking]
        parts = (
            rows.diagonal(0, 2, 3).sum(2),
            rows.diagonal(-1, 2, 3).sum(2),
            rows[:, :, :, :asking].diagonal(1, 2, 3).sum(2),
            rows[..., asking:].sum((2, 3)),
            torch.tensor(asking / source.shape[1]),
            rows.amax(3).sum(2),
        )
        words += asking
        for name, part in zip(names, parts, strict=True):
            totals[name] = totals[name] + part
    return {"words": words} | {name: rounded(one / words) for name, one in totals.items()}


def looks_back(trained: Trained, model: Transformer) -> dict[str, object]:
    """What each head of the decoder gives the word before the one just read, [layer, head].

    Beside it what equal weights would give. Means over the words of the true translations of test
    sentences, from the second word on.
    """
    total, even, words = torch.zeros(()), 0.0, 0
    for pair in tested(trained.run)[:SENTENCES]:
        source = torch.tensor([encode_sentence(pair.source, trained.source)])
        read = torch.tensor([[BOS, *encode_sentence(pair.target, trained.target)[:-1]]])
        with torch.no_grad():
            memory = model.encode(source, torch.tensor([source.shape[1]]))
            maps = decoder_maps(model, read, memory)
        total = total + maps.diagonal(-1, 2, 3).sum(2)
        even += sum(1 / (place + 1) for place in range(1, read.shape[1]))
        words += read.shape[1] - 1
    return {"share": rounded(total / words), "uniform": round(even / words, DIGITS)}


def worth(trained: Trained, model: Transformer) -> dict[str, object]:
    """Nats a token that it costs to take each head away, [layer, head], by kind; and without.

    Means over test sentences, the true words before given. Nothing is trained again.
    """
    pairs = tested(trained.run)[:SENTENCES]
    tokens = sum(len(encode_sentence(pair.target, trained.target)) for pair in pairs)

    def loss() -> float:
        losses = word_losses(model, pairs, trained.source, trained.target)
        return float(losses.sum()) / tokens

    kinds: dict[str, list[Any]] = {
        "encoder": [layer.self_attention for layer in model.encoder_layers],
        "decoder": [layer.self_attention for layer in model.layers_of_decoder],
        "cross": [layer.cross_attention for layer in model.layers_of_decoder],
    }
    whole = loss()

    def cost(output: nn.Linear, head: int, heads: int) -> float:
        with without_head(output, heads, head):
            return loss() - whole

    costs = {
        kind: [[cost(one.output, head, one.heads) for head in range(one.heads)] for one in layers]
        for kind, layers in kinds.items()
    }
    return {"loss": round(whole, DIGITS)} | {
        kind: rounded(torch.tensor(one)) for kind, one in costs.items()
    }


def main() -> None:
    """Write the file."""
    trained = model_file.read(MODEL)
    model = cast(Transformer, trained.model)
    about = {"sentences": SENTENCES, **maps_of_example(trained, model)}
    about["relative clauses"] = read_by_nouns(trained, model)
    about["shares"] = shares(trained, model)
    about["looks back"] = looks_back(trained, model)
    about["worth"] = worth(trained, model)
    write(FILE, (json.dumps(about, ensure_ascii=False) + "\n").encode())


if __name__ == "__main__":
    main()
