"""The engine of the live page gives what PyTorch gives, from the same file."""

import json
import subprocess
from pathlib import Path

import pytest
import torch

import npm_package
from attention_course import data, vocabulary
from attention_course.course import CHAPTERS, preset, stem_of
from attention_course.data.batch import encode_sentence, pad, source_lengths
from attention_course.judging.decoding import beam, log_probabilities
from attention_course.live import model_file
from attention_course.models.masks import masked_softmax
from attention_course.runs.experiment import prepare
from attention_course.runs.trained import translate

SCRIPT = Path(__file__).parent / "live_engine.mjs"
VARIANTS = [variant for chapter in CHAPTERS.values() for variant in chapter.variants]
KINDS = [
    *[(variant, {}) for variant in VARIANTS],
    ("last", {"bidirectional": True}),
    ("max", {"learned_start": True}),
    ("dot", {"input_feeding": "context"}),
    ("scaled", {"input_feeding": "attentional", "layers_above": 2, "bidirectional": True}),
    ("mean", {"predict_from": "context"}),
    ("dot", {"predict_from": "query"}),
    ("tied", {"positions": False}),
]
SENTENCES = ["a b c", "t s r q p o n m", "e"]


class Engine:
    """The JavaScript engine, asked one question after another."""

    def __init__(self):
        node = npm_package.find_program("node")
        self.process = subprocess.Popen(
            [node, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8",
        )  # fmt: skip

    def asked(self, what, **question):
        self.process.stdin.write(json.dumps({"ask": what, **question}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __call__(self, what, **question):
        reply = self.asked(what, **question)
        assert "answer" in reply, reply
        return reply["answer"]


@pytest.fixture(scope="module")
def engine():
    try:
        one = Engine()
    except npm_package.UnavailableError as reason:
        pytest.skip(f"no node: {reason}")
    with one.process:
        yield one
        one.process.stdin.close()


def made(variant, data_name="copy", **changes):
    """An untrained model whose weights are large, so that it chooses its words clearly."""
    run = preset(
        stem_of(variant), variant, data_name, "smoke",
        **{"train_pairs": 60, "held_out_pairs": 10, "d_model": 16, **changes},
    )  # fmt: skip
    one = prepare(run, data.load(run), "cpu")
    with torch.no_grad():
        for parameter in one.model.parameters():
            parameter.mul_(3.0)
    one.model.eval()
    return one


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A file, and the model as it is in the file, of a kind; written once."""
    folder = tmp_path_factory.mktemp("models")
    known = {}

    def of(variant, precision="int8", **changes):
        key = json.dumps([variant, precision, changes])
        if key not in known:
            file = folder / f"{len(known)}.model"
            known[key] = (
                file,
                model_file.export(made(variant, **changes), file, SENTENCES[:2], precision),
            )
        return known[key]

    return of


@pytest.mark.parametrize(("variant", "changes"), KINDS, ids=str)
@pytest.mark.parametrize("precision", ["int8", "float16"])
def test_every_kind_of_model_writes_the_same_words_with_the_same_weights(
    engine, exported, variant, changes, precision
):
    file, one = exported(variant, precision, **changes)
    for sentence in SENTENCES:
        [expected] = translate(one, [sentence])
        found = engine("translate", file=str(file), sentence=sentence)
        assert found["text"] == expected.output
        torch.testing.assert_close(
            torch.tensor(found["weights"]).float(),
            torch.tensor(expected.weights),
            atol=1e-4,
            rtol=0,
        )


@pytest.mark.parametrize("variant", ["mean", "scaled", "transformer"])
@pytest.mark.parametrize("width", [1, 3, 5])
def test_beam_search_finds_the_same_tokens(engine, exported, variant, width):
    file, one = exported(variant)
    for sentence in SENTENCES:
        source = [encode_sentence(sentence, one.source)]
        [expected] = beam(one.model, pad(source), source_lengths(source), width)
        found = engine("beam", file=str(file), sentence=sentence, width=width)
        assert found == expected.tokens


def test_a_beam_of_one_has_the_score_of_greedy_search(engine, exported):
    for variant in ("scaled", "transformer"):
        file, _ = exported(variant)
        greedy, beam_of_one = engine("scores", file=str(file), sentence="a b c")
        assert greedy == pytest.approx(beam_of_one, abs=1e-9)
        assert greedy < 0


def test_a_beam_writes_the_word_that_is_forced(engine, exported):
    file, one = exported("scaled")
    own = engine("beam", file=str(file), sentence="a b c", width=3)
    other = next(token for token in range(4, len(one.target)) if token != own[0])
    found = engine("beam", file=str(file), sentence="a b c", width=3, forced=[other])
    assert found[0] == other


def test_the_likeliest_words_come_with_their_probabilities(engine, exported):
    file, one = exported("scaled")
    source = [encode_sentence("a b c", one.source)]
    memory = one.model.encode(pad(source), source_lengths(source))
    step = one.model.step(torch.tensor([vocabulary.BOS]), memory, one.model.begin(memory))
    expected = log_probabilities(step.logits)[0].exp().topk(4)
    found = engine("likeliest", file=str(file), sentence="a b c", count=4)
    assert [row["token"] for row in found] == expected.indices.tolist()
    assert [row["probability"] for row in found] == pytest.approx(expected.values.tolist(), 1e-4)


def test_the_encoder_of_the_transformer_shows_who_reads_whom(engine, exported):
    file, one = exported("transformer")
    source = pad([encode_sentence("a b c", one.source)])
    layer = one.model.encoder_layers[0]
    states = one.model.add_positions(one.model.source_embedding(source))
    normed = layer.norms[0](states)
    heads = layer.self_attention
    expected = heads.read(normed, heads.offer(normed), torch.ones(1, 1, 4, dtype=torch.bool))
    found = torch.tensor(engine("encoderMaps", file=str(file), sentence="a b c")[0])  # [S, H, S]
    torch.testing.assert_close(found.transpose(0, 1), expected.weights[0], atol=1e-5, rtol=0)


def test_shares_are_those_of_the_masked_softmax(engine):
    scores, mask = [1.0, -2.0, 700.0, 3.0], [True, True, False, True]
    found = engine("softmax", scores=scores, mask=mask, temperature=2.0)
    expected = masked_softmax(torch.tensor([scores]) / 2, torch.tensor([mask]))[0]
    torch.testing.assert_close(torch.tensor(found), expected, atol=1e-6, rtol=0)
    assert found[2] == 0
    reply = engine.asked("softmax", scores=scores, mask=[False] * 4)
    assert "expected one token at least" in reply["error"]


# What a reader takes hold of


def test_hidden_words_get_no_weight_on_any_rung(engine, exported):
    for variant in ("last", "mean", "max", "scaled", "additive", "transformer"):
        file, _ = exported(variant)
        mask = [True, False, True, False]
        found = engine("changed", file=str(file), sentence="a b c", mask=mask)
        for row in found["weights"]:
            assert row[1] == row[3] == 0
            assert sum(row) == pytest.approx(1, abs=1e-5)


def test_a_high_temperature_makes_weights_even_and_a_low_one_makes_them_one_hot(engine, exported):
    file, _ = exported("scaled")
    hot, cold = (
        engine("changed", file=str(file), sentence="a b c", temperature=one)["weights"][0]
        for one in (1e6, 1e-6)
    )
    assert hot == pytest.approx([0.25] * 4, abs=1e-4)
    assert sorted(cold) == pytest.approx([0, 0, 0, 1], abs=1e-4)


def test_attention_with_the_weights_of_the_mean_says_what_attention_with_its_context_says(
    engine, exported
):
    file, _ = exported("scaled")
    own = engine("translate", file=str(file), sentence="a b c")
    held = engine("changed", file=str(file), sentence="a b c", weights=[0.25] * 4)
    swapped = engine("changed", file=str(file), sentence="a b c", mean=True)
    assert held["tokens"] == swapped["tokens"] != own["tokens"]
    assert held["weights"] == swapped["weights"]


def test_a_forced_word_is_written_and_the_others_follow_from_it(engine, exported):
    file, one = exported("scaled")
    own = engine("translate", file=str(file), sentence="a b c")["tokens"]
    other = next(token for token in range(4, len(one.target)) if token != own[1])
    found = engine("changed", file=str(file), sentence="a b c", forced=[None, other])["tokens"]
    assert found[:2] == [own[0], other]


# Text


TEXTS = [
    "어제 유나는 민수가 추천한 소설을 읽었어요 .",
    "a b zzz",
    "Don't stop: 2.30 good-looking 3,000 times!",
    "\ufeffcaf\u0065\u0301 ‘quoted’ “text” \u200b…",
    "ｆｕｌｌ　ｗｉｄｔｈ _under_ a_b",
    "<eos> <pad> ▁mark  two  spaces",
    "Zwei Männer $5 + 3 = 8 ^ ` | ~ schöne Häuser.",
    " \t ",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_cut_and_numbered_as_in_python(engine, text):
    known = ["유나는", "소설을", ".", "a", "b", "Don't", "stop", ":", "caf\u00e9", "'", '"', "_"]
    one = vocabulary.Words(known)
    same_vocabulary(engine, one, text)
    assert engine("tokenise", text=text) == vocabulary.tokenise(text)


@pytest.mark.parametrize("text", TEXTS)
def test_subwords_are_cut_and_numbered_as_in_python(engine, text):
    one = vocabulary.Subwords.learn(
        ["Zwei Männer stehen vor dem Haus.", "Ein schöner Hund, 2.30 Meter!", "Don't stop"] * 5, 80
    )
    same_vocabulary(engine, one, text)


def same_vocabulary(engine, one, text):
    ids = one.encode(text)
    found = engine("vocabulary", stored=one.to_json(), text=text)
    assert found["ids"] == ids
    assert found["text"] == one.decode(ids)
    expected = [{"text": word.text, "positions": word.positions} for word in one.words(ids)]
    assert found["words"] == expected
    goes_on = {position for word in one.words(ids) for position in word.positions[1:]}
    texts = [one.words([token_id])[0].text for token_id in ids]
    assert found["pieces"] == [
        f"·{text}" if position in goes_on else text for position, text in enumerate(texts)
    ]


# Files


def test_numbers_of_16_bits_are_read_as_pytorch_reads_them(engine):
    bits = [0, 1, 0x03FF, 0x0400, 0x3C00, 0x3555, 0x7BFF, 0x8000, 0xC000, 0xFC00]
    expected = torch.tensor(bits, dtype=torch.int32).to(torch.int16).view(torch.float16).tolist()
    found = engine("half", bits=bits)
    assert found[:-1] == expected[:-1]
    assert found[-1] is None  # JSON knows no infinity


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"PK" + data[2:], "expected a model of this course"),
        (lambda data: data[:20], "expected a model of this course"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "got a damaged one"),
        (lambda data: data[:-100], "got a damaged one"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_in_words(engine, exported, tmp_path, damage, message):
    file, _ = exported("scaled")
    broken = tmp_path / "broken.model"
    broken.write_bytes(damage(file.read_bytes()))
    reply = engine.asked("translate", file=str(broken), sentence="a b c")
    assert reply["kind"] == "ModelFileError"
    assert message in reply["error"]


def test_a_file_whose_model_says_something_else_here_is_refused(engine, tmp_path, monkeypatch):
    file = tmp_path / "other.model"
    real = model_file.test_of

    def wrong(trained, sentence):
        return {**real(trained, sentence), "tokens": [5, 2]}

    monkeypatch.setattr(model_file, "test_of", wrong)
    model_file.export(made("scaled"), file, ["a b c"])
    reply = engine.asked("translate", file=str(file), sentence="a b c")
    assert reply["kind"] == "ModelFileError"
    assert "what PyTorch makes of it" in reply["error"]
