"""What stands in config/sms.yaml and config/surveys.yaml, and what only a look at the whole shows."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from cti.core.marked import Marked
from cti.core.problems import Problem
from cti.core.sms import (
    LONGEST,
    PLACE,
    REFUSAL,
    SmsClass,
    Template,
    ValueType,
    longest_parts,
)
from cti.core.surveys import FollowUpRule
from cti.settings_kinds import Frozen

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Digit = Annotated[str, Field(pattern=r"^[0-9]$")]
Words = Annotated[Mapping[Literal["zh", "en"], str], Field(min_length=1)]


class VariableFile(Frozen):
    """A variable whose text may be longer or shorter than is usual for its type."""

    type: ValueType
    longest: int = Field(ge=1, le=200)


class TemplateFile(Frozen):
    """One text message. ``{name}`` in the text is a variable's place; zh must be there."""

    sms_class: SmsClass = Field(alias="class")
    variables: Mapping[Name, ValueType | VariableFile] = Field(default_factory=dict)
    text: Words

    def template(self, name: str, prefix: Words) -> Template:
        """As the core knows it, with what begins every message."""
        return Template(
            name=name,
            sms_class=self.sms_class,
            variables={key: _variable(each) for key, each in self.variables.items()},
            text={tongue: prefix.get(tongue, "") + text for tongue, text in self.text.items()},
        )


def _variable(each: ValueType | VariableFile) -> tuple[ValueType, int]:
    if isinstance(each, VariableFile):
        return each.type, each.longest
    return each, LONGEST[each]


class SmsFile(Frozen):
    """config/sms.yaml"""

    prefix: Words
    most_parts: int = Field(default=3, ge=1, le=10)
    templates: Mapping[Name, TemplateFile] = Field(min_length=1)

    def all(self) -> Mapping[str, Template]:
        """Every template by its name."""
        return {name: each.template(name, self.prefix) for name, each in self.templates.items()}


class FollowUpFile(Frozen):
    """Which answers somebody has to look into, and within how many working days."""

    question: Name
    answers: tuple[Digit, ...] = Field(min_length=1)
    within_working_days: int = Field(default=1, ge=0, le=30)


class SurveyFile(Frozen):
    """One survey: its questions, what each key means, and what follows."""

    questions: Mapping[Name, Mapping[Digit, Words]] = Field(min_length=1)
    follow_up: FollowUpFile | None = None


class SurveysFile(Frozen):
    """config/surveys.yaml"""

    surveys: Mapping[Name, SurveyFile] = Field(min_length=1)

    def rules(self) -> Mapping[str, FollowUpRule]:
        """Survey → its rule, for those that have one."""
        return {
            name: FollowUpRule(
                question=each.follow_up.question,
                answers=frozenset(each.follow_up.answers),
                working_days=each.follow_up.within_working_days,
            )
            for name, each in self.surveys.items()
            if each.follow_up
        }


def check_messages(
    sms: SmsFile, surveys: SurveysFile, marked: Mapping[str, Marked]
) -> list[Problem]:
    """What is wrong with templates and surveys beyond their form."""
    found: list[Problem] = []
    for name in sms.templates:
        found += _check_template(sms, name, marked["sms"])
    for name, survey in surveys.surveys.items():
        if survey.follow_up:
            found += _check_follow_up(name, survey, survey.follow_up, marked["surveys"])
    return found


def _check_template(sms: SmsFile, name: str, data: Marked) -> Sequence[Problem]:
    written = sms.templates[name]
    found = []
    if "zh" not in written.text:
        mark = data.mark_at(("templates", name, "text"))
        found.append(Problem(mark, "config.sms_no_chinese", {"name": name}))
    template = written.template(name, sms.prefix)
    for tongue, text in template.text.items():
        mark = data.mark_at(("templates", name, "text", tongue))
        unknown = sorted(set(PLACE.findall(text)) - set(template.variables))
        known = ", ".join(sorted(template.variables)) or "–"
        for each in unknown:
            found.append(Problem(mark, "config.unknown_name", {"name": each, "known": known}))
        if template.sms_class is SmsClass.MARKETING and REFUSAL[tongue] not in text:
            found.append(Problem(mark, "config.sms_no_refusal", {"words": REFUSAL[tongue]}))
        if not unknown and (count := longest_parts(template, tongue)) > sms.most_parts:
            values = {"parts": str(count), "most": str(sms.most_parts)}
            found.append(Problem(mark, "config.sms_too_long", values))
    return found


def _check_follow_up(
    name: str, survey: SurveyFile, rule: FollowUpFile, data: Marked
) -> Sequence[Problem]:
    path = ("surveys", name, "follow_up")
    if rule.question not in survey.questions:
        values = {"name": rule.question, "known": ", ".join(sorted(survey.questions))}
        return [Problem(data.mark_at((*path, "question")), "config.unknown_name", values)]
    answers = survey.questions[rule.question]
    return [
        Problem(
            data.mark_at((*path, "answers")),
            "config.unknown_name",
            {"name": each, "known": ", ".join(sorted(answers))},
        )
        for each in rule.answers
        if each not in answers
    ]
