"""The questions of chapter 5, in worlds that turn them; what a word costs, at sizes of seconds."""

import json

import pytest
import torch

from attention_course.claims import captions
from attention_course.claims.ch5_one_stack import (
    cache_times,
    q11_by_prompt,
    q12_language_model,
    q13_places,
    q14_keeping_less,
)
from attention_course.claims.record import Setting, make_record
from small_runs import card_of

REFERENCES = tuple(f"a dog number {index} runs over the wide green field" for index in range(30))
WORSE = tuple(one.replace("wide green", "small") for one in REFERENCES)


def verdict(claim, metrics_of):
    """The verdict if the cards of a seed had these metrics, by name."""
    measured = {}
    for seed in range(claim.seeds):
        runs = claim.runs("cpu", seed)
        cards = {name: card_of(run, metrics=metrics_of(name, seed)) for name, run in runs.items()}
        measured[seed] = claim.measure(Setting("cpu", seed, cards))
    return make_record(claim, "cpu", measured)["verdict"]


# Translator by prompt


@pytest.fixture
def _people(monkeypatch):
    monkeypatch.setattr(captions, "references", lambda run: REFERENCES)


def translators(time, updates, aer, prompted=WORSE):
    def metrics(name, seed):
        who = name.split(" ", 1)[1]
        lead = {"transformer": 0, "equal time": time, "equal updates": updates}[who]
        bleu = 60.0 - lead + seed / 10
        return {
            "bleu": bleu,
            "aer": 0.2 + (aer if who == "equal updates" else 0),
            "bleu_by_source_length": [{"bin": "1-10", "bleu": bleu}],
            "outputs": REFERENCES if who == "transformer" else prompted,
        }

    return metrics


@pytest.mark.usefixtures("_people")
def test_q11_is_refuted_where_one_stack_leads_at_equal_time_on_either_corpus():
    claim = q11_by_prompt.CLAIM
    assert verdict(claim, translators(time=5, updates=0, aer=0)).startswith("holds")
    assert verdict(claim, translators(time=-5, updates=0, aer=0)) == "refuted"

    def both(name, seed):
        other = translators(5, 0, 0, prompted=REFERENCES)(name, seed)
        return {**other, "outputs": WORSE if name == "captions transformer" else REFERENCES}

    assert verdict(claim, both) == "refuted"


@pytest.mark.usefixtures("_people")
def test_the_limit_of_q11_fails_where_equal_updates_are_not_enough():
    claim = q11_by_prompt.CLAIM
    near, far = (verdict(claim, translators(5, updates, 0)) for updates in (0, 8))
    assert (near, far) == ("holds under a condition", "holds")


# A language model


def readers(trigram=0.3, five=0.2, pronoun=0.99, guess=0.6):
    def metrics(name, seed):
        nats = {"model": 1.0, "trigram": 1.0 + trigram, "five_gram": 1.0 + five}
        knows = {"model": pronoun, "trigram": guess, "five_gram": guess}
        return {
            reader: {
                "nats_a_token": nats[reader] + seed / 1_000,
                "bits_a_character": 0.5,
                "right_pronoun": knows[reader],
                "right_article": 1.0,
            }
            for reader in nats
        }

    return metrics


def test_q12_is_refuted_where_counting_three_words_does_as_well_and_limited_by_five():
    claim = q12_language_model.CLAIM
    assert verdict(claim, readers()) == "holds under a condition"
    assert verdict(claim, readers(five=0.0)) == "holds"
    assert verdict(claim, readers(trigram=0.0)) == "refuted"


def test_what_no_sentence_asks_of_a_language_model_is_not_shown():
    claim = q12_language_model.CLAIM
    runs = claim.runs("cpu", 0)
    cards = {name: card_of(run, metrics=readers()(name, 0)) for name, run in runs.items()}
    seen = claim.measure(Setting("cpu", 0, cards)).seen
    assert seen["knows a or an | trigram"] == 1.0
    assert not [name for name in seen if "was or were" in name]


# Places


def places(**twice):
    def metrics(name, seed):
        shares = {
            16: 0.99,
            32: {"rotary": 0.6, "learned": 0.1, **twice}[name.split(",")[0]] + seed / 1_000,
        }
        rows = [{"length": length, "accuracy": share} for length, share in shares.items()]
        return {"accuracy_beyond": rows}

    return metrics


def test_q13_is_refuted_where_sines_go_on():
    claim = q13_places.CLAIM
    assert verdict(claim, places(sines=0.3, none=0.5)) == "holds under a condition"
    assert verdict(claim, places(sines=0.9, none=0.5)) == "refuted"


# Keeping less


def keeping(shared=0.0, three=0.2):
    lost = {"all": 0.0, "one head of keys": shared, "a window of 8": 0.0, "a window of 3": three}

    def metrics(name, seed):
        return {"model": {"nats_a_token": 1.0 + lost[name] + seed / 1e4, "right_pronoun": 0.9}}

    return metrics


def test_q14_turns_where_sharing_costs_much_and_its_limit_where_no_window_does():
    claim = q14_keeping_less.CLAIM
    assert verdict(claim, keeping()) == "holds under a condition"
    assert verdict(claim, keeping(shared=0.2)) == "refuted"
    assert verdict(claim, keeping(three=0.0)) == "holds"


# What a word costs


def test_every_way_to_write_a_word_is_timed_at_every_length(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_times, "LENGTHS", (2, 4))
    cache_times.record_times(tmp_path / "cache.json")
    found = json.loads((tmp_path / "cache.json").read_text())
    assert [name.split("(")[1][:-1] for name in found["curves"]] == list(cache_times.WAYS)
    for rows in found["curves"].values():
        assert [row[0] for row in rows] == [2, 4]
        assert all(low <= median <= high for _, median, low, high in rows)
    assert found["threads"] == 1


def test_a_word_costs_the_same_logits_whether_all_is_read_again_or_kept():
    model = cache_times.stack()
    text = torch.randint(4, cache_times.WORDS, (1, 12))
    with torch.no_grad():
        memory = model.encode(text[:, :8], torch.tensor([8]))
        past = model.begin(memory)
        for token in text[0, 8:]:
            step = model.step(token[None], memory, past)
            past = step.past
        again = model(text[:, :8], torch.tensor([8]), text[:, 8:])
    torch.testing.assert_close(step.logits, again.logits[:, -1], atol=1e-4, rtol=1e-4)
