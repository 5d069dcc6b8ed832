"""Read answers and give points in a browser: a small site for one person on one machine.

It answers on the loopback address only, to a browser that has shown the token. Learners' text is
escaped, and the pages' policy allows no script at all, whoever wrote it.
"""

import asyncio
import secrets

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError

from attention_course.grading.desk import Desk, Page
from attention_course.grading.feedback import TEMPLATES
from attention_course.grading.gradebook import Grade
from attention_course.grading.marks import (
    Mark,
    answer_text,
    give_mark,
    question_of,
    to_be_read,
)
from attention_course.grading.shown import counted
from attention_course.grading.words import points_in_words, status_in_words


class Questions(Page):
    """The front page: all questions, and how many answers wait."""

    def get(self) -> None:
        """Show the questions with counts of answers, those in words first."""
        items: dict[str, tuple[int, int]] = {}

        def order(one: Grade) -> tuple[bool, str]:
            question = question_of(self.desk.assignments[one.chapter], one.item)
            return question is None, one.chapter

        for one in sorted(self.desk.shown(), key=order):
            left, whole = items.get(one.item, (0, 0))
            items[one.item] = (left + len(to_be_read([one])), whole + 1)
        waiting = sum(left for left, _ in items.values())
        self.render(
            "questions.html",
            items=items,
            waiting=waiting,
            counted=counted,
            names=self.desk.names,
        )


class Answers(Page):
    """The page of all answers to one question."""

    def get(self, item: str) -> None:
        """Show who has answered, and what it got."""
        grades = self.desk.grades(item)
        if not grades:
            raise HTTPError(404)
        self.render(
            "answers.html",
            item=item,
            grades=grades,
            first=answer_path(to_be_read(grades)[:1]),
            names=self.desk.names,
            status=status_in_words,
            points=points_in_words,
        )


class Answer(Page):
    """The page of one answer, with its rubric and a form for points."""

    def get(self, folder: str, item: str) -> None:
        """Show the answer, with the points and the comment that it has."""
        grade = self.grade(folder, item)
        given = "" if grade.given is None else f"{grade.given:g}"
        self.show(grade, given, grade.comment)

    def post(self, folder: str, item: str) -> None:
        """Save points, and go to the next one; what cannot be saved is shown again."""
        grade = self.grade(folder, item)
        points, comment = (
            self.get_body_argument("points", ""),
            self.get_body_argument("comment", ""),
        )
        try:
            mark = Mark(
                grade.learner,
                item,
                points_from(points),
                comment,
                self.get_body_argument("answer", ""),
                self.desk.by,
            )
            give_mark(self.desk.room, self.desk.gradebook, mark)
        except ValueError as error:
            self.set_status(400)
            self.show(self.grade(folder, item), points, comment, str(error))
            return
        except OSError as error:
            self.set_status(507)
            self.show(grade, points, comment, str(error))
            return
        rest = [one for one in to_be_read(self.desk.grades(item)) if one.folder > folder]
        rest = rest or to_be_read(self.desk.grades(item))
        self.redirect(answer_path(rest[:1]) or "/", status=303)

    def grade(self, folder: str, item: str) -> Grade:
        """The grade that a page is about.

        Raises:
            HTTPError: 404, there is none.
        """
        matching = [one for one in self.desk.grades(item) if one.folder == folder]
        if not matching:
            raise HTTPError(404)
        return matching[0]

    def show(self, grade: Grade, points: str, comment: str, problem: str = "") -> None:
        """Render the page, with the points and the comment that were typed."""
        assignment = self.desk.assignments[grade.chapter]
        self.render(
            "answer.html",
            grade=grade,
            question=question_of(assignment, grade.item),
            answer=answer_text(self.desk.room, assignment, grade),
            left=len(to_be_read(self.desk.grades(grade.item))),
            typed_points=points,
            typed_comment=comment,
            problem=problem,
            names=self.desk.names,
        )


def points_from(text: str) -> float:
    """Points as they were typed.

    Raises:
        ValueError: it is no number.
    """
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"expected points as a number, got {text!r}") from error


class Style(Page):
    """The style sheet of all pages, which their policy lets come from here only."""

    def get(self) -> None:
        """Send the style sheet."""
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish((TEMPLATES / "style.css").read_bytes())


class NotFound(Page):
    """What any other address gets."""

    def get(self) -> None:
        """Refuse.

        Raises:
            HTTPError: 404, always.
        """
        raise HTTPError(404)


def answer_path(grades: list[Grade]) -> str:
    """Where the first of some answers is read."""
    return f"/answer/{grades[0].folder}/{grades[0].item}" if grades else ""


def application(desk: Desk) -> Application:
    """The site: an address for each page, templates, and a guard against forged forms."""
    with_desk = {"desk": desk}
    return Application(
        [
            (r"/", Questions, with_desk),
            (r"/style\.css", Style, with_desk),
            (r"/item/([\w.]+)", Answers, with_desk),
            (r"/answer/(learner-\d+)/([\w.]+)", Answer, with_desk),
        ],
        default_handler_class=NotFound,
        default_handler_args=with_desk,
        template_path=str(TEMPLATES),
        xsrf_cookies=True,
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict"},
    )


def new_token() -> str:
    """What a browser must show once: 32 random bytes, safe in an address."""
    return secrets.token_urlsafe(32)


async def serve(desk: Desk, port: int) -> None:
    """Answer until it is stopped; port 0 takes a free one."""
    sockets = bind_sockets(port, address="127.0.0.1")
    server = HTTPServer(application(desk), max_body_size=1 << 20)
    server.add_sockets(sockets)
    port = sockets[0].getsockname()[1]
    print(
        f"Read answers at http://127.0.0.1:{port}/?token={desk.token} (stop with Ctrl-C)",
        flush=True,
    )
    try:
        await asyncio.Event().wait()
    finally:
        server.stop()
