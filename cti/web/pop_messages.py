"""The screen-pop as a message: all that an agent sees of his caller, masked."""

from collections.abc import Mapping

from cti.core.agent_state import Agent
from cti.core.call import BrokenTalk
from cti.core.ids import AgentId, EventId
from cti.services.pop_parts import Contact, OpenCase
from cti.services.ports import Claim, Customer, Policy
from cti.services.screen_pop import Pop, state_key
from cti.web.masking import masked_id_tail, masked_number
from cti.web.messages import Json, encode, wire

_POP = (
    "call_id",
    "place",
    "queue",
    "language",
    "keys",
    "waited_s",
    "priority",
    "variables",
    "flags",
)
_CUSTOMER = ("customer_id", "name", "salutation", "segment", "area", "alerts")
_POLICY = ("policy_no", "line", "plate", "starts_on", "ends_on", "status", "branch")
_CLAIM = ("report_no", "state", "reported_at", "plate", "surveyor_name", "documents_wanted")
_CASE = ("kind", "state", "opened_at", "due_at", "taken_by")

Agents = Mapping[AgentId, Agent]


def pop_record(pop: Pop, agents: Agents) -> Json:
    """A pop for the one agent whom the call is offered to; ``agents`` by id, for their names."""
    customers, contacts, cases = pop.customers, pop.contacts, pop.cases
    return {
        **wire(pop, _POP),
        "callerNumber": masked_number(pop.caller_number),
        "brokenTalks": [_with_name(one, agents) for one in pop.broken],
        "customers": None if customers is None else [_customer(one, pop) for one in customers],
        "contacts": None if contacts is None else [_with_name(one, agents) for one in contacts],
        "cases": None if cases is None else [_case(one, pop) for one in cases],
        "articles": [wire(article) for article in pop.articles],
    }


def pop_message(event_id: EventId, pop: Pop, agents: Agents) -> bytes:
    """The pop as a message of its own; its id is the last event sent before it."""
    return encode({"type": "screenPop", "id": event_id, **pop_record(pop, agents)})


def _customer(customer: Customer, pop: Pop) -> Json:
    return {
        **wire(customer, _CUSTOMER),
        "idTail": masked_id_tail(customer.id_tail),
        "policies": [_policy(policy, pop.policy_statuses) for policy in customer.policies],
        "claims": [_claim(claim, pop.claim_states) for claim in customer.claims],
    }


def _policy(policy: Policy, statuses: Mapping[str, str]) -> Json:
    return {**wire(policy, _POLICY), "statusLabel": statuses.get(policy.status, policy.status)}


def _claim(claim: Claim, states: Mapping[str, str]) -> Json:
    return {**wire(claim, _CLAIM), "stateLabel": states.get(claim.state, claim.state)}


def _with_name(talk: Contact | BrokenTalk, agents: Agents) -> Json:
    agent = agents.get(AgentId(talk.agent_id or ""))
    return {**wire(talk), "agentName": agent.name if agent else None}


def _case(case: OpenCase, pop: Pop) -> Json:
    words = pop.case_words
    return {
        **wire(case, _CASE),
        "id": case.case_id,
        "topic": case.topic or words.get(f"case.{case.kind}", case.kind),
        "stateLabel": words.get(state_key(case), case.state),
        "overdue": case.due_at < pop.at,
    }
