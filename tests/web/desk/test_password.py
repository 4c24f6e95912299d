"""The password of a desk that others reach: asked for once, kept as a hash, never short."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from broadsheet.errors import ConfigError, StateError
from broadsheet.web.desk.password import SHORTEST, hash_password, keep_password, knows_password

GOOD = "four wet knots in hemp"


def refuse() -> str:
    raise AssertionError("nobody is to be asked")


def test_a_password_is_kept_as_a_hash_that_its_owner_alone_can_read(tmp_path: Path) -> None:
    file = tmp_path / "below" / "desk-password"
    kept = keep_password(file, given=GOOD, ask=refuse)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().strip() == kept
    assert "knots" not in kept
    assert keep_password(file, given=None, ask=refuse) == kept
    assert keep_password(file, given=GOOD, ask=refuse) == kept
    assert (knows_password(kept, GOOD), knows_password(kept, f"{GOOD} ")) == (True, False)


def test_two_desks_with_one_password_have_two_hashes() -> None:
    assert hash_password(GOOD) != hash_password(GOOD)


def test_another_password_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "desk-password"
    keep_password(file, given=GOOD, ask=None)
    kept = keep_password(file, given="seven lamps burn blue", ask=None)
    assert (knows_password(kept, GOOD), knows_password(kept, "seven lamps burn blue")) == (False, True)


def test_whoever_starts_a_desk_in_a_terminal_is_asked(tmp_path: Path) -> None:
    kept = keep_password(tmp_path / "desk-password", given=None, ask=lambda: GOOD)
    assert knows_password(kept, GOOD)


@pytest.mark.parametrize(("given", "said"), [(None, "needs a password"), ("x" * (SHORTEST - 1), "at least 15")])
def test_without_a_password_or_with_a_short_one_nothing_is_kept(tmp_path: Path, given: str | None, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        keep_password(tmp_path / "desk-password", given=given, ask=None)
    assert list(tmp_path.iterdir()) == []


def test_a_password_that_cannot_be_kept_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk-password").mkdir()
    with pytest.raises(StateError, match="desk-password: cannot be read or written"):
        keep_password(tmp_path / "desk-password", given=GOOD, ask=None)


@pytest.mark.parametrize("kept", ["", "scrypt$", "scrypt$x$y", "scrypt$AAAA$", GOOD])
def test_a_hash_that_is_damaged_is_nobodys_password(kept: str) -> None:
    assert not knows_password(kept, "")
    assert not knows_password(kept, GOOD)
