"""Word lists for invented firms and people, in English and Chinese.

A firm's name is a place, an invented two-syllable brand and a trade. The brands are pairs of uncommon characters that
were put together by us; any likeness to a real firm is chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FIRST = [
    ("Yao", "曜"), ("Heng", "珩"), ("Lan", "岚"), ("Qi", "祁"), ("Shuo", "朔"), ("Ting", "汀"), ("Mu", "沐"),
    ("Yun", "沄"), ("Ruo", "箬"), ("Zhi", "芷"), ("Che", "澈"), ("Xu", "煦"), ("Ye", "烨"), ("Jing", "泾"),
    ("Wan", "畹"), ("Ling", "翎"), ("Su", "溯"), ("Pei", "霈"), ("Qiao", "翘"), ("Han", "菡"),
]  # fmt: skip
SECOND = [
    ("ze", "泽"), ("chuan", "钏"), ("lin", "霖"), ("qu", "蕖"), ("yan", "砚"), ("zhou", "洲"), ("qian", "阡"),
    ("mo", "陌"), ("ran", "苒"), ("xin", "昕"), ("yu", "屿"), ("feng", "沣"), ("tang", "棠"), ("he", "禾"),
    ("ruo", "若"), ("wei", "葳"), ("xi", "汐"), ("ding", "鼎"), ("nuo", "诺"), ("jia", "葭"),
]  # fmt: skip
PLACES = {
    "east": [("Suzhou", "苏州"), ("Hangzhou", "杭州"), ("Ningbo", "宁波"), ("Hefei", "合肥"), ("Jinan", "济南")],
    "south": [("Foshan", "佛山"), ("Dongguan", "东莞"), ("Xiamen", "厦门"), ("Nanning", "南宁")],
    "north": [("Tianjin", "天津"), ("Baoding", "保定"), ("Taiyuan", "太原"), ("Tangshan", "唐山")],
    "central": [("Wuhan", "武汉"), ("Changsha", "长沙"), ("Zhengzhou", "郑州"), ("Yichang", "宜昌")],
    "southwest": [("Chengdu", "成都"), ("Chongqing", "重庆"), ("Kunming", "昆明"), ("Guiyang", "贵阳")],
    "northwest": [("Xi'an", "西安"), ("Lanzhou", "兰州"), ("Yinchuan", "银川")],
    "northeast": [("Shenyang", "沈阳"), ("Dalian", "大连"), ("Changchun", "长春")],
}
ABROAD = [
    ("Port Ellery", "埃勒里港"), ("Marrowby", "马罗比"), ("Halvik", "哈尔维克"), ("Castrel", "卡斯特雷"),
    ("Tanubara", "塔努巴拉"),
]  # fmt: skip
TRADES = {
    "construction": ("Construction Engineering", "建设工程"),
    "infrastructure": ("Municipal Works", "市政工程"),
    "energy": ("Energy Engineering", "能源工程"),
    "real_estate": ("Property Development", "置业"),
    "wholesale": ("Trading", "商贸"),
    "building_materials": ("Building Materials", "建材"),
    "machinery": ("Machinery", "机械制造"),
    "automotive": ("Auto Parts", "汽车零部件"),
    "electronics": ("Electronics", "电子科技"),
    "chemicals": ("Chemicals", "化工"),
    "metals": ("Metalworks", "金属制品"),
    "food": ("Food Processing", "食品加工"),
    "textiles": ("Textiles", "纺织"),
    "retail": ("Home Stores", "家居商场"),
    "appliances": ("Appliance Stores", "家电连锁"),
}
GROUPS = [
    ("Yaoze", "曜泽"),
    ("Muzhou", "沐洲"),
    ("Shuoyu", "朔屿"),
    ("Xuding", "煦鼎"),
    ("Peihe", "霈禾"),
    ("Sutang", "溯棠"),
]
_FAMILY = [
    ("Chen", "陈"), ("Lin", "林"), ("Zhou", "周"), ("Xu", "徐"), ("He", "何"), ("Gao", "高"), ("Luo", "罗"),
    ("Song", "宋"), ("Tang", "唐"), ("Deng", "邓"), ("Peng", "彭"), ("Cao", "曹"), ("Yuan", "袁"), ("Fan", "范"),
    ("Shen", "沈"), ("Lu", "陆"),
]  # fmt: skip
_GIVEN = [
    ("Wei", "伟"), ("Min", "敏"), ("Jie", "洁"), ("Hao", "浩"), ("Yan", "燕"), ("Tao", "涛"), ("Ning", "宁"),
    ("Kai", "凯"), ("Lei", "蕾"), ("Qing", "青"), ("Bo", "博"), ("Xia", "霞"),
]  # fmt: skip
CREDIT_CONTROL = "Credit control 信控"


def people(count: int, rng: np.random.Generator) -> list[str]:
    """Return names of salespeople, such as ``Chen Wei 陈伟``, all different up to 192."""
    pairs = rng.permutation(len(_FAMILY) * len(_GIVEN))
    found = []
    for number in range(count):
        family, given = divmod(int(pairs[number % len(pairs)]), len(_GIVEN))
        (surname, xing), (name, ming) = _FAMILY[family], _GIVEN[given]
        again = number // len(pairs)
        found.append(f"{surname} {name} {xing}{ming}" + (f" {again + 1}" if again else ""))
    return found


def firms(
    region: NDArray[np.str_], industry: NDArray[np.str_], rng: np.random.Generator
) -> tuple[list[str], list[str]]:
    """Return invented firms' English and Chinese names, one per region and industry given."""
    brands = rng.permutation(len(FIRST) * len(SECOND))
    places = rng.integers(0, 60, len(region))
    english, chinese = [], []
    for number, (where, trade) in enumerate(zip(region.tolist(), industry.tolist(), strict=True)):
        first, second = divmod(int(brands[number % len(brands)]), len(SECOND))
        brand, brand_zh = FIRST[first][0] + SECOND[second][0], FIRST[first][1] + SECOND[second][1]
        trade_en, trade_zh = TRADES[trade]
        if where == "export":
            place, place_zh = ABROAD[places[number] % len(ABROAD)]
            english.append(f"{place} {trade_en} Ltd.")
            chinese.append(f"{place_zh}{trade_zh}公司")
            continue
        place, place_zh = PLACES[where][places[number] % len(PLACES[where])]
        english.append(f"{place} {brand} {trade_en} Co., Ltd.")
        chinese.append(f"{place_zh}{brand_zh}{trade_zh}有限公司")
    return english, chinese
