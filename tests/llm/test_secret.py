from __future__ import annotations

import concurrent.futures

from broadsheet.llm.secret import SIZE, installation_secret


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    made = installation_secret(tmp_path / "data")
    assert len(made) == SIZE
    assert installation_secret(tmp_path / "data") == made
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]


def test_two_installations_have_two_secrets(tmp_path):
    assert installation_secret(tmp_path / "a") != installation_secret(tmp_path / "b")


def test_runs_that_begin_together_agree(tmp_path):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(installation_secret, [tmp_path / "data"] * 32))) == 1


def test_a_secret_cut_short_is_made_anew(tmp_path):
    (tmp_path / "secret").write_bytes(b"short")
    made = installation_secret(tmp_path)
    assert len(made) == SIZE
    assert (tmp_path / "secret").read_bytes() == made


def test_where_none_can_be_kept_there_is_one_all_the_same(tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert len(installation_secret(tmp_path / "file")) == SIZE
