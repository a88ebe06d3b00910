"""Comparisons put the sentences of two outlets on the same thing side by side."""

from datetime import date
from pathlib import Path

import rag

TEXTS = {
    ("Post", 1): (
        "The harbour bridge closed on Monday after a ship hit a pillar. Repairs will cost 12"
        " million crowns."
    ),
    ("Post", 2): "Engineers found cracks in the harbour bridge.",
    ("Echo", 1): "A ship hit a pillar of the harbour bridge, which closed on Monday.",
    ("Echo", 3): (
        "Shops near the harbour bridge lose customers. Repairs of the bridge will cost 15 million"
        " crowns."
    ),
}


def test_sentences_on_one_thing_stand_side_by_side_and_the_others_below(tmp_path: Path) -> None:
    with rag.Byline(
        tmp_path, embedder=rag.HashEmbedder(dims=64), config=rag.Config(reader="none")
    ) as news:
        news.add(
            rag.make_article(
                id=f"{outlet}{day}", outlet=outlet, published=date(2024, 5, day), text=t
            )
            for (outlet, day), t in TEXTS.items()
        )
        answer = news.ask("How do the Post and the Echo report the harbour bridge?")
    assert [(one.note, one.text.split(" ")[0], one.differs) for one in answer.statements] == [
        ("Post", "Repairs", True),
        ("Echo", "Repairs", True),
        ("Post", "The", False),
        ("Echo", "A", False),
        ("Post", "Engineers", False),
        ("Echo", "Shops", False),
    ]
