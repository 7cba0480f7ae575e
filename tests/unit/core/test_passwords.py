"""Which passwords are refused, and why."""

import pytest

from cti.core.passwords import LONGEST, Weak, weakness


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "春天的风吹过青海湖边",
        "k7mq-x2rd-9vtp",
        "mv8#tannenbaum",
        "xining-hat-schnee-im-mai",
        "9274618305",
    ],
)
def test_a_long_one_that_nobody_guesses_is_good(password: str) -> None:
    assert weakness(password, "1001", "马晓梅") is None


@pytest.mark.parametrize("password", ["", "short", "123456789", "Xk9#mQ2!p", "密码密码密码密码密"])
def test_under_ten_characters_is_too_short(password: str) -> None:
    assert weakness(password, "1001") is Weak.TOO_SHORT


def test_over_the_limit_is_too_long() -> None:
    assert weakness("ab3-" * LONGEST, "1001") is Weak.TOO_LONG


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "0987654321",
        "aaaaaaaaaaaa",
        "1212121212",
        "abcabcabcabc",
        "qwertyuiop",
        "Password123!",
        "p@ssw0rd2026",
        "PICC95518picc",
        "95518955189",
        "woaini5201314",
        "admin12345678",
        "1qaz2wsx3edc",
        "welcome-2026!!",
        "保险保险95518!",
    ],
)
def test_what_everybody_tries_is_common(password: str) -> None:
    assert weakness(password, "1001") is Weak.COMMON


@pytest.mark.parametrize("password", ["wangbanzhang", "Wangbanzhang1", "xwangbanzhang2026"])
def test_ones_own_login_with_little_around_it_is_refused(password: str) -> None:
    assert weakness(password, "wangbanzhang") is Weak.LIKE_LOGIN


def test_ones_own_name_with_little_around_it_is_refused() -> None:
    assert weakness("马晓梅马晓梅马晓梅马", "1001", "马晓梅") is Weak.LIKE_LOGIN
