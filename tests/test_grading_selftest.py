"""Where no sandbox holds, the reason is told, and what to do about it."""

import os

import pytest

from attention_course.grading.sandbox import NoSandboxError
from attention_course.grading.selftest import find_box, remedy

UID_MAP = "bubblewrap: the sandbox ended: bwrap: setting up uid map: Permission denied"


@pytest.mark.parametrize(
    ("tried", "setting", "says"),
    [
        ([], None, "install bubblewrap"),
        (["podman: it does not start"], None, "install bubblewrap"),
        ([UID_MAP], "1", "the profile /etc/apparmor.d/bwrap is missing; add it with: printf"),
        ([UID_MAP], None, "the profile /etc/apparmor.d/bwrap is missing"),
        (["bubblewrap: bwrap: loopback: Failed RTM_NEWADDR: No"], "1", "/etc/apparmor.d/bwrap"),
        (["bubblewrap: bwrap: No permissions to create new namespace"], None, "in a container"),
        (["bubblewrap: code inside was root"], "0", "find out why"),
    ],
)
def test_what_keeps_bubblewrap_from_working_is_told_with_its_remedy(tmp_path, tried, setting, says):
    file = tmp_path / "restricted"
    if setting is not None:
        file.write_text(f"{setting}\n")
    advice = remedy(tried, file)
    assert says in advice
    assert ("install" in advice) == (not any("bubblewrap" in one for one in tried))


def test_a_bubblewrap_that_may_make_no_user_namespace_names_the_profile(tmp_path, monkeypatch):
    says = "bwrap: setting up uid map: Permission denied"
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(NoSandboxError) as refused:
        find_box()
    assert "the profile /etc/apparmor.d/bwrap is missing" in str(refused.value)
    assert "apt install bubblewrap" not in str(refused.value)
    assert "\n" not in str(refused.value)
