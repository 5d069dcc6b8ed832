"""The claims of the chapter of the same name: the notes make none."""

from attention_course.claims.record import Claim

CLAIMS: tuple[Claim, ...] = ()
