"""What serves the admin's page."""

from cti.one_time import one_time_password
from cti.run_parts import Edges, Inside, Service, utc_now
from cti.services.users import UserParts, Users
from cti.store.redis_sessions import RedisSessions
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.web.admin_parts import AdminParts


def admin_parts(service: Service, edges: Edges, _inside: Inside) -> AdminParts:
    """Everything put together; nothing runs yet."""
    audit, sessions = SqlAudit(edges.engine), RedisSessions(edges.redis, service.prefix)
    roster = frozenset(str(each.agent_id) for each in service.configuration.roster())
    users = UserParts(
        book=SqlAccounts(edges.engine),
        sessions=sessions,
        audit=audit,
        now=utc_now,
        one_time=one_time_password,
        agents=lambda: roster,
    )
    return AdminParts(users=Users(users), sessions=sessions, audit=audit)
