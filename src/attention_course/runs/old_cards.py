"""Cards of earlier versions, brought to today's form. Nothing that they say is changed."""

from typing import Any

# What a card of version 1 said about a run besides its settings, and said there again.
REPEATED = ("stem", "variant", "data", "preset", "seed")
# What not every card of version 1 held: those of claims held no curve, others no judging time.
ABSENT: dict[str, Any] = {
    "precision": None,
    "seconds": None,
    "tokens_per_second": None,
    "judging_cpu_seconds": None,
    "curve": [],
    "examples": [],
    "about_text": [],
}
# A run of version 1 had the settings of both families of models; these said nothing about it.
UNREAD = {
    "recurrent": ("d_hidden", "layers", "heads", "positions"),
    "transformer": (
        "d_state",
        "input_feeding",
        "bidirectional",
        "learned_start",
        "predict_from",
        "layers_above",
    ),
}
TRANSFORMERS = ("transformer", "tied")  # the variants of version 1 that were no recurrent ones


def upgraded(old: dict[str, Any]) -> dict[str, Any]:
    """A card of version 1, of a run of the book or of a claim's, as version 2 writes it.

    Raises:
        ValueError: it is none, or says two things about its run.
    """
    settings, metrics = old.get("run"), old.get("metrics")
    if not isinstance(settings, dict) or not isinstance(metrics, dict):
        raise ValueError("neither a version nor the settings and metrics of version 1")
    for name in REPEATED:
        if name in old and old[name] != settings.get(name):
            raise ValueError(f"{name} {old[name]!r} and, in its settings, {settings.get(name)!r}")
    family = "transformer" if settings.get("variant") in TRANSFORMERS else "recurrent"
    return {
        "card": 2,
        **ABSENT,
        **{name: value for name, value in old.items() if name not in REPEATED},
        "run": {name: value for name, value in settings.items() if name not in UNREAD[family]},
        "shown_layer": metrics.get("aer_layer", -1),
    }
