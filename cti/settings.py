"""All settings: config/cti.yaml, overlaid by the environment.

``CTI_<SECTION>_<KEY>`` overrides ``section: {key: …}`` and ``CTI_<KEY>`` a top-level key. This is the
only module that reads the environment.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from cti.settings_kinds import Frozen, Zone
from cti.settings_places import (
    Ami,
    BrowserPhone,
    DataPort,
    FastAgi,
    Folders,
    Http,
    MailSettings,
    Redis,
    Rtp,
    Sip,
    SmsPort,
    Sql,
    Trunk,
)
from cti.settings_rules import (
    CanarySettings,
    Desk,
    Heartbeat,
    Identity,
    Log,
    MeasureSettings,
    QueueLogSettings,
    Speech,
)

PREFIX = "CTI_"


class Settings(Frozen):
    """All of config/cti.yaml."""

    node: str = Field(default="cti1", pattern=r"^[A-Za-z0-9_-]{1,32}$")
    language: Literal["zh", "en"] = "zh"
    time_zone: Zone = "Asia/Shanghai"
    http: Http
    fastagi: FastAgi
    ami: Ami
    sip: Sip
    browser_phone: BrowserPhone = BrowserPhone()
    rtp: Rtp = Rtp()
    redis: Redis
    sql: Sql = Sql()
    folders: Folders = Folders()
    data: DataPort = DataPort()
    identity: Identity = Identity()
    sms: SmsPort = SmsPort()
    speech: Speech = Speech()
    desk: Desk = Desk()
    heartbeat: Heartbeat = Heartbeat()
    log: Log = Log()
    canary: CanarySettings = CanarySettings()
    measures: MeasureSettings = MeasureSettings()
    mail: MailSettings = MailSettings()
    queue_log: QueueLogSettings = QueueLogSettings()
    trunks: Mapping[str, Trunk] = Field(default_factory=dict)

    @property
    def sql_url(self) -> str:
        """The history's database."""
        return self.sql.url or f"sqlite+aiosqlite:///{self.folders.instance}/history.sqlite"


def overlaid(plain: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The file's data with the environment's values laid over them (text; lists by commas)."""
    laid: dict[str, Any] = dict(plain)
    for name, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, Frozen):
            laid[name] = _section(name, model, laid.get(name), environment)
        elif (value := environment.get(f"{PREFIX}{name.upper()}")) is not None:
            laid[name] = value
    return laid


def _section(name: str, model: type[Frozen], plain: Any, environment: Mapping[str, str]) -> Any:
    if plain is not None and not isinstance(plain, Mapping):
        return plain  # the model says what is wrong with it
    section: dict[str, Any] = dict(plain or {})
    for key, field in model.model_fields.items():
        value = environment.get(f"{PREFIX}{name.upper()}_{key.upper()}")
        if value is not None:
            several = str(field.annotation).startswith("tuple")
            section[key] = [part for part in value.split(",") if part] if several else value
    return section


def rooted(settings: Settings, root: Path) -> Settings:
    """The same settings with every folder absolute."""
    found = {name: (root / path).resolve() for name, path in settings.folders if path}
    return settings.model_copy(update={"folders": Folders(**found)})


def environment() -> Mapping[str, str]:
    """The process's environment."""
    return os.environ
