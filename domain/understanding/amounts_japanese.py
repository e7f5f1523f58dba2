"""Amounts in Japanese that are no amount that is wanted."""

from __future__ import annotations

from domain.understanding.grammar import Grammar

#: What is printed, owned or a part of what is: 毎月3000枚刷る, 5台のうち, 三冊あるので, 使っている5台.
_AFTER = Grammar(
    r"\x00*(?:(?:くらい|ぐらい|ほど|程度|前後|以上|弱|強)?(?:は|も|を)?(?:刷[るりっ]|印刷(?!用)|コピーし|プリントし|出力し|使う|使って|使い)"
    r"|ずつ(?:送り(?:ます|だ|こ)|送られ|出て|吸い|巻き|重な|詰ま|入って)|のうち(?![^。]{0,12}(?:キャンセル|取り消|取消|減ら|返品|やめ))|の中(?:の|で)|(?:は|も)?(?:ある|持って(?:い)?る)(?:ので|から|んで|し)|並べ(?:られ|て)|を?(?:所有|保有|稼働))"
)
_BEFORE = Grammar(r"(?:使って(?:い)?る|使用中の|所有する|保有する|稼働中の|今ある)$")


def is_no_amount(masked: str, start: int, end: int) -> bool:
    """Whether the amount from `start` to `end` is of what is there already."""
    return bool(_AFTER.match(masked, end) or _BEFORE.search(masked[max(0, start - 8) : start]))
