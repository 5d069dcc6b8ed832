"""What all pages for reading answers share: the desk, who may see them, and errors in words."""

import hmac
import sqlite3
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from tornado.web import HTTPError, RequestHandler

from attention_course.grading.assignment import Assignment
from attention_course.grading.classroom import Classroom
from attention_course.grading.gradebook import Grade, Gradebook

POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
COOKIE = "reading"
IN_USE = (
    "The gradebook cannot be used now: {error}. Close the other program that has it open, or make "
    "room on the disk; then go back and try again. What was saved before is safe."
)


@dataclass(frozen=True)
class Desk:
    """What the pages need: the class, its gradebook, and who is reading."""

    room: Classroom
    gradebook: Gradebook
    assignments: dict[str, Assignment]
    by: str
    token: str
    names: bool = False  # show names while reading

    def grades(self, item: str) -> list[Grade]:
        """All learners' grades for one item, as the gradebook has them now."""
        return [one for one in self.shown() if one.item == item]

    def shown(self) -> list[Grade]:
        """All grades of chapters whose assignments are here: others have no question to show."""
        self.gradebook.catch_up()
        return [one for one in self.gradebook.grades() if one.chapter in self.assignments]


class Page(RequestHandler):
    """What all pages share: who may see them, and their policy."""

    desk: Desk

    def initialize(self, desk: Desk) -> None:
        """Take what the application hands to every page (Tornado calls this, not `__init__`)."""
        self.desk = desk

    def set_default_headers(self) -> None:
        """No script, no frame, no other site, nothing kept."""
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def prepare(self) -> Awaitable[None] | None:
        """Answer only this machine's own address, and only who has the token.

        Raises:
            HTTPError: 403 for everybody else.
        """
        if self.request.host_name not in ("127.0.0.1", "localhost"):
            raise HTTPError(403, log_message="another host's name")
        own = f"{self.request.protocol}://{self.request.host}"
        if self.request.method != "GET" and self.request.headers.get("Origin", own) != own:
            raise HTTPError(403, log_message="a form of another site")
        if self.request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise HTTPError(403, log_message="led here by another site")
        shown = self.get_query_argument("token", "")
        if shown and hmac.compare_digest(shown.encode(), self.desk.token.encode()):
            self.set_cookie(COOKIE, self.desk.token, httponly=True, samesite="Strict")
            self.redirect("/")
        elif not hmac.compare_digest(
            self.get_cookie(COOKIE, "").encode(), self.desk.token.encode()
        ):
            raise HTTPError(403, log_message="no token")
        return None

    def write_error(self, status_code: int, **about: Any) -> None:
        """An error in words; where the gradebook is in use, with what the reader had typed."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        error = about.get("exc_info", (None, None))[1]
        if isinstance(error, sqlite3.OperationalError):
            self.set_status(503)
            typed = [self.get_body_argument(name, "") for name in ("points", "comment")]
            lines = ["You had typed:", *typed] if any(typed) else []
            self.finish("\n\n".join([IN_USE.format(error=error), *lines]))
            return
        words = {
            403: "Open the address that `attention-course grade manual` has printed.",
            404: "There is no such page. Begin again at /",
        }
        self.finish(words.get(status_code, "That did not work. Go back and try again."))
