"""Whether a condition holds in every world, in none, or in some: three-valued logic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cti.core.ivr.conditions import (
    AllOf,
    AnyOf,
    CallerIs,
    Compared,
    Condition,
    HoursAre,
    ModeIs,
    Not,
    Operator,
    as_text,
)
from cti.core.ivr.parts import Case

Truth = bool | None
"""True: always; False: never; None: it depends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is taken for certain: hours → open, caller class → is of it. The rest may be either."""

    hours: Mapping[str, bool] = field(default_factory=dict)
    callers: Mapping[str, bool] = field(default_factory=dict)


ANY_WORLD = World()


def truth(condition: Condition, world: World = ANY_WORLD) -> Truth:
    """Tell whether the condition holds, as far as the world and the condition itself say."""
    match condition:
        case HoursAre():
            known = world.hours.get(condition.of)
            return None if known is None else known == condition.open
        case CallerIs():
            return world.callers.get(condition.name)
        case Not():
            inner = truth(condition.condition, world)
            return None if inner is None else not inner
        case AllOf():
            return _all(condition.conditions, world)
        case AnyOf():
            inverse = _all(tuple(negated(each) for each in condition.conditions), world)
            return None if inverse is None else not inverse
        case ModeIs() | Compared():
            return None


def negated(condition: Condition) -> Condition:
    """The condition that holds where this one does not, in its plainest form."""
    match condition:
        case Not():
            return plain(condition.condition)
        case HoursAre():
            return HoursAre(not condition.open, condition.of)
        case AllOf():
            return AnyOf(tuple(negated(each) for each in condition.conditions))
        case AnyOf():
            return AllOf(tuple(negated(each) for each in condition.conditions))
        case Compared(variable, Operator.IS, value):
            return Compared(variable, Operator.IS_NOT, value)
        case Compared(variable, Operator.IS_NOT, value):
            return Compared(variable, Operator.IS, value)
    return Not(condition)


def plain(condition: Condition) -> Condition:
    """The same condition with ``not`` moved inwards, so that equal ones look equal."""
    match condition:
        case Not():
            return negated(condition.condition)
        case AllOf():
            return AllOf(tuple(plain(each) for each in condition.conditions))
        case AnyOf():
            return AnyOf(tuple(plain(each) for each in condition.conditions))
        case Compared(variable, Operator.ONE_OF, (value,)):
            return Compared(variable, Operator.IS, value)
    return condition


def possible_cases(cases: Iterable[Case], world: World) -> Iterator[tuple[int, Case, bool]]:
    """The cases that may be taken: number from 1, case, and whether it ends the choice for sure."""
    denied: list[Condition] = []
    for index, case in enumerate(cases, start=1):
        here = _all((*denied, plain(case.when)), world)
        if here is False:
            continue
        certain = truth(case.when, world) is True or _excludes(denied, case.when, world)
        yield index, case, certain
        if certain:
            return
        denied.append(negated(case.when))


def _excludes(denied: list[Condition], condition: Condition, world: World) -> bool:
    """Where all before are denied, this one must hold: nothing is left for ``else``."""
    return bool(denied) and _all((*denied, negated(condition)), world) is False


def _all(conditions: Iterable[Condition], world: World) -> Truth:
    literals = list(_flat(conditions))
    truths = [truth(each, world) for each in literals]
    if False in truths or _clash(literals):
        return False
    return True if all(truths) else None


def _flat(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for each in map(plain, conditions):
        if isinstance(each, AllOf):
            yield from _flat(each.conditions)
        else:
            yield each


def _clash(literals: list[Condition]) -> bool:
    """Two of them deny each other, or one variable would need two values."""
    seen = set(literals)
    if any(negated(each) in seen for each in literals):
        return True
    wanted: dict[str, set[str]] = {}
    for each in literals:
        if isinstance(each, Compared) and each.operator in (Operator.IS, Operator.ONE_OF):
            values = each.value if isinstance(each.value, tuple) else (each.value,)
            texts = {as_text(value) for value in values}
            wanted[each.variable] = wanted.get(each.variable, texts) & texts
    return any(not values for values in wanted.values())
