"""Make a class of thirty submissions, grade it, and show what an instructor gets.

Right, partly right, wrong in known ways, broken and hostile: what a real class hands in, and
more. Each command that an instructor would type is printed before it runs.
"""

import argparse
import csv
import random
import shlex
import shutil
import subprocess
import sys
import webbrowser
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import attacks  # noqa: E402, the catalogue of attacks that the tests use
import submissions  # noqa: E402
from attention_course.rungs import RUNGS  # noqa: E402

STEM = next(rung.stem for rung in RUNGS if rung.number == 3)
NAMES = (
    "Ada Byron", "김하늘", "José Núñez", "Mary-Jane O'Neil", "Ōe Kenta", "Li Wei", "Zoë Krämer",
    "Amara Diallo", "Ivan Petrov", "Noor Aziz", "Chloé Martin", "박서준", "Tariq Hassan",
    "Elif Yılmaz", "Bo Jensen", "Wanjiru Kamau", "Sofia Rossi", "Liam Murphy", "Aarav Mehta",
    "Yuki Tanaka", "Olga Novak", "Diego Silva", "Hana Suzuki", "Max Weber", "Ines Costa",
    "Robert'); DROP TABLE result;--", "<script>alert(1)</script>", "=1+1", "../../key", "Eve Ng",
)  # fmt: skip
WRONG = {
    "dot_scores": (
        "def dot_scores(queries, keys):\n    return keys @ queries.transpose(1, 2)\n",
        "def dot_scores(queries, keys):\n"
        "    return queries @ keys.transpose(1, 2) / queries.shape[-1] ** 0.5\n",
        "def dot_scores(queries, keys):\n    ...\n",
    ),
    "masked_softmax": (
        "def masked_softmax(scores, mask):\n    return scores.softmax(dim=-1)\n",
        "def masked_softmax(scores, mask):\n    return scores.softmax(dim=-1) * mask[:, None]\n",
        "def masked_softmax(scores, mask):\n    return (scores * mask[:, None]).softmax(dim=-1)\n",
    ),
    "attention_output": (
        "def attention_output(weights, values):\n    return values.mean(1)\n",
        "def attention_output(weights, values):\n    return (weights @ values).transpose(1, 2)\n",
    ),
    "additive_scores": (
        "def additive_scores(queries, keys, W, U, v):\n"
        "    return ((queries @ W.T)[:, :, None] + (keys @ U.T)[:, None]) @ v\n",
        "def additive_scores(queries, keys, W, U, v):\n    return torch.tanh(W @ queries)\n",
    ),
    "align": (
        "def align(weights, words):\n    return weights.argmax(dim=1)\n",
        "def align(weights, words):\n    return weights[:, words].argmax(dim=1)\n",
    ),
    "alignment_error": (
        "def alignment_error(found, sure, possible):\n"
        "    return 1 - (found & possible).sum() / found.sum()\n",
        "def alignment_error(found, sure, possible):\n"
        "    return 1 - ((found & sure).sum() + (found & possible).sum()).item() / 1\n",
    ),
}
HOSTILE = ("exits", "opens a socket", "reads the key", "writes the gradebook", "loops for ever")
WORDS = (
    "It shows where the weighted sum read most. It is not a reason: states carry other words.",
    "The heatmap proves the reason.",
    "It shows which word the model looks at. One could delete that word and see what happens.",
    "어텐션 가중치는 이유가 아니라 어디를 읽었는지를 보여 준다.",
)


def files(rng: random.Random) -> dict[str, bytes]:
    """Thirty submissions under the names that Canvas gives to files."""
    files_by_name = {}
    for number, name in enumerate(NAMES):
        data = submission(number, rng)
        plain = "".join(one for one in name.lower() if one not in "/_ ")
        late = "LATE_" if number % 9 == 4 else ""
        files_by_name[f"{plain}_{late}{4001 + number}_{88001 + number}_{STEM}.ipynb"] = data
    return files_by_name


def as_file(notebook: dict[str, Any]) -> bytes:
    """A notebook as the bytes of its file."""
    data: bytes = submissions.as_bytes(notebook)
    return data


def submission(number: int, rng: random.Random) -> bytes:
    """What one learner hands in: the first ones are right, the last ones hostile."""
    words = rng.choice(WORDS)
    if number < 7:
        return as_file(submissions.notebook(STEM, words=words))
    if number < 20:
        wrong = rng.sample(sorted(WRONG), k=rng.randint(1, 4))
        code = {name: rng.choice(WRONG[name]) for name in wrong}
        handed_in = submissions.notebook(STEM, code, words)
        return as_file(submissions.stripped(handed_in) if number % 3 == 0 else handed_in)
    if number < 25:
        whole = as_file(submissions.notebook(STEM, words=words))
        broken = (whole[: len(whole) // 2], b"", b"%PDF-1.4 not a notebook", b"[1, 2, 3]",
                  whole.decode().encode("utf-16"))  # fmt: skip
        return broken[number - 20]
    programs = attacks.attacks(room="_build/demo-class", secret="/etc/passwd", port=80)
    code = {"dot_scores": programs[HOSTILE[number - 25]][0]}
    words = "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
    return as_file(submissions.notebook(STEM, code, words))


def run_command(*words: str | Path) -> None:
    """Print a command of the grader, and run it."""
    shown = [str(word) for word in words]
    print(f"\n$ attention-course grade {shlex.join(shown)}", flush=True)
    command = [sys.executable, "-m", "attention_course.cli", "grade", *shown]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    """Make, grade, report, and open a page of feedback where there is a browser."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=ROOT / "_build" / "demo-class")
    out = options.parse_args().out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with zipfile.ZipFile(out / "submissions.zip", "w") as archive:
        for name, data in files(random.Random(0)).items():
            archive.writestr(name, data)
    room = out / "class"
    run_command("collect", room, out / "submissions.zip")
    run_command("run", room)
    run_command("report", room)
    run_command("feedback", room, out / "feedback")
    run_command("export", room, "csv", out / "grades.csv")
    run_command("manual", room, "--write", out / "to-read.csv")
    with (room / "whose.csv").open(encoding="utf-8-sig", newline="") as whose:
        page = out / "feedback" / list(csv.DictReader(whose))[7]["file"]
    print(f"\nA page of feedback: {page}")
    print(f"Read the written answers: attention-course grade manual {room}")
    webbrowser.open(page.as_uri())


if __name__ == "__main__":
    main()
