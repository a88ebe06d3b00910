"""Tests that letters that Unicode does not decompose match their plain spelling, and vice versa."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.language.words import PLAIN_LETTERS, fold, plain, stem

TEXTS = {
    "oslo": "Bjørn Ødegård sold the bakery in Tromsø to his niece. The ovens are from 1961.",
    "krakow": "Stanisław Łęcki repaired the organ of Wrocław. It had been silent for a decade.",
    "beograd": "Anđela Đurić opened a clinic in Niš. It has forty beds.",
    "ankara": "Işıl Kılıç planted walnut trees near Diyarbakır. Storks nest there.",
    "reykjavik": "Þórdís Aðalsteinsdóttir painted the lighthouse at Hvítanes. It is red again.",
    "valletta": "Ħamrun Spartans hired the coach Ġorġ Għaxaq. He begins in June.",
    "bonn": "Jürgen Weiß chaired the dyke board of Großenkneten. He is an engineer.",
    "plain": "Soren Bjornson built the ferry Aeolus. It carries forty cars.",
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Byline]:
    """One article for each language, with the shipped models."""
    with rag.Byline(tmp_path_factory.mktemp("letters")) as made:
        made.add(
            rag.make_article(id=id, text=text, author="Åse Sjøgren", outlet="Fædrelandet")
            for id, text in TEXTS.items()
        )
        yield made


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Bjorn Odegard sell?", "oslo"),
        ("What did Bjørn Ødegård sell?", "oslo"),
        ("What did Stanislaw Lecki repair?", "krakow"),
        ("What did Andela Duric open?", "beograd"),
        ("What did Isil Kilic plant near Diyarbakir?", "ankara"),
        ("What did Thordis Adalsteinsdottir paint?", "reykjavik"),
        ("Whom did Hamrun Spartans hire?", "valletta"),
        ("Who chaired the dyke board of Grossenkneten?", "bonn"),
        ("What did Søren Bjørnson build?", "plain"),
    ],
)
def test_names_are_found_however_they_are_typed(
    news: rag.Byline, question: str, expected: str
) -> None:
    answer = news.ask(question)
    assert [one.article_id for one in answer.citations[:1]] == [expected]
    assert answer.citations[0].quote in TEXTS[expected]


def test_names_of_authors_outlets_and_titles_too(news: rag.Byline) -> None:
    for filter in (rag.Filter(authors=("Ase Sjogren",)), rag.Filter(outlets=("faedrelandet",))):
        assert news.listing(filter=filter).total == len(TEXTS)
    assert news.listing(words="sjogren").total == len(TEXTS)
    assert news.facets().authors == (("Åse Sjøgren", len(TEXTS)),)


@pytest.mark.parametrize(
    ("letters", "typed"),
    [
        ("Øresund", "oresund"),
        ("ŁÓDŹ", "lodz"),
        ("Đoković", "dokovic"),
        ("Kılıç", "kilic"),
        ("İzmir", "izmir"),
        ("Straße", "strasse"),
        ("Æthelstan", "aethelstan"),
        ("Œuvre", "oeuvre"),
        ("Þór", "thor"),
        ("Guðrún", "gudrun"),
        ("Ħamrun", "hamrun"),
        ("Əliyev", "eliyev"),
    ],
)
def test_letters_are_typed_plain(letters: str, typed: str) -> None:
    assert plain(letters) == fold(letters) == typed
    assert stem(letters) == stem(typed)


@given(text=st.text(alphabet=[*PLAIN_LETTERS, *"aeozßé ", "Ø", "Ł"], max_size=12))
def test_what_is_plain_stays_so(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text).isascii()
