"""c01: the last state alone loses information."""

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import accuracy_between, curve, toy_run
from attention_course.config import Run
from attention_course.runs.card import RunCard

SIZES = {"smoke": (16, 48), "cpu": (32, 64, 128), "gpu": (32, 64, 128)}


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The bottleneck learns to copy, with a small and with larger states."""
    return {
        str(size): toy_run("last", "copy", preset, seed, d_state=size) for size in SIZES[preset]
    }


def ends(card: RunCard) -> tuple[float, float]:
    """Accuracy on the shortest third of the lengths, and on the longest."""
    shortest, longest = card.run.shortest, card.run.longest
    third = (longest - shortest + 1) // 3
    rows = card.metrics["accuracy_by_length"]
    return (
        accuracy_between(rows, shortest, shortest + third - 1),
        accuracy_between(rows, longest - third + 1, longest),
    )


def accuracy_by_state_size(setting: Setting) -> Measured:
    """Compare short with long sources, and small with large states."""
    cards = list(setting.cards.values())
    short, long = ends(cards[len(cards) // 2])
    return Measured(
        {"fall": short - long, "larger": ends(cards[-1])[1] - ends(cards[0])[1]},
        {
            f"ch1_bottleneck ({size} numbers)": curve(card, "length")
            for size, card in setting.cards.items()
        },
    )


CLAIM = Claim(
    id="c01",
    stem="ch1_bottleneck",
    title="The last state alone loses information",
    korean=(
        "전통적인 RNN은 인코더의 마지막 hidden state 하나만 보고 다음 단어를 예측했다! "
        "(정보 손실이 크다!!)"
    ),
    english=(
        "The classical RNN predicted the next word from the encoder's last hidden state alone! "
        "(Much information is lost!)"
    ),
    how=(
        "A GRU reads 2 to 24 letters and must say them again from its last state; the decoder "
        "starts from a learned vector, so there is no other way. Short sources have 2 to 8 "
        "letters, long ones 18 to 24. The first number is that of the state of 64 numbers."
    ),
    predictions=(
        Prediction(
            "fall",
            "accuracy on short sources, less that on long ones",
            low=0.2,
            smoke=(0.2, 1.0),
        ),
        Prediction(
            "larger",
            "long sources: accuracy of the largest state, less that of the smallest",
            low=0.05,
            about="limit",
            smoke=(0.0, 1.0),
        ),
    ),
    verdict="holds",
    condition=(
        "At equal training, larger states lose less and later. Whether more training would "
        "close the gap was not tried."
    ),
    measure=accuracy_by_state_size,
    runs=runs,
    axes=("source length (letters)", "share of letters said right"),
    finding="Larger states fall later",
)
