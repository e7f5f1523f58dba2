"""Time and memory of the understanding engine beside a keyword matcher.

Run `python benchmarks/understanding.py`. Processor time, so that it holds on a busy machine.
Prints chat messages, a mail of ten sentences, and how time grows with hostile input.
"""

from __future__ import annotations

import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CHAT = (
    "please call me about the RC-1234 tomorrow at 10",
    "2x toner black for MP C3004",
    "Our address changed to 12 Mill Road, Leeds LS1 4AP",
    "how much is the HV-200S, and can someone visit us on Friday?",
    "where is order 77120?? it was due last week",
    "printer wont turn on, please send an engineer",
    "don't phone, just e-mail me at mia@okafor.example",
    "what's the weather like in Tokyo",
    "営業の方に来週火曜の午後に来ていただきたいです",
    "トナー３本ください。あとカタログも送ってもらえますか",
    "電話番号が変わりました。03-5555-0199です。",
    "RC-1234から異音がします。明日の午前中に見てもらえますか",
    "注文48213はいつ届きますか",
    "カタログはもう持っているので送らなくていいです",
)
MAIL = (
    "Dear Ms. Fujita,\nthank you for your catalogue, which reached us last week. "
    "We are a dental practice with twelve people. Our present copier is seven years old. "
    "It often jams, and the prints are pale. The board has approved a new one. "
    "On page 14 there is the ABC-110C. Does it print on envelopes? "
    "Could you quote for two of them, delivered and installed? "
    "A visit of your representative next Tuesday afternoon would suit us. "
    "You can reach me on 0161 496 0455. There is no hurry.\n"
    "Kind regards\nLaura Pines\nDelmore Dental Ltd."
)
HOSTILE = {
    "one letter": "a",
    "one word": "order ",
    "digits and dashes": "12-",
    "capitals": "Aa ",
    "kanji": "株式会社",
    "at signs": "a@b.",
    "open brackets": "(<[",
    "addresses": "".join(f"Mail a@shop{number}x.example soon. " for number in range(3_000)),
}
KEYWORDS = {
    "purchase": ("order", "buy", "purchase", "注文", "ください", "購入"),
    "contact": ("call", "phone", "visit", "contact", "電話", "訪問", "連絡", "営業"),
    "update_details": ("address changed", "new address", "new number", "変わりました", "引っ越し"),
    "document_request": ("brochure", "catalog", "quote", "send me", "カタログ", "見積", "資料"),
    "support": ("broken", "repair", "error", "wont", "engineer", "故障", "修理", "異音", "壊れ"),
    "status": ("where is", "status", "when will", "届き", "いつ", "まだ"),
    "product_info": ("how much", "price", "does it", "いくら", "価格", "在庫"),
    "unsubscribe": ("unsubscribe", "mailing list", "配信停止", "メルマガ"),
    "human": ("human", "agent", "person", "オペレーター", "人間"),
    "cancel": ("cancel", "キャンセル", "取り消"),
    "greet": ("hello", "good morning", "こんにちは"),
    "thanks": ("thank", "ありがとう"),
}
MODEL = re.compile(r"[A-Z]{1,4}[- ]?\d{2,5}[A-Z]*")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NUMBER = re.compile(r"\d+")


def keyword_matcher(text: str) -> dict[str, object]:
    """What an afternoon brings: keywords for intents, three patterns for entities."""
    lowered = text.lower()
    found = [name for name, words in KEYWORDS.items() if any(word in lowered for word in words)]
    return {
        "intents": found or ["other"],
        "model_number": MODEL.findall(text),
        "email": EMAIL.findall(text),
        "quantity": NUMBER.findall(text),
    }


def spent(run: Callable[[str], object], texts: tuple[str, ...], rounds: int) -> list[float]:
    """Sorted milliseconds of processor time for each text and round."""
    times = []
    for _ in range(rounds):
        for text in texts:
            started = time.process_time_ns()
            run(text)
            times.append((time.process_time_ns() - started) / 1e6)
    return sorted(times)


def main() -> None:
    """Measure and print."""
    started = time.process_time()
    from domain.understanding import load_engine

    engine = load_engine(["RC-1234", "RC-1235", "MP C3004", "HV-200S", "ABC-110C"])
    print(f"import and load   {time.process_time() - started:.2f} s")
    for name, run in (("engine", engine.understand), ("keyword matcher", keyword_matcher)):
        spent(run, CHAT, 3)
        chat = spent(run, CHAT, 100)
        middle, slow = chat[len(chat) // 2], chat[int(len(chat) * 0.95)]
        print(f"{name:16}  chat median {middle:.3f} ms, 95 of 100 {slow:.3f} ms")
    mail = spent(lambda text: engine.understand(text, channel="email"), (MAIL,), 100)
    print(f"{'engine':16}  mail median {mail[50]:.2f} ms, 95 of 100 {mail[95]:.2f} ms")
    print(f"peak memory       {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    print("hostile input, ms for 1,000 / 10,000 / 100,000 letters")
    for name, piece in HOSTILE.items():
        row = [
            spent(engine.understand, ((piece * (size // len(piece) + 1))[:size],), 3)[1]
            for size in (1_000, 10_000, 100_000)
        ]
        print(f"  {name:18}" + "".join(f"{ms:10.1f}" for ms in row))


if __name__ == "__main__":
    main()
