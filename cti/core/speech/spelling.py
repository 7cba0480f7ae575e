"""Signs spelled one after the other: how they are grouped, and the ids of those of a plate."""

import re

from cti.core.speech import kinds

# In the order of kinds.PROVINCES and kinds.PLATE_ENDINGS.
_PROVINCES = (
    "beijing tianjin shanghai chongqing hebei henan yunnan liaoning heilongjiang hunan anhui "
    "shandong xinjiang jiangsu zhejiang jiangxi hubei guangxi gansu shanxi inner_mongolia "
    "shaanxi jilin fujian guizhou guangdong qinghai tibet sichuan ningxia hainan"
)
_ENDINGS = "learner police trailer hongkong macao embassy consulate"
PROVINCE_IDS = dict(zip(kinds.PROVINCES, _PROVINCES.split(), strict=True))
ENDING_IDS = dict(zip(kinds.PLATE_ENDINGS, _ENDINGS.split(), strict=True))


def groups(signs: str) -> list[str]:
    """Digits in pairs (an odd last one alone), letters one by one: A12345 is A, 12, 34, 5."""
    return re.findall("[0-9]{1,2}|[A-Z]", signs)
