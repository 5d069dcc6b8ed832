"""A server that asks to wait is waited for; what breaks is tried again; neither without end.

A class behind one address is one customer to a server. It answers 429 or 503 to some of them, and
says in Retry-After when to come again. Who comes sooner keeps the door closed for all.
"""

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from attention_course import logs

if TYPE_CHECKING:
    from requests import RequestException

T = TypeVar("T")
BUSY = (429, 503)  # statuses that ask to come again later
MAX_WAIT = 900.0  # seconds that are waited for one file in all, where the server asks for it
FIRST_WAIT = 10.0  # seconds to wait first where it does not say how long; then twice as long
RETRY_DELAYS = (1.0, 3.0, 9.0)  # seconds before another try of what broke, or failed in the server
JITTER = 0.2  # up to this share longer, by lot: else a whole class would come again at once


class AskedToWait(OSError):  # noqa: N818 (what is caught reads as what happened)
    """A server asks to wait longer than anybody would."""


def patiently(get: Callable[[], T], url: str) -> T:
    """Do a request until it is answered, with a line for each wait.

    Raises:
        AskedToWait: the server asks for more than `MAX_WAIT` seconds in all.
        RequestException: the last error of what broke again and again, or that is final (404).
    """
    from requests import RequestException

    waited, tries = 0.0, {"asked": 0, "broken": 0}
    while True:
        try:
            return get()
        except RequestException as error:
            if status(error) in BUSY:
                seconds, why = requested_wait(error, tries["asked"])
                tries["asked"] += 1
                if waited + seconds > MAX_WAIT:
                    raise AskedToWait(f"{why}; try again in {in_words(seconds)}") from error
                seconds *= 1 + JITTER * random.random()
            elif is_final(error) or tries["broken"] == len(RETRY_DELAYS):
                raise
            else:
                seconds, why = RETRY_DELAYS[tries["broken"]], reason(error)
                tries["broken"] += 1
        logs.say(f"{urlsplit(url).netloc}: {why}. Trying again in {in_words(seconds)}.")
        sleep(seconds)
        waited += seconds


def sleep(seconds: float) -> None:
    """Wait. A function of its own, so that a test need not."""
    time.sleep(seconds)


def status(error: "RequestException") -> int | None:
    """The status of the answer, if there was one."""
    return None if error.response is None else error.response.status_code


def is_final(error: "RequestException") -> bool:
    """Whether another try would get the same answer, as with 404."""
    code = status(error)
    return code is not None and code < 500


def reason(error: "RequestException") -> str:
    """What went wrong, in a few words: the status, or the name of the error."""
    answer = error.response
    return type(error).__name__ if answer is None else f"{answer.status_code} {answer.reason}"


def requested_wait(error: "RequestException", times: int) -> tuple[float, str]:
    """How many seconds a server asks to wait, and that in words."""
    from urllib3.exceptions import InvalidHeader
    from urllib3.util.retry import Retry

    header = "" if error.response is None else error.response.headers.get("Retry-After", "")
    try:
        seconds = float(Retry().parse_retry_after(header))  # a number of seconds, or a date
    except (InvalidHeader, ValueError, TypeError):
        return FIRST_WAIT * 2**times, f"{reason(error)}, without a word on how long"
    return max(seconds, 1.0), f"{reason(error)}, and it asks to wait {in_words(seconds)}"


def in_words(seconds: float) -> str:
    """A time as a person says it: seconds, from two minutes on minutes."""
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
