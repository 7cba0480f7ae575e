"""What monitoring asks for is what the running service tells."""

import json
import re
from pathlib import Path

import pytest

from tests.asterisk.house import DIRECT, House

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(120)]

DOCS = Path(__file__).parents[2] / "docs"
METRIC = re.compile(r"\bcti_[a-z_]+")
SAMPLES = re.compile(r"_(bucket|sum|count)$")


async def page(house: House) -> str:
    async with house.http.get(f"{house.site.url}/metrics") as answer:
        return await answer.text()


def told(text: str) -> set[str]:
    """The metrics of a page, as queries name them."""
    found = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        found.add(f"{name.removesuffix('_total')}_total" if kind == "counter" else name)
    return found


def asked(text: str) -> set[str]:
    return {SAMPLES.sub("", name) for name in METRIC.findall(text)}


async def test_every_metric_of_the_dashboard_is_there(house: House) -> None:
    dashboard = json.loads((DOCS / "monitoring" / "grafana.json").read_text("utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert asked(" ".join(queries)) - told(await page(house)) == set()


@pytest.mark.parametrize("name", ["monitoring/alerts.yaml", "monitoring.md"])
async def test_every_metric_of_the_papers_is_there(house: House, name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    assert asked(text) - told(await page(house)) == set()


async def test_an_answered_call_counts_once_in_each_counter(house: House) -> None:
    def value(text: str, sample: str) -> float:
        found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    samples = [
        "cti_calls_offered_total",
        'cti_queue_entered_total{queue="motor"}',
        'cti_queue_left_total{outcome="answered",queue="motor"}',
        'cti_queue_wait_seconds_count{queue="motor"}',
        'cti_talk_seconds_count{queue="motor"}',
        'cti_calls_cleared_total{by="caller"}',
    ]
    before = await page(house)
    await house.seats["1001"].ready()
    leg, call_id = await house.call(house.caller(), DIRECT["motor"])
    await house.event("established", call_id)
    leg.hang_up()
    await house.event("callCleared", call_id)
    after = await page(house)
    assert [value(after, each) - value(before, each) for each in samples] == [1.0] * len(samples)
