"""Cards of earlier versions, brought to the next one. No measured number is changed."""

from typing import Any

from attention_course.course import upgraded_settings

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
    return {
        "card": 2,
        **ABSENT,
        **{name: value for name, value in old.items() if name not in REPEATED},
        "run": upgraded_settings(settings),
        "shown_layer": metrics.get("aer_layer", -1),
    }
