"""The routes of the admin's page."""

from cti.services.ports import Role
from cti.web import audit_api, users_api
from cti.web.auth import ADMINS
from cti.web.routes import Route

AUDITORS = frozenset({Role.ADMIN, Role.AUDITOR})
_ADMIN = "/api/v1/admin"

ADMIN_ROUTES = (
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
