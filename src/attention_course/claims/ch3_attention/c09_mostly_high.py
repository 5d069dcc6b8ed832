"""c09: the attention output holds mostly the states with high weights."""

import torch
from torch.nn import functional as F

from attention_course.claims.record import Claim, Measured, Prediction, Setting
from attention_course.claims.trained import korean_run, metric_of
from attention_course.config import Run
from attention_course.models.context import weighted_sum

TRAINED = ("dot", "scaled", "additive")
SIZE, WORDS, ROWS = 64, 20, 500


def runs(preset: str, seed: int) -> dict[str, Run]:
    """Trained models, whose outputs are held beside their strongest states."""
    if preset == "smoke":
        return {}
    return {name: korean_run(name, seed) for name in TRAINED}


def likeness(spread: float, generator: torch.Generator) -> float:
    """Cosine between the output and the state with the largest weight, mean over rows."""
    states = torch.randn(ROWS, WORDS, SIZE, generator=generator)
    weights = (spread * torch.randn(ROWS, 1, WORDS, generator=generator)).softmax(dim=2)
    output = weighted_sum(weights, states)[:, 0]
    strongest = states[torch.arange(ROWS), weights[:, 0].argmax(dim=1)]
    return float(F.cosine_similarity(output, strongest).mean())


def overtaken(generator: torch.Generator) -> float:
    """How often a state with less weight gives more, where the lengths of states differ."""
    lengths = torch.exp(torch.randn(ROWS, WORDS, generator=generator))
    weights = (2 * torch.randn(ROWS, WORDS, generator=generator)).softmax(dim=1)
    gives = weights * lengths
    return float((gives.argmax(dim=1) != weights.argmax(dim=1)).float().mean())


def likeness_by_spread_of_scores(setting: Setting) -> Measured:
    """Peaked weights, flat weights, and states of unequal length."""
    generator = torch.Generator().manual_seed(setting.seed)
    spreads = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
    curve = [(spread, likeness(spread, generator)) for spread in spreads]
    return Measured(
        {"peaked": curve[-1][1], "flat": curve[1][1], "overtaken": overtaken(generator)},
        {"ch3_attention (output and strongest state)": curve},
        {
            f"cosine of output and strongest state | trained on pocket Korean ({name})": metric_of(
                card, "cosine_with_top_state"
            )
            for name, card in setting.cards.items()
        },
    )


CLAIM = Claim(
    id="c09",
    stem="ch3_attention",
    title="The output is mostly the states with high weights",
    korean=(
        "계산된 attention output은 대부분 high attention을 가진 hidden state의 정보를 "
        "포함하게 된다."
    ),
    english="The attention output mostly contains the states that got high attention.",
    how=(
        f"{WORDS} random states are summed with weights from flat to peaked. How much does the "
        "sum resemble the state with the largest weight? And if the states differ in length? "
        "Beside it: outputs of models that were trained on pocket Korean."
    ),
    predictions=(
        Prediction(
            "peaked",
            "peaked weights (spread 8): cosine of the output to the strongest state",
            low=0.9,
        ),
        Prediction(
            "flat", "nearly flat weights (spread 0.5): the same cosine", high=0.6, about="limit"
        ),
        Prediction(
            "overtaken",
            "states of unequal length (spread 2): how often one with a smaller weight gives most",
            low=0.15,
            about="beside",
        ),
    ),
    verdict="half true",
    condition=(
        "True of peaked weights over states of like length. Flat weights blend, and a long "
        "state gives more than its weight says: what counts is weight times length. These "
        "states are random. In models that were trained on pocket Korean the output points "
        "nearly where the strongest state points: the cosine is 0.9 and more, highest with "
        "the plain dot product. How peaked the weights are depends on the score, as c13 "
        "shows."
    ),
    measure=likeness_by_spread_of_scores,
    runs=runs,
    exact=True,
    axes=("spread of the scores", "cosine"),
    finding="The output resembles one state only where weights are peaked",
)
