"""Secrets come from the environment or from one private file each."""

import stat
from pathlib import Path

import pytest

from cti.secret_files import SecretMissing, Secrets


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "ami").write_text("from-file", "utf-8")
    assert Secrets(tmp_path, {"CTI_SECRET_AMI": "from-env"}).get("ami") == "from-env"


def test_a_files_last_line_feed_is_not_part_of_the_secret(tmp_path: Path) -> None:
    (tmp_path / "ami").write_text("quiet\n", "utf-8")
    assert Secrets(tmp_path, {}).get("ami") == "quiet"


def test_a_missing_secret_says_both_places_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match=r"CTI_SECRET_SIP_8001 is not set and .*/sip_8001"):
        Secrets(tmp_path, {}).get("sip_8001")


def test_a_made_secret_is_kept(tmp_path: Path) -> None:
    made = Secrets(tmp_path / "new", {}).get_or_make("login_1001")
    assert Secrets(tmp_path / "new", {}).get_or_make("login_1001") == made


def test_made_secrets_differ_and_are_long(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {})
    made = {secrets.get_or_make(f"sip_{number}") for number in range(20)}
    assert len(made) == 20
    assert min(map(len, made)) >= 16


def test_a_made_secret_has_no_character_that_asterisk_reads_otherwise(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {})
    for number in range(50):
        made = secrets.get_or_make(f"sip_{number}")
        assert made.replace("_", "").isalnum()
        assert made.isascii()


def test_a_made_secret_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    Secrets(folder, {}).get_or_make("ami")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "ami").stat().st_mode) == 0o600


def test_a_secret_of_the_environment_is_not_written_down(tmp_path: Path) -> None:
    assert Secrets(tmp_path, {"CTI_SECRET_AMI": "quiet"}).get_or_make("ami") == "quiet"
    assert list(tmp_path.iterdir()) == []
