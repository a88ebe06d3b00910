"""Which sentences and lines state something, and so may answer."""

from __future__ import annotations

import pytest

from rag.language.sentences import paragraph_spans, sentence_spans
from rag.language.stating import states_something, stating_spans


@pytest.mark.parametrize(
    "text",
    [
        "POOL TO CLOSE FOR THE WINTER",
        "BUS NEWS",
        "THE BELL COMES HOME TO ST MARY’S",
        "KEY FIGURES:",
        "Good morning.",
        "Good evening, readers!",
        "Hello and welcome.",
        "Dear subscribers,",
        "Here is what happened in and around Corrick this week.",
        "Here’s what you need to know:",
        "By Mara Quint",
        "Lima, Peru CNN —",
        "LISBON (Reuters) -",
        "Rio de Janeiro, Brazil —",
        "|---|---|---|",
        "|:---|---:|",
        "---",
        "| Men | | | |",
        "***",
    ],
)
def test_headings_and_the_like_state_nothing(text: str) -> None:
    assert not states_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "He won.",
        "It was a draw.",
        "Nobody.",
        "Ashby 2, Corrick 1",
        "ASHBY 2, CORRICK 1",
        "ASHBY WON.",
        "THE MAYOR SAID TODAY THAT THE BRIDGE WILL STAY CLOSED UNTIL ITS REPAIR IS PAID FOR",
        "WINNER: JANE ROE",
        "| 2 | Lena Fox | Corrick AC |",
        "2 | Lena Fox | Corrick AC",
        "Passengers describe smoke and confusion as crew fight blaze",
        "Good morning, said the mayor to the crowd.",
        "Good Morning Corrick won the prize.",
        "Hello Kitty is 50.",
        "Here is where the bridge will stand.",
        "Dear bread drives shoppers away.",
    ],
)
def test_short_sentences_and_results_state_something(text: str) -> None:
    assert states_something(text)


@pytest.mark.parametrize(
    "table",
    [
        "| Place | Name |\n\n|---|---|\n\n| 1 | Ann Gray |\n\n| 2 | Lia Moss |",
        "Place | Name\n\n1 | Ann Gray\n\n2 | Lia Moss",
    ],
)
def test_the_header_of_a_table_is_no_candidate(table: str) -> None:
    text = f"The race drew 90 runners.\n\n{table}\n\nIt rained."
    spans = [s for p in paragraph_spans(text) for s in sentence_spans(text, *p)]
    kept = [text[slice(*span)].strip("| ") for span in stating_spans(text, spans)]
    assert kept == ["The race drew 90 runners.", "1 | Ann Gray", "2 | Lia Moss", "It rained."]
