"""The web application: the list of routes, and what surrounds all of them."""

import ssl
from collections.abc import AsyncIterator

from aiohttp import web

from cti.web import (
    blocking_api,
    call_search,
    callbacks_api,
    calls_api,
    commands_api,
    health,
    knowledge_api,
    measures_api,
    modes_api,
    openapi,
    options_api,
    phone_api,
    recordings_api,
    reports_api,
    session_api,
    sms_api,
    staffing_api,
    versions_api,
    why_api,
    work_api,
    wrap_ups_api,
)
from cti.web.admin_answers import close_admin
from cti.web.admin_routes import ADMIN_ROUTES
from cti.web.auth import (
    ADMINS,
    CONTROLLERS,
    EVERYBODY,
    HOLDERS,
    REVEALERS,
    SUPERVISION,
    Attempts,
    for_machines,
    guarded,
)
from cti.web.board_feed import show_board
from cti.web.caller_socket import READERS, caller_socket
from cti.web.errors import errors
from cti.web.hub import HUB, Hub
from cti.web.parts import PARTS, WebParts
from cti.web.proxies import PROXIES, arrival
from cti.web.routes import Route
from cti.web.session_api import ATTEMPTS
from cti.web.sip_proxy import SIP_PHONES, SipPhones, sip_client, sip_socket
from cti.web.socket import socket
from cti.web.static import desktop
from cti.web.tasks import Tasks
from cti.web.windows import Windows

ROUTES = (
    Route("POST", "/api/v1/session", session_api.sign_in, None),
    Route("GET", "/api/v1/session", session_api.session, EVERYBODY, at_the_door=True),
    Route("DELETE", "/api/v1/session", session_api.sign_out, EVERYBODY, at_the_door=True),
    Route(
        "POST",
        "/api/v1/session/password",
        session_api.change_password,
        EVERYBODY,
        at_the_door=True,
    ),
    Route("GET", "/api/v1/options", options_api.options, EVERYBODY),
    Route("GET", "/api/v1/phone", phone_api.phone, EVERYBODY),
    Route("GET", "/api/v1/caller-phone", phone_api.caller_phone, None),
    Route("POST", "/api/v1/commands", commands_api.command, EVERYBODY),
    Route("GET", "/api/v1/calls", call_search.calls, EVERYBODY),
    Route("GET", "/api/v1/calls/export", call_search.export, SUPERVISION, slow=True),
    Route("GET", "/api/v1/calls/{call_id}/story", calls_api.story, EVERYBODY),
    Route("GET", "/api/v1/calls/{call_id}/why", why_api.why, SUPERVISION),
    Route("POST", "/api/v1/calls/{call_id}/reveal", calls_api.reveal, REVEALERS),
    Route("POST", "/api/v1/calls/{call_id}/acknowledge", callbacks_api.acknowledge, CONTROLLERS),
    Route("PUT", "/api/v1/calls/{call_id}/wrap-up", wrap_ups_api.correct, CONTROLLERS),
    Route("GET", "/api/v1/wrap-up-drafts", wrap_ups_api.drafts, EVERYBODY),
    Route("PUT", "/api/v1/wrap-up-drafts/{call_id}", wrap_ups_api.keep_draft, EVERYBODY),
    Route("DELETE", "/api/v1/wrap-up-drafts/{call_id}", wrap_ups_api.drop_draft, EVERYBODY),
    Route("GET", "/api/v1/knowledge", knowledge_api.knowledge, EVERYBODY),
    Route("GET", "/api/v1/callbacks", callbacks_api.callbacks, SUPERVISION),
    Route("DELETE", "/api/v1/callbacks/{call_id}", callbacks_api.cancel, CONTROLLERS),
    Route("GET", "/api/v1/figures/own", measures_api.own_day, EVERYBODY),
    Route("GET", "/api/v1/measures", measures_api.measures, EVERYBODY),
    Route("GET", "/api/v1/measures/calls", measures_api.behind, EVERYBODY),
    Route("GET", "/api/v1/measures/waiting", measures_api.waiting, SUPERVISION, slow=True),
    Route("GET", "/api/v1/measures/figures", measures_api.definitions, EVERYBODY),
    Route("GET", "/api/v1/reports", reports_api.reports, SUPERVISION),
    Route("GET", "/api/v1/reports/{name}", reports_api.report, SUPERVISION, slow=True),
    Route("GET", "/api/v1/wallboard", measures_api.wallboard, SUPERVISION),
    Route("GET", "/api/v1/modes", modes_api.modes, EVERYBODY),
    Route("PUT", "/api/v1/modes/{mode}", modes_api.switch, CONTROLLERS),
    Route("GET", "/api/v1/staffing", staffing_api.staffing, SUPERVISION),
    Route("GET", "/api/v1/blocked", blocking_api.listed, CONTROLLERS),
    Route("POST", "/api/v1/blocked", blocking_api.block, CONTROLLERS),
    Route("POST", "/api/v1/blocked/{block_id}/lift", blocking_api.lift, CONTROLLERS),
    Route("GET", "/api/v1/versions", versions_api.versions, SUPERVISION),
    Route("POST", "/api/v1/versions", versions_api.publish, ADMINS),
    Route("POST", "/api/v1/versions/rollback", versions_api.roll_back, ADMINS),
    Route("POST", "/api/v1/versions/promote", versions_api.promote, ADMINS),
    Route("GET", "/api/v1/versions/shadow", versions_api.shadow, SUPERVISION),
    Route("DELETE", "/api/v1/versions/shadow", versions_api.end_shadow, ADMINS),
    Route("GET", "/api/v1/versions/{number}", versions_api.version, SUPERVISION),
    Route("POST", "/api/v1/versions/{number}/rollback", versions_api.roll_back, ADMINS),
    Route("GET", "/api/v1/work-items", work_api.work_items, EVERYBODY),
    Route("POST", "/api/v1/work-items/{item_id}/take", work_api.take, REVEALERS),
    Route("POST", "/api/v1/work-items/{item_id}/close", work_api.close, REVEALERS),
    Route("POST", "/api/v1/work-items/{item_id}/reveal", work_api.reveal, REVEALERS),
    Route("GET", "/api/v1/work-items/{item_id}/audio", work_api.audio, REVEALERS),
    Route("GET", "/api/v1/recordings", recordings_api.recordings, EVERYBODY),
    Route("GET", "/api/v1/recordings/{recording_id}", recordings_api.recording, EVERYBODY),
    Route("GET", "/api/v1/recordings/{recording_id}/audio", recordings_api.audio, EVERYBODY),
    Route("POST", "/api/v1/recordings/{recording_id}/hold", recordings_api.hold, HOLDERS),
    Route("POST", "/api/v1/recordings/{recording_id}/release", recordings_api.release, HOLDERS),
    Route("POST", "/api/v1/sms/receipts", sms_api.receipts, None, machine=True),
    Route("POST", "/api/v1/sms/inbound", sms_api.inbound, None, machine=True),
    *ADMIN_ROUTES,
    Route("GET", "/healthz", health.healthz, None),
    Route("GET", "/readyz", health.readyz, None),
    Route("GET", "/metrics", health.metrics, None),
    Route("GET", "/api/openapi.json", openapi.serve, None),
)
SOCKETS = {"/ws": socket, "/ws/caller": caller_socket, phone_api.SIP_PATH: sip_socket}

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; "
        "img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Server": "cti",
}
HTTPS_ONLY = "max-age=31536000"
"""A year (RFC 6797); a browser that came by https never asks by http again."""


def build_app(parts: WebParts) -> web.Application:
    """The application over its ports. It runs the hub itself; ``parts.feed.run`` is the caller's."""
    app = web.Application(middlewares=[errors], client_max_size=parts.limits.body_bytes)
    app[PARTS], app[PROXIES] = parts, parts.proxies
    app[HUB] = Hub(parts)
    limits = parts.limits
    app[ATTEMPTS] = Attempts(
        limits.wrong_passwords,
        limits.wrong_passwords_of_one_address,
        limits.wrong_passwords_an_hour,
    )
    app[openapi.DOCUMENT] = openapi.document(ROUTES)
    for route in ROUTES:
        serve = for_machines(route.serve) if route.machine else guarded(route)
        app.router.add_route(route.method, route.path, serve)
    for path, serve_socket in SOCKETS.items():
        app.router.add_get(path, serve_socket)
    app.router.add_get("/{path:.*}", desktop)
    app.on_response_prepare.append(_secure)
    app[SIP_PHONES], app[READERS] = SipPhones(), Tasks()
    app[phone_api.PAGES] = Windows(phone_api.PAGES_A_MINUTE, 60.0)
    app.cleanup_ctx.append(sip_client)
    app.cleanup_ctx.append(_hub_runs)
    app.on_shutdown.append(_sockets_close)
    app.on_cleanup.append(close_admin)
    return app


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SECURITY_HEADERS)
    if arrival(request).secure:
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    if request.path.startswith("/api/"):
        response.headers["Cache-Control"] = "no-store"


async def _hub_runs(app: web.Application) -> AsyncIterator[None]:
    hub = app[HUB]
    hub.tasks.spawn(hub.run())
    hub.tasks.spawn(hub.watch_sessions())
    hub.tasks.spawn(show_board(hub, app[PARTS]))
    yield
    await hub.tasks.close()


async def _sockets_close(app: web.Application) -> None:
    app[SIP_PHONES].end_all()
    await app[READERS].close()
    await app[HUB].close_all()


async def start(
    app: web.Application, host: str, port: int, tls: ssl.SSLContext | None = None
) -> tuple[web.AppRunner, int]:
    """Serve on host:port (0: any free one); the runner, to be cleaned up, and the port taken.

    Connections that ask nothing within ``silent_s`` are closed. Raises OSError: the port is taken.
    """
    silent_s = app[PARTS].limits.silent_s
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=silent_s, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024, ssl_context=tls).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, int(runner.addresses[0][1])
