"""What the names of Japanese firms end in: their trade, or the kind of house they are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from domain.understanding.grammar import Grammar


@cache
def _trades() -> tuple[frozenset[str], frozenset[str]]:
    """Those that tell a firm, and those that are said without one too."""
    path = files("domain.understanding") / "data" / "trades.ja.txt"
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("=="):
            words = found.setdefault(line.removeprefix("==").strip(), set())
        elif not line.startswith("#"):
            words.update(line.split())
    return frozenset(found["ends"]), frozenset(found["loose"])


#: Endings that are put together of a kind of work and a place for it: 保育室, デザイン室, 相談支援事業所.
_PLACE_OF_WORK = Grammar(
    r"(?<!家)(?:保育|デザイン|設計|企画|編集|研究|治療|施術|写真|翻訳|美容|理容|料理|音楽|英語|書道|ピアノ|そろばん|ダンス|体操|水泳|絵画|茶道|華道)(?:室|教室|事務所)$"
    r"|(?:鋳造|鍛造|製造|製粉|精米|醸造|養鶏|養豚|縫製|染色|塗装|板金|整備|測量|設計|加工|印刷|木工|製麺|製茶|製本|溶接|彫刻|刺繍)所$"
    r"|(?:作業|相談|支援|訪問看護|介護|福祉|生活支援|就労支援)(?:所|事業所|ステーション|ホーム)$|(?:認定こども|特別養護老人|養護老人|ケア|老人|グループ)(?:園|ホーム|ハウス)$"
    r"|(?:測量|法務|税務|行政書士|司法書士|社労士|会計士|弁護士|弁理士|建築士|建築|計画|造形|美術|探偵|芸能|技術士|プランニング|鑑定)事務所$"
)


def ends_in_trade(words: str) -> bool:
    """Whether a name ends in a trade and is more than that."""
    ends, _ = _trades()
    if _ends_in(words, ends):
        # 歯科医院 is a trade of two words, and names nobody.
        return words not in ends and not (words[:2] in ends and words[2:] in ends)
    place = _PLACE_OF_WORK.search(words)
    if place is not None and place.start() > 1:
        return True
    return len(words) > 3 and words.endswith("店")


def ends_loosely(words: str) -> bool:
    """Whether a name ends in a trade, or in what else firms are; enough only before a person."""
    return any(_ends_in(words, known) for known in _trades())


def _ends_in(words: str, known: frozenset[str]) -> bool:
    return any(words[start:] in known for start in range(len(words)))
