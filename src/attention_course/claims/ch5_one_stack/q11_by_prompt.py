"""q11: does a translator by prompt do as well as encoder and decoder?"""

from attention_course.claims.ch3_attention.c16_bottleneck_solved import by_length
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, label
from attention_course.config import Run

SMALL = {"train_pairs": 1_500, "held_out_pairs": 100, "longest": 8, "epochs": 3}
# Epochs of one stack that take as much processor time as six of the Transformer: an update takes
# 1.9 times as long (median of three rounds side by side, 1.8 to 1.9), since five layers read
# source and target where four read one of the two.
EPOCHS = {"equal time": 3, "equal updates": 6}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Rung 4 and rung 5 with equally many parameters, on the same pairs."""
    if preset == "smoke":
        return {
            "transformer": korean_run("transformer", seed, **SMALL),
            "equal updates": korean_run("one-stack", seed, **SMALL),
        }
    return {
        "transformer": korean_run("transformer", seed),
        **{name: korean_run("one-stack", seed, epochs=epochs) for name, epochs in EPOCHS.items()},
    }


def lead_of_two_stacks(setting: Setting) -> Measured:
    """BLEU of encoder and decoder less that of one stack, and alignment errors of both."""
    cards = setting.cards
    bleu = {name: card.metrics["bleu"] for name, card in cards.items()}
    aer = {name: card.metrics["aer"] for name, card in cards.items()}
    values = {"updates": bleu["transformer"] - bleu["equal updates"]}
    if setting.preset == "smoke":
        return Measured(values)
    values |= {
        "time": bleu["transformer"] - bleu["equal time"],
        "aer": aer["equal updates"] - aer["transformer"],
    }
    names = {
        "transformer": label("transformer"),
        "equal time": label("one-stack", "equal time"),
        "equal updates": label("one-stack", "equal updates"),
    }
    return Measured(
        values,
        {names[name]: by_length(card) for name, card in cards.items()},
        {
            **{f"BLEU | {names[name]}": one for name, one in bleu.items()},
            **{f"AER | {names[name]}": one for name, one in aer.items()},
            **{f"parameters | {names[name]}": card.parameters for name, card in cards.items()},
            **{
                f"processor seconds | {names[name]}": card.cpu_seconds
                for name, card in cards.items()
            },
        },
    )


CLAIM = Claim(
    id="q11",
    stem="ch5_one_stack",
    title="Translator by prompt",
    korean="",
    english=(
        "One stack that reads the source as the beginning of its text, beside encoder and decoder "
        "with as many parameters: which one translates better?"
    ),
    how=(
        "Pocket Korean: 10,000 pairs, another corpus for each seed. Rung 4 has two layers of "
        "encoder and two of decoder, rung 5 has five layers, which are as many parameters. An "
        "update of one stack takes 1.9 times as long; so it is trained for half as many epochs "
        "(about equal processor time), and for as many (equal updates). Learning rate, batches "
        "and dropout are those of rung 4; nothing was tuned for one stack. Alignments are read "
        "off the columns of the source, in the layer that errs least on validation pairs."
    ),
    predictions=(
        Prediction(
            "time",
            "about equal processor time: BLEU of encoder and decoder, less that of one stack",
            low=0.0,
        ),
        Prediction(
            "updates",
            "equal updates: the same difference",
            low=-2.0,
            high=2.0,
            about="limit",
            smoke=(-60.0, 60.0),
        ),
        Prediction(
            "aer",
            "equal updates: alignment error of one stack, less that of encoder and decoder",
            low=-0.1,
            high=0.1,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition="Not measured yet.",
    measure=lead_of_two_stacks,
    runs=runs,
    axes=("source length (words)", "BLEU"),
    finding="Not measured yet",
)
