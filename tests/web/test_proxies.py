"""Behind a reverse proxy: whose address counts, and who is believed."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from cti.web.proxies import Arrival, Proxies, Told
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.fake_sip import MemorySecrets, phones_of
from tests.web.samples import PASSWORD

OUTER, INNER = "192.0.2.10", "10.1.0.5"
BROWSER, FORGED = "203.0.113.7", "198.51.100.66"
TRUSTED = (ip_network("10.1.0.0/16"), ip_network(OUTER), ip_network("2001:db8:f::/48"))
HERE = Proxies((ip_network("127.0.0.0/8"),))


def came(
    *headers: tuple[str, str], remote: str = INNER, told: Told = "x-forwarded-for"
) -> tuple[str, bool]:
    found = Proxies(TRUSTED, told).arrival(Arrival(remote, False), CIMultiDict(headers))
    return found.address, found.secure


@pytest.mark.parametrize(
    ("listed", "address"),
    [
        (BROWSER, BROWSER),
        (f"{BROWSER}, {OUTER}", BROWSER),
        (f"{FORGED}, {BROWSER}", BROWSER),
        (f"{FORGED}, {INNER}, {BROWSER}, {OUTER}", BROWSER),
        (f"{BROWSER}:4711", BROWSER),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        (f"::ffff:{BROWSER}", BROWSER),
        ("unknown", INNER),
        (f"{FORGED}, unknown, {OUTER}", OUTER),
        ("", INNER),
        (", ,", INNER),
        ("1" * 9000, INNER),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours_is_the_browsers(
    listed: str, address: str
) -> None:
    assert came(("X-Forwarded-For", listed))[0] == address


def test_lines_of_the_header_are_one_list() -> None:
    lines = ("X-Forwarded-For", FORGED), ("X-Forwarded-For", BROWSER)
    assert came(*lines)[0] == BROWSER


def test_who_is_no_proxy_of_ours_is_not_believed() -> None:
    said = ("X-Forwarded-For", FORGED), ("X-Forwarded-Proto", "https")
    assert came(*said, remote=BROWSER) == (BROWSER, False)
    assert came(*said, remote="") == ("", False)


def test_the_last_proxy_says_whether_it_was_https() -> None:
    assert came(("X-Forwarded-Proto", "https")) == (INNER, True)
    assert came(("X-Forwarded-For", BROWSER), ("X-Forwarded-Proto", "HTTPS")) == (BROWSER, True)
    assert came(("X-Forwarded-Proto", "https, http")) == (INNER, False)


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        (f"for={BROWSER};proto=https", (BROWSER, True)),
        (f"For={BROWSER};Proto=https;by=10.1.0.5, for={OUTER};proto=http", (BROWSER, True)),
        ('for="[2001:db8::7]:4711";proto=http', ("2001:db8::7", False)),
        (f"for={FORGED};proto=https, for={BROWSER}", (BROWSER, False)),
        ("for=_hidden;proto=https", (INNER, False)),
        ('for="', (INNER, False)),
    ],
)
def test_the_header_of_rfc_7239_is_read_where_it_is_the_one(
    listed: str, found: tuple[str, bool]
) -> None:
    assert came(("Forwarded", listed), told="forwarded") == found


def test_the_header_that_our_proxies_do_not_write_is_the_browsers_own_word() -> None:
    assert came(("Forwarded", f"for={FORGED};proto=https")) == (INNER, False)
    assert came(("X-Forwarded-For", FORGED), told="forwarded") == (INNER, False)


@given(st.text(max_size=80), st.sampled_from(["x-forwarded-for", "forwarded"]))
def test_no_header_breaks_it(text: str, told: Told) -> None:
    came(("X-Forwarded-For", text), ("Forwarded", text), ("X-Forwarded-Proto", text), told=told)


def by(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}


async def test_guesses_are_counted_by_the_browsers_address(
    open_world: OpenWorld, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(await open_world(proxies=HERE))
    wrong = {"login": "ma", "password": "wrong"}
    right = {"login": "ma", "password": PASSWORD}

    async def tried(body: dict[str, str], address: str) -> int:
        path = "/api/v1/session"
        return (await browser.request("POST", path, json=body, headers=by(address)))[0]

    assert [await tried(wrong, FORGED) for _ in range(6)] == [401] * 5 + [429]
    assert await tried(right, BROWSER) == 200


async def test_a_forged_list_gives_nobody_another_try(
    open_world: OpenWorld, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(await open_world())
    body = {"login": "ma", "password": "wrong"}
    found = [
        (await browser.request("POST", "/api/v1/session", json=body, headers=by(f"203.0.113.{n}")))[
            0
        ]
        for n in range(6)
    ]
    assert found == [401] * 5 + [429]


@pytest.mark.parametrize(("proxies", "secure"), [(HERE, True), (Proxies(), False)])
async def test_the_cookie_is_for_https_where_a_proxy_of_ours_says_so(
    open_world: OpenWorld, open_browser: OpenBrowser, proxies: Proxies, secure: bool
) -> None:
    browser = await open_browser(await open_world(proxies=proxies))
    body = {"login": "ma", "password": PASSWORD}
    _, _, headers = await browser.request("POST", "/api/v1/session", json=body, headers=by(BROWSER))
    assert ("Secure" in headers["Set-Cookie"]) is secure
    assert ("Strict-Transport-Security" in headers) is secure


async def test_a_page_behind_a_proxy_is_told_its_own_address_for_its_sound(
    open_world: OpenWorld, open_browser: OpenBrowser
) -> None:
    world = await open_world(proxies=HERE, phone=phones_of(MemorySecrets(), 1))
    browser = await open_browser(world, "ma")
    _, told, _ = await browser.request("GET", "/api/v1/phone", headers={"X-Forwarded-For": BROWSER})
    assert told["address"] == BROWSER
