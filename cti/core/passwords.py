"""Which passwords people may choose, by NIST SP 800-63B: long enough, not one that everybody tries; no rule
about what it is made of, and no date on which it ends. Pure.
"""

import re
from enum import StrEnum

SHORTEST, LONGEST = 10, 256
RUNS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
"""Rows of keys and rows of signs, forwards; backwards they are as easy."""
RUN_LENGTH = 4
_LISTED = """
95518 abc abcd admin administrator agent aa asd asdf asdfgh asdfghjkl baidu beijing callcenter changeme
china dragon football guest hello hotline huawei iloveyou insurance jesus letmein login manager master
monkey mima nihao pass password picc princess qaz qazwsx qinghai qq qwe qwer qwert qwerty qwertyuiop
root secret server shadow staff sunshine superman supervisor system taobao temp temporary test tester
tianxia user wangluo wechat weixin welcome woaini woainima xining zaq zaqwsx zhongguo zxc zxcv zxcvbn
保险 密码 口令 人保 您好 你好 中国 欢迎 管理员 坐席 座席
"""
WORDS = tuple(sorted(_LISTED.split(), key=len, reverse=True))
"""What a guess begins with: words of everybody, of keyboards, and of this hotline; the long ones first."""
_PLAIN = str.maketrans("@$013457!", "asoleasti")
_FILLING = re.compile(r"[\W\d_]+")


class Weak(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    LIKE_LOGIN = "like_login"


def weakness(password: str, login: str, name: str = "") -> Weak | None:
    """What is wrong with a password that somebody chose; None for a good one."""
    if len(password) < SHORTEST:
        return Weak.TOO_SHORT
    if len(password) > LONGEST:
        return Weak.TOO_LONG
    low = password.casefold()
    if any(each and each in low and len(low) - len(each) < SHORTEST for each in _own(login, name)):
        return Weak.LIKE_LOGIN
    return Weak.COMMON if _is_common(low) else None


def _own(login: str, name: str) -> tuple[str, str]:
    return login.casefold(), name.casefold()


def _is_common(low: str) -> bool:
    """Little is left of it without repeats, rows of keys, well-known words, and what is put around them."""
    if len(set(low)) <= 2 or _repeats(low):
        return True
    return any(len(_rest(each)) < RUN_LENGTH for each in (low, low.translate(_PLAIN)))


def _repeats(low: str) -> bool:
    """The same few signs over and over."""
    return any(len(low) % n == 0 and low == low[:n] * (len(low) // n) for n in range(1, 5))


def _rest(low: str) -> str:
    low = _without_runs(low)
    for word in WORDS:
        low = low.replace(word, " ")
    return low if low.isdecimal() else _FILLING.sub("", low)


def _without_runs(low: str) -> str:
    rows = [*RUNS, *(row[::-1] for row in RUNS)]
    found, place = "", 0
    while place < len(low):
        length = max(_along(row, low, place) for row in rows)
        if length < RUN_LENGTH:
            found += low[place]
            length = 1
        place += length
    return found


def _along(row: str, low: str, place: int) -> int:
    """How many signs from ``place`` on stand in the row one after the other."""
    start = row.find(low[place])
    if start < 0:
        return 0
    length = 0
    while (
        place + length < len(low)
        and start + length < len(row)
        and row[start + length] == low[place + length]
    ):
        length += 1
    return length
