"""Every operation of the HTTP interface answers as its document says, whatever is sent to it."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cti.web import openapi
from cti.web.parts import WebLimits
from cti.web.server import ROUTES
from tests.web.parts import World
from tests.web.samples import PASSWORD

Operation = schemathesis.schemas.APIOperation[Any, Any, Any, Any]
PATIENT = WebLimits(wrong_passwords=10_000, wrong_passwords_of_one_address=10_000)
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EXAMPLES = 12
_DOCUMENT = schemathesis.openapi.from_dict(openapi.document(ROUTES))
OPERATIONS = {
    found.ok().label: found.ok()
    for found in _DOCUMENT.get_all_operations()
    if isinstance(found, Ok)
}
ASKABLE = {
    label: one for label, one in OPERATIONS.items() if one.query or one.body or one.path_parameters
}
"""Those that take anything at all, so that it can be wrong."""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in a thread of its own: those who ask it here block."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "index.html").write_text("95518", "utf-8")
    started, over = threading.Event(), threading.Event()
    origins: list[str] = []

    async def serve() -> None:
        async with World(folder, limits=PATIENT) as world:
            origins.append(world.origin)
            started.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(10)
    yield origins[0]
    over.set()
    thread.join(10)


def signed_in(origin: str) -> requests.Session:
    """An admin's browser."""
    browser = requests.Session()
    browser.headers.update({"Origin": origin, "X-Requested-With": "cti"})
    credentials = {"login": "admin", "password": PASSWORD}
    assert browser.post(f"{origin}/api/v1/session", json=credentials, timeout=10).status_code == 200
    return browser


@pytest.mark.parametrize("label", OPERATIONS)
def test_a_right_request_is_answered_as_documented(origin: str, label: str) -> None:
    ask(origin, OPERATIONS[label], GenerationMode.POSITIVE)


@pytest.mark.parametrize("label", ASKABLE)
def test_a_wrong_request_is_answered_as_documented(origin: str, label: str) -> None:
    ask(origin, ASKABLE[label], GenerationMode.NEGATIVE)


def ask(origin: str, operation: Operation, mode: GenerationMode) -> None:
    """Send what fits the document, or what does not; each answer is one that the document names, and
    none is a failure of ours."""
    browser = signed_in(origin)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case[Any]) -> None:
        response = case.call(base_url=origin, session=browser, timeout=10)
        case.validate_response(response, checks=CHECKS)

    answered()
