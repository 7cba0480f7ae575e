"""The routes of the admin's page."""

from cti.services.ports import Role
from cti.web import (
    audit_api,
    drafts_api,
    forms_api,
    health_api,
    menu_api,
    schemas_api,
    users_api,
    words_api,
)
from cti.web.auth import ADMINS, SUPERVISION
from cti.web.routes import Route

AUDITORS = frozenset({Role.ADMIN, Role.AUDITOR})
_ADMIN = "/api/v1/admin"

ADMIN_ROUTES = (
    Route("GET", f"{_ADMIN}/draft", drafts_api.draft, ADMINS),
    Route("POST", f"{_ADMIN}/draft", drafts_api.begin, ADMINS),
    Route("DELETE", f"{_ADMIN}/draft", drafts_api.drop, ADMINS),
    Route("GET", f"{_ADMIN}/draft/file", drafts_api.file, ADMINS),
    Route("PUT", f"{_ADMIN}/draft/file", drafts_api.write, ADMINS),
    Route("DELETE", f"{_ADMIN}/draft/file", drafts_api.remove, ADMINS),
    Route("POST", f"{_ADMIN}/draft/check", drafts_api.check, ADMINS, slow=True),
    Route("POST", f"{_ADMIN}/draft/test", drafts_api.test, ADMINS),
    Route("GET", f"{_ADMIN}/draft/test", drafts_api.test_state, ADMINS),
    Route("DELETE", f"{_ADMIN}/draft/test", drafts_api.test_stop, ADMINS),
    Route("POST", f"{_ADMIN}/draft/speech", drafts_api.speak, ADMINS),
    Route("GET", f"{_ADMIN}/draft/speech", drafts_api.speech, ADMINS),
    Route("DELETE", f"{_ADMIN}/draft/speech", drafts_api.speech_stop, ADMINS),
    Route("GET", f"{_ADMIN}/draft/words", words_api.words, ADMINS),
    Route("GET", f"{_ADMIN}/sounds/{{folder}}/{{name}}", words_api.sound, ADMINS),
    Route("GET", f"{_ADMIN}/draft/diff", drafts_api.diff, ADMINS, slow=True),
    Route("POST", f"{_ADMIN}/draft/publish", drafts_api.publish, ADMINS, slow=True),
    Route("POST", f"{_ADMIN}/draft/apply", drafts_api.apply, ADMINS, slow=True),
    Route("GET", f"{_ADMIN}/schemas", schemas_api.schemas, ADMINS),
    Route("GET", f"{_ADMIN}/schemas/{{name}}", schemas_api.schema, ADMINS),
    Route("GET", f"{_ADMIN}/health", health_api.health, ADMINS),
    Route("GET", f"{_ADMIN}/forms", forms_api.forms, ADMINS),
    Route("GET", f"{_ADMIN}/forms/{{area}}", forms_api.form, ADMINS),
    Route("PUT", f"{_ADMIN}/forms/{{area}}", forms_api.write, ADMINS, slow=True),
    Route("GET", f"{_ADMIN}/menu", menu_api.menu, SUPERVISION, slow=True),
    Route("GET", f"{_ADMIN}/menu/live", menu_api.live, SUPERVISION),
    Route("GET", f"{_ADMIN}/menu.svg", menu_api.svg, SUPERVISION, slow=True),
    Route("GET", f"{_ADMIN}/users", users_api.users, ADMINS),
    Route("POST", f"{_ADMIN}/users", users_api.add, ADMINS),
    Route("PUT", f"{_ADMIN}/users/{{login}}", users_api.change, ADMINS),
    Route("POST", f"{_ADMIN}/users/{{login}}/password", users_api.reset_password, ADMINS),
    Route("POST", f"{_ADMIN}/users/{{login}}/sign-out", users_api.sign_out, ADMINS),
    Route("GET", f"{_ADMIN}/audit", audit_api.lines, AUDITORS),
    Route("GET", f"{_ADMIN}/audit/actions", audit_api.actions, AUDITORS),
    Route("GET", f"{_ADMIN}/audit/export", audit_api.export, AUDITORS, slow=True),
    Route("GET", f"{_ADMIN}/audit/verify", audit_api.verify, AUDITORS, slow=True),
)
