"""What a long command prints is there at once, in a file and in a pipe too."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from attention_course import logs
from attention_course.claims import runner
from attention_course.runs import experiment
from attention_course.training import loop
from small_runs import RUN

TOOLS = Path(__file__).parents[1] / "tools"
# As a learner's machine is: Python keeps back what it writes into a file.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
WAITING = """
import sys
from attention_course import cli
from attention_course.training import trainer

update = trainer.Trainer.update

def waiting(self, examples, steps):
    if self.progress.epoch == 1:
        print("the second epoch waits", file=sys.stderr, flush=True)
        sys.stdin.readline()
    return update(self, examples, steps)

trainer.Trainer.update = waiting
if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[1:]))
"""


def test_the_first_epoch_stands_in_the_log_while_the_second_is_trained(tmp_path):
    """The training waits for a word in the midst of it; until it comes, nothing more is written."""
    script, log = tmp_path / "train.py", tmp_path / "log"
    script.write_text(WAITING)
    words = f"train ch3_attention --data copy --preset smoke --threads 1 --out {tmp_path / 'run'}"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, script, *words.split()],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.PIPE,
            env=BUFFERED,
            text=True,
        ) as training,
    ):
        waits = any("waits" in line for line in training.stderr)
        before = log.read_text()
        training.kill()
    assert waits
    assert "epoch  1: loss" in before
    assert "epoch  2" not in before


SIDE_BY_SIDE = """
import sys, time
from attention_course import logs
from attention_course.claims.runner import do_all

def job(name):
    logs.say_of(name, "epoch  1: loss 2.000")
    print(name, "waits", file=sys.stderr, flush=True)
    time.sleep(600)

if __name__ == "__main__":
    do_all([(job, ("copy/one",)), (job, ("copy/two",))], 2, "run")
"""


def test_runs_side_by_side_write_at_once_and_say_which_they_are(tmp_path):
    script, log = tmp_path / "side.py", tmp_path / "log"
    script.write_text(SIDE_BY_SIDE)
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, script],
            stdout=output,
            stderr=subprocess.PIPE,
            env=BUFFERED,
            text=True,
            start_new_session=True,
        ) as running,
    ):
        waits = [next(line for line in running.stderr if "waits" in line) for _ in range(2)]
        written = log.read_text().splitlines()
        os.killpg(running.pid, signal.SIGKILL)  # those that wait, too
    assert len(waits) == 2
    assert sorted(written) == [
        "copy/one: epoch  1: loss 2.000",
        "copy/two: epoch  1: loss 2.000",
    ]


def test_a_long_epoch_has_a_line_now_and_then_where_no_bar_is_seen(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(loop, "SAY_EVERY", 3)
    experiment.run_experiment(RUN, tmp_path / "run")
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    steps = RUN.epochs * -(-RUN.train_pairs // RUN.batch_size)
    told = [line.split(":")[0] for line in lines if line.startswith("update")]
    assert told == [f"update {done} of {steps}" for done in range(3, steps + 1, 3)]
    assert all("loss" in line for line in lines if line.startswith("update"))
    # In the order in which things happened: the first epoch ends after update 7.
    assert lines.index(next(line for line in lines if line.startswith("epoch  1"))) == 2


class Terminal(io.StringIO):
    """A terminal, as far as a progress bar asks."""

    def isatty(self):
        return True


def test_on_a_terminal_a_bar_moves_and_no_line_is_added(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with logs.Bar(3, "run") as bar:
        for _ in range(3):
            bar.advance("well")
        drawn = sys.stderr.getvalue()
    assert "3/3" in drawn
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("total", "shown"), [(0, True), (3, False)])
def test_nothing_to_count_and_nothing_to_show_are_silent(total, shown, capsys):
    with logs.Bar(total, "run", shown=shown) as bar:
        for _ in range(total):
            bar.advance()
    out, error = capsys.readouterr()
    assert out == error == ""


def test_each_run_that_is_done_has_a_line_in_a_log(capsys):
    runner.do_all([(len, ("abc",)), (len, ("ab",))], 1, "run")
    assert capsys.readouterr().out.splitlines() == ["run 1 of 2", "run 2 of 2"]


class Gone(io.StringIO):
    """A log on a full disk, or a terminal that was closed."""

    def write(self, text):
        raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_costs_the_log_and_not_the_training(tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", Gone())
        experiment.run_experiment(RUN, tmp_path / "run")
    assert (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "utf-8"])
def test_a_letter_that_the_encoding_lacks_gets_a_likeness_or_its_number(encoding):
    code = "from attention_course import logs\nlogs.at_once()\nprint('유나 ✓')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    mark = "✓" if encoding == "utf-8" else "+"
    expected = f"유나 {mark}".encode(encoding, errors="backslashreplace")
    assert done.stdout.strip() == expected


def test_progress_is_shown_by_one_room_alone():
    """Else a command fills a log with bars, or keeps silent in one."""
    package = Path(logs.__file__).parent
    files = [*package.rglob("*.py"), *TOOLS.glob("*.py")]
    with_bars = {file.name for file in files if "tqdm" in file.read_text(encoding="utf-8")}
    assert with_bars == {"logs.py"}


@pytest.mark.parametrize("tool", ["ablate", "bench", "remake_results", "survive"])
def test_a_tool_that_takes_long_prints_at_once(tool):
    text = (TOOLS / f"{tool}.py").read_text(encoding="utf-8")
    begin = text.index("def main()")
    assert "logs.at_once()" in text[begin:]


def test_what_a_command_prints_is_out_before_anything_else_happens(tmp_path):
    """A process that is killed has no time to write what it kept back."""
    code = (
        "import os\nfrom attention_course import logs\nlogs.at_once()\n"
        "print('said')\nos.kill(os.getpid(), 9)"
    )
    with (tmp_path / "log").open("w") as output:
        subprocess.run([sys.executable, "-c", code], stdout=output, env=BUFFERED)
    assert (tmp_path / "log").read_text() == "said\n"
