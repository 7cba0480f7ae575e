"""Screen-pops, knowledge and records of calls: this part of the composition root."""

from zoneinfo import ZoneInfo

from cti.desk_options import key_labels
from cti.run_parts import Edges, Inside, Service, utc_now
from cti.services.knowledge import Knowledge
from cti.services.measures import Measures
from cti.services.open_cases import OpenCases
from cti.services.own_figures import OwnFigures
from cti.services.people_ports import AgentDesk
from cti.services.place_names import place_name
from cti.services.screen_pop import PopSources
from cti.services.wrap_ups import WrapUps, WrapUpSweep
from cti.store.phone_numbers import normalised
from cti.store.sql_audit import SqlAudit
from cti.store.sql_contacts import SqlContacts
from cti.store.sql_customers import SqlCustomers
from cti.store.sql_wrap_ups import SqlWrapUps


def pop_sources(service: Service, edges: Edges, inside: Inside) -> PopSources:
    """Where the parts of a pop come from."""
    floor = inside.dispatcher
    history = SqlContacts(edges.engine, ZoneInfo(service.configuration.settings.time_zone))

    return PopSources(
        customers=SqlCustomers(edges.engine),
        contacts=history,
        cases=OpenCases(history, lambda: floor.floor.calls.values(), normalised),
        articles=knowledge_of(service, inside),
        labels=key_labels,
        place=lambda number, language: place_name(edges.places.of(number), language),
    )


def wrap_ups(desk: AgentDesk, edges: Edges) -> WrapUps:
    """Agents' records of their calls."""
    return WrapUps(desk, SqlWrapUps(edges.engine), SqlAudit(edges.engine), utc_now)


def own_figures(measures: Measures, edges: Edges) -> OwnFigures:
    """What agents see of their own day."""
    return OwnFigures(measures, SqlWrapUps(edges.engine))


def draft_sweep(edges: Edges) -> WrapUpSweep:
    """Forgets what agents typed and never saved."""
    return WrapUpSweep(SqlWrapUps(edges.engine), utc_now)


def knowledge_of(service: Service, inside: Inside) -> Knowledge:
    """The house's knowledge."""
    return Knowledge(service.configuration.knowledge.all(), inside.modes.in_force)
