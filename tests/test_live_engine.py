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
    ("one-stack", {"places": "rotary"}),
    ("one-stack", {"places": "learned", "key_heads": 1}),
    ("one-stack", {"places": "none", "window": 3}),
    ("one-stack", {"places": "rotary", "window": 2, "heads": 4, "key_heads": 2}),
    ("one-stack", {"reads_source": False}),
    ("one-stack", {"reads_source": False, "places": "rotary", "window": 4}),
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


@pytest.mark.parametrize("variant", ["mean", "scaled", "transformer", "one-stack"])
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


def test_one_stack_shows_how_the_source_reads_itself_and_nothing_later(engine, exported):
    file, one = exported("one-stack")
    source = pad([encode_sentence("a b c", one.source)])
    read, _ = one.model.go_on(one.model.source_embedding(source), source > 0, None)
    found = torch.tensor(engine("encoderMaps", file=str(file), sentence="a b c"))  # [L, S, H, S]
    torch.testing.assert_close(found.transpose(1, 2), read.maps[0], atol=1e-5, rtol=0)
    assert not found.transpose(1, 2).triu(1).any()


def test_a_text_beyond_the_learned_places_is_refused_in_words(engine, exported):
    file, _ = exported("one-stack", places="learned", key_heads=1)
    reply = engine.asked("translate", file=str(file), sentence="a " * 256)
    assert "at most 256 tokens, for which places were learned, got 257" in reply["error"]


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
    for variant in ("last", "mean", "max", "scaled", "additive", "transformer", "one-stack"):
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


def test_what_one_stack_has_written_is_one_column_beside_those_of_the_source(engine, exported):
    file, one = exported("one-stack")
    [expected] = translate(one, ["a b c"])
    own = torch.tensor(expected.weights)
    folded = torch.cat([own[:, :4], own[:, 4:].sum(dim=1, keepdim=True)], dim=1)
    rows = torch.tensor(engine("rows", file=str(file), sentence="a b c"))
    torch.testing.assert_close(rows, folded, atol=1e-3, rtol=0)  # of rounded ones


def test_the_weight_of_what_was_written_can_be_held_with_those_of_the_source(engine, exported):
    for variant, held in (("one-stack", [0.1, 0.2, 0.3, 0.0, 0.4]), ("scaled", [0.5, 0.5, 0, 0])):
        file, _ = exported(variant)
        rows = engine("rows", file=str(file), sentence="a b c", weights=held)
        assert rows[1] == pytest.approx(held, abs=1e-6)
        assert rows[0] != pytest.approx(held, abs=1e-2)


# Words that are drawn by lot


NEVER = [vocabulary.PAD, vocabulary.BOS, vocabulary.UNK]
LOGITS = [9.0, 8.0, 1.0, 7.0, 2.0, 0.0, 2.5, -1.0, 2.0, 0.5]


def drawn_with(logits, temperature=1.0, top_k=None, top_p=1.0):
    """The probability of each token: of all that top-k leaves, the likeliest that reach top-p."""
    logits = torch.tensor(logits, dtype=torch.float64) / temperature
    logits[NEVER] = -torch.inf
    order = logits.argsort(descending=True, stable=True)[:top_k]
    likeliest = logits[order].softmax(dim=0)
    kept = order[likeliest.cumsum(dim=0) - likeliest < top_p]
    left = torch.full_like(logits, -torch.inf)
    left[kept] = logits[kept]
    return left.softmax(dim=0).float()


@pytest.mark.parametrize("temperature", [0.1, 0.7, 1.0, 3.0])
@pytest.mark.parametrize(
    ("top_k", "top_p"), [(None, 1.0), (1, 1.0), (3, 1.0), (None, 0.5), (None, 0.85), (3, 0.6)]
)
def test_temperature_top_k_and_top_p_leave_what_pytorch_leaves(engine, temperature, top_k, top_p):
    found = engine("shares", logits=LOGITS, temperature=temperature, topK=top_k, topP=top_p)
    expected = drawn_with(LOGITS, temperature, top_k, top_p)
    torch.testing.assert_close(torch.tensor(found).float(), expected, atol=1e-6, rtol=0)
    assert [found[token] for token in NEVER] == [0, 0, 0]
    assert sum(share > 0 for share in found) <= (top_k or len(found))


def test_dice_are_those_of_their_seed_and_fall_evenly(engine):
    def mulberry32(bits):
        product = (bits ^ bits >> 15) * (bits | 1) & 0xFFFFFFFF
        product ^= product + ((product ^ product >> 7) * (product | 61) & 0xFFFFFFFF) & 0xFFFFFFFF
        return (product ^ product >> 14) / 2**32

    found = engine("dice", seed=7, count=2000)
    assert found == [mulberry32(7 + place * 0x6D2B79F5 & 0xFFFFFFFF) for place in range(1, 2001)]
    assert torch.tensor(found).histc(10, 0, 1).min() > 150
    assert engine("dice", seed=8, count=3) != found[:3]


def test_a_word_has_room_for_the_throw_as_its_share_says(engine):
    shares = [0.0, 0.25, 0.5, 0.0, 0.25]
    thrown = [0.0, 0.49, 0.5, 0.74, 0.75, 0.999, 1.0]
    assert engine("pick", shares=shares, thrown=thrown) == [2, 2, 1, 1, 4, 4, 4]


def test_a_text_is_read_on_as_pytorch_reads_it_and_another_one_anew(engine, exported):
    file, one = exported("one-stack", reads_source=False)
    texts = [[], [5], [5, 6], [5, 6, 7], [5, 8], [9, 8, 7, 6]]
    found = engine("along", file=str(file), texts=texts)
    source = torch.zeros(1, 0, dtype=torch.long)
    for tokens, logits in zip(texts, found, strict=True):
        target_in = torch.tensor([[vocabulary.BOS, *tokens]])
        expected = one.model(source, torch.tensor([0]), target_in).logits[0, -1]
        torch.testing.assert_close(torch.tensor(logits), expected, atol=1e-4, rtol=1e-4)


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
