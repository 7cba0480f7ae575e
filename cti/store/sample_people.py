"""Names, places and dialling codes of Qinghai for the sample customers. No real person is meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A prefecture: plate letter, dialling code, division code, share of customers, who lives there."""

    name: str
    plate: str
    dial: str
    division: str
    weight: int
    peoples: tuple[str, ...]


AREAS = (
    Area(
        name="西宁",
        plate="青A",
        dial="0971",
        division="6301",
        weight=40,
        peoples=("han", "han", "hui"),
    ),
    Area(
        name="海东",
        plate="青B",
        dial="0972",
        division="6302",
        weight=25,
        peoples=("han", "hui", "tu", "salar"),
    ),
    Area(
        name="海北",
        plate="青C",
        dial="0970",
        division="6322",
        weight=6,
        peoples=("han", "hui", "tibetan"),
    ),
    Area(
        name="黄南",
        plate="青D",
        dial="0973",
        division="6323",
        weight=5,
        peoples=("tibetan", "tibetan", "tu"),
    ),
    Area(
        name="海南",
        plate="青E",
        dial="0974",
        division="6325",
        weight=6,
        peoples=("tibetan", "han"),
    ),
    Area(name="果洛", plate="青F", dial="0975", division="6326", weight=3, peoples=("tibetan",)),
    Area(name="玉树", plate="青G", dial="0976", division="6327", weight=5, peoples=("tibetan",)),
    Area(
        name="海西",
        plate="青H",
        dial="0977",
        division="6328",
        weight=10,
        peoples=("han", "hui", "tibetan"),
    ),
)


@dataclass(frozen=True, slots=True)
class People:
    """Family names (none among Tibetans) and given names of men and women."""

    families: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]


PEOPLES: Mapping[str, People] = {
    "han": People(
        ("王", "李", "张", "刘", "陈", "赵", "祁", "蔡", "星", "严"),
        ("建国", "海明", "永福", "志强", "生财", "文斌", "国栋", "占军"),
        ("秀英", "玉兰", "海燕", "桂香", "晓霞", "春梅", "雪琴", "丽娟"),
    ),
    "hui": People(
        ("马", "冶", "韩", "沙", "哈", "白", "喇", "米"),
        ("福祥", "国良", "成龙", "明德", "占彪", "全福", "尕力", "文义"),
        ("晓梅", "桂花", "玉珍", "兰英", "海丽", "春兰", "小燕", "秀花"),
    ),
    "tu": People(
        ("祁", "李", "东", "鲁", "席", "吕", "胡", "麻"),
        ("生林", "占元", "成奎", "永寿", "延德", "国财", "发奎", "得文"),
        ("桑吉", "金花", "延兰", "生莲", "索南", "秀措", "玉莲", "才毛"),
    ),
    "salar": People(
        ("韩", "马", "沈", "何", "苏", "兰"),
        ("占祥", "进才", "木汉", "维林", "哈三", "舍木", "努日", "乙布"),
        ("海车", "阿依舍", "法土麦", "索菲亚", "麦尔燕", "尕姑", "美兰", "热比亚"),
    ),
    "tibetan": People(
        (),
        (
            "才让多杰",
            "扎西东智",
            "仁青加",
            "索南达杰",
            "尕玛旦增",
            "多杰才旦",
            "桑杰扎西",
            "完么才让",
        ),
        (
            "卓玛措",
            "拉毛吉",
            "才让卓玛",
            "央金拉姆",
            "德吉措毛",
            "索南旺毛",
            "仁增卓玛",
            "白玛青措",
        ),
    ),
}

BRANCHES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "西宁": (
        ("西宁市分公司", "西宁市城西区五四西路"),
        ("大通支公司", "大通县桥头镇人民路"),
        ("湟中支公司", "西宁市湟中区鲁沙尔镇迎宾路"),
    ),
    "海东": (
        ("海东市分公司", "海东市乐都区滨河路"),
        ("民和支公司", "民和县川口镇东大街"),
        ("循化支公司", "循化县积石镇黄河路"),
    ),
    "海北": (("海北州分公司", "海晏县西海镇银滩路"), ("门源支公司", "门源县浩门镇向阳街")),
    "黄南": (("黄南州分公司", "同仁市隆务镇热贡路"), ("尖扎支公司", "尖扎县马克唐镇人民街")),
    "海南": (("海南州分公司", "共和县恰卜恰镇青海湖大街"), ("贵德支公司", "贵德县河阴镇迎宾路")),
    "果洛": (("果洛州分公司", "玛沁县大武镇团结路"),),
    "玉树": (("玉树州分公司", "玉树市结古镇胜利路"),),
    "海西": (("海西州分公司", "德令哈市柴达木路"), ("格尔木支公司", "格尔木市昆仑中路")),
}
"""Prefecture → its branches, the chief one first, each with its street."""

SURVEYORS = ("祁永福", "马国良", "李占军", "才让扎西", "韩进才", "王海明")


@dataclass(frozen=True, slots=True)
class Person:
    """A name and how an agent says it."""

    name: str
    salutation: str
    woman: bool = False


def person(random: Random, people: People) -> Person:
    """One person; who has no family name is addressed by the whole name."""
    woman = random.random() < 0.5
    family = random.choice(people.families) if people.families else ""
    given = random.choice(people.women if woman else people.men)
    title = "女士" if woman else "先生"
    return Person(family + given, (family or given) + title, woman)


_COMPANY_WORDS = ("昆仑", "河湟", "雪域", "三江源", "青海湖", "祁连", "柴达木", "日月山", "江河源")
_TRADES = ("物流", "运输", "汽车租赁", "工程机械", "客运", "农牧开发", "商贸")


def company(random: Random, area: Area) -> Person:
    """An organisation that keeps vehicles; invented."""
    name = f"{area.name}{random.choice(_COMPANY_WORDS)}{random.choice(_TRADES)}有限公司"
    return Person(name, name)
