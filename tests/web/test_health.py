"""Health, figures, desktop files."""

import asyncio
from collections.abc import Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cti.services.figures import ByLabel
from cti.web.parts import WebLimits
from cti.web.server import build_app, start
from tests.web.conftest import OpenBrowser, OpenDesk, OpenWorld
from tests.web.parts import World
from tests.web.samples import call


async def test_healthz_says_only_that_we_live(world: World, open_browser: OpenBrowser) -> None:
    world.there["redis"] = False
    browser = await open_browser(world)
    assert (await browser.request("GET", "/healthz"))[:2] == (200, {"ok": True})


async def test_readyz_is_200_when_all_parts_are_there(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world)
    status, body, _ = await browser.request("GET", "/readyz")
    assert (status, body["ready"], body["missing"]) == (200, True, [])


@pytest.mark.parametrize("part", ["redis", "asterisk", "sql", "tree"])
async def test_readyz_names_the_missing_part_in_words(
    world: World, open_browser: OpenBrowser, part: str
) -> None:
    world.there[part] = False
    browser = await open_browser(world)
    status, body, _ = await browser.request("GET", "/readyz", headers={"Accept-Language": "en"})
    assert status == 503
    assert [one["part"] for one in body["missing"]] == [part]
    assert len(body["missing"][0]["message"]) > 20


async def test_metrics_count_agents_calls_and_parts(
    world: World, open_browser: OpenBrowser, open_desk: OpenDesk
) -> None:
    world.desk.calls = {"c-1": call("c-1"), "c-2": call("c-2")}
    world.there["sql"] = False
    desk = await open_desk(world)
    await desk.resume()
    browser = await open_browser(world)
    _, page, _ = await browser.request("GET", "/metrics")
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    expected: Mapping[tuple[str, ...], float] = {
        ("cti_agents", "idle", "ready"): 2,
        ("cti_calls", "waiting"): 2,
        ("cti_calls_waiting", "motor"): 2,
        ("cti_up", "redis"): 1,
        ("cti_up", "sql"): 0,
        ("cti_desktops",): 1,
        ("cti_events_total",): 0,
        ("cti_ami_queue",): 3,
    }
    assert expected.items() <= found.items()


async def test_a_part_without_a_sentence_of_its_own_is_still_named(
    world: World, open_browser: OpenBrowser
) -> None:
    world.there["recorder"] = False
    browser = await open_browser(world)
    status, body, _ = await browser.request("GET", "/readyz")
    assert (status, "recorder" in body["missing"][0]["message"]) == (503, True)


async def test_no_figure_is_given_twice(world: World, open_browser: OpenBrowser) -> None:
    world.gauges = {"calls": 9.0, "calls_waiting": 9.0, "ami_queue": 3.0}
    browser = await open_browser(world)
    _, page, _ = await browser.request("GET", "/metrics")
    names = [line.split()[2] for line in page.splitlines() if line.startswith("# TYPE")]
    assert sorted(names) == sorted(set(names))


async def test_a_figure_may_have_one_value_for_each_label(
    world: World, open_browser: OpenBrowser
) -> None:
    world.gauges = {"callback_invariant_broken": ByLabel("rule", {"order_kept": 0, "two": 1})}
    browser = await open_browser(world)
    _, page, _ = await browser.request("GET", "/metrics")
    assert 'cti_callback_invariant_broken{rule="order_kept"} 0.0' in page
    assert 'cti_callback_invariant_broken{rule="two"} 1.0' in page


async def test_the_desktops_own_paths_all_get_its_first_page(
    world: World, open_browser: OpenBrowser
) -> None:
    browser = await open_browser(world)
    for path in ("/", "/board", "/calls/c-1", "/index.html"):
        status, page, headers = await browser.request("GET", path)
        assert (status, "95518" in page) == (200, True), path
        assert headers["Cache-Control"] == "no-cache"


async def test_assets_may_be_kept_for_ever(world: World, open_browser: OpenBrowser) -> None:
    browser = await open_browser(world)
    status, _, headers = await browser.request("GET", "/assets/index-1a2b.js")
    assert (status, "immutable" in headers["Cache-Control"]) == (200, True)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "//etc/passwd.",
        "/missing.js",
        "/%00.js",
        f"/{'x' * 5000}.js",
    ],
)
async def test_no_path_leads_out_of_the_folder(world: World, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    assert answer.split()[1] == b"404"
    assert b"secret" not in answer.split(b"\r\n\r\n")[1]


async def test_a_desktop_that_was_not_built_is_named(
    world: World, open_browser: OpenBrowser
) -> None:
    (world.static / "index.html").unlink()
    browser = await open_browser(world)
    status, body, _ = await browser.request("GET", "/")
    assert (status, body["code"]) == (404, "desktop.missing")


@pytest.mark.parametrize(
    "probe",
    [b"\x00\x01\x02\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"SSH-2.0-x\r\n", b"A" * 20_000],
    ids=["zeros", "tls", "ssh", "long line"],
)
async def test_a_port_probe_is_closed_and_harms_nobody(
    world: World, open_browser: OpenBrowser, probe: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write(probe + b"\r\n\r\n")
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    assert answer == b"" or answer.startswith(b"HTTP/1.")
    assert b"Traceback" not in answer
    browser = await open_browser(world)
    assert (await browser.request("GET", "/healthz"))[0] == 200


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHo"], ids=["nothing", "half a request"])
async def test_a_half_open_connection_is_closed(open_world: OpenWorld, said: bytes) -> None:
    world = await open_world(limits=WebLimits(silent_s=0.1))
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write(said)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


async def test_a_taken_port_is_an_error_of_its_own(world: World) -> None:
    with pytest.raises(OSError, match="in use"):
        await start(build_app(world.parts), "127.0.0.1", world.port)
