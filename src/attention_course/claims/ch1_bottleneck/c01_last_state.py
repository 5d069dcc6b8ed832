"""c01: the last state alone loses information."""

from attention_course.claims.places import first_less_last, shares_by_place
from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import accuracy_between, curve, toy_run
from attention_course.config import Run
from attention_course.runs.card import RunCard

SIZES = {"smoke": (16, 48), "cpu": (32, 64, 128), "gpu": (32, 64, 128)}
MIDDLE = {"smoke": 48, "cpu": 64, "gpu": 64}  # the state that the claim itself is measured on
TIMES = 4  # as many updates, in one run; the largest state is as many times the smallest
LONGER = f"the smallest, {TIMES} times the training"
MORE = 5  # times as many pairs, each read as many times less often
VARIED = f"the middle, {MORE} times the pairs"


def runs(preset: str, seed: int) -> dict[str, Run]:
    """The bottleneck learns to copy: with states of several sizes, the smallest also for longer."""
    by_size = {
        f"{size} numbers": toy_run("last", "copy", preset, seed, d_state=size)
        for size in SIZES[preset]
    }
    if preset == "smoke":
        return by_size
    smallest = next(iter(by_size.values()))
    middle = by_size[f"{MIDDLE[preset]} numbers"]
    return {
        **by_size,
        LONGER: smallest.changed(epochs=TIMES * smallest.epochs),
        VARIED: middle.changed(train_pairs=MORE * middle.train_pairs, epochs=middle.epochs // MORE),
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


def room_and_training(setting: Setting) -> Measured:
    """What is lost with length and place; what a larger state gains, and what more training."""
    smallest, *_, largest = (f"{size} numbers" for size in SIZES[setting.preset])
    middle = setting.cards[f"{MIDDLE[setting.preset]} numbers"]
    long = {name: ends(card)[1] for name, card in setting.cards.items()}
    short, long_middle = ends(middle)
    values = {
        "fall": short - long_middle,
        "larger": long[largest] - long[smallest],
        "place": first_less_last(shares_by_place(middle)),
    }
    if LONGER in long:
        values["trained"] = long[LONGER] - long[smallest]
        values["room"] = long[largest] - long[LONGER]
        values["varied"] = long[VARIED] - long_middle
    return Measured(
        values,
        {
            f"ch1_bottleneck ({name})": curve(card, "length")
            for name, card in setting.cards.items()
            if name != VARIED  # its curve would lie on that of the middle
        },
        {f"{name}, long sources, accuracy": value for name, value in long.items()},
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
        "letters, long ones 18 to 24. The first number and that by place are of the state of "
        f"{MIDDLE['cpu']} numbers. Is room missing, or training? The largest state has {TIMES} "
        f"times the numbers of the smallest, and the smallest is also trained for {TIMES} times "
        "as many updates. Or are the pairs too few? The middle one reads "
        f"{MORE} times as many, each {MORE} times less often. Each seed draws other sources."
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
        Prediction(
            "place",
            "sources of 24 letters: share right of the six said first, less that of the six said "
            "last",
            low=0.2,
            about="beside",
            smoke=(0.0, 1.0),
        ),
        Prediction(
            "trained",
            f"long sources, the smallest state: accuracy that {TIMES} times the updates gain",
            low=0.05,
            about="beside",
        ),
        Prediction(
            "room",
            f"long sources: what {TIMES} times the room gains, less what {TIMES} times the "
            "updates gain",
            high=0.0,
            about="beside",
        ),
        Prediction(
            "varied",
            f"long sources: accuracy that {MORE} times the pairs gain, at as many updates",
            low=0.0,
            high=0.1,
            about="beside",
        ),
    ),
    verdict="holds under a condition",
    condition=(
        "How much is lost depends on the room and on the training: a state four times as large "
        "loses less and later, and so does a small one with four times the updates. We had "
        "predicted that the updates gain at least as much as the room; they gain a little less. "
        "Neither comes near to losing nothing. Nor are the pairs too few: five times as many, at "
        "as many updates, gain nothing that is shown. Within sources of one length it is what is "
        "said late that is lost (q02)."
    ),
    measure=room_and_training,
    runs=runs,
    axes=("source length (letters)", "share of letters said right"),
    finding="With more room or more training it falls later, and it falls",
)
