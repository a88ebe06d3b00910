"""Tests the report page: figures, sentences, and HTML that fetches nothing."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

import rag
from rag.evaluation.measuring.catalog import MEASURES, baselines_note
from rag.evaluation.measuring.figures import Curves, Figure, Metrics, Scores
from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT, QuestionRow
from rag.evaluation.records import Source
from rag.evaluation.report import FIGURES, write_report
from rag.evaluation.report.page import asset, render, theme
from rag.evaluation.report.words import TERMS
from rag.web.templates import stylesheet

MakeScores = Callable[..., Scores]
MakeMetrics = Callable[..., Metrics]
MakeAsked = Callable[..., QuestionRow]
Articles = Mapping[str, Source]
Draw = Callable[..., str]
VOID = {"meta", "source", "img", "input", "br", "col"}


@pytest.fixture
def draw(mixed: Sequence[QuestionRow], articles: Articles) -> Draw:
    """Returns the HTML of a report without its charts."""

    def draw_one(metrics: Metrics, rows: Sequence[QuestionRow] = mixed) -> str:
        return render(metrics, rows, articles, pictures=())

    return draw_one


@pytest.fixture
def write(tmp_path: Path, mixed: Sequence[QuestionRow], articles: Articles) -> Draw:
    """Writes a report and returns its HTML."""

    def write_one(metrics: Metrics, rows: Sequence[QuestionRow] = mixed) -> str:
        return write_report(tmp_path, metrics, rows, articles).read_text(encoding="utf-8")

    return write_one


class Words(HTMLParser):
    """Collects the lines of text, tags and attributes of a page; checks the nesting."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open) and data.strip():
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.words)


def test_every_figure_stands_there_with_interval_and_n(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores
) -> None:
    text = Words(draw(metrics(scores=scores(n=1234)))).text
    for place, measure in enumerate(MEASURES):
        value = (500 + place) / 1000
        sign = " ↓" if measure.lower_is_better else ""
        digits = 3 if measure.is_share else 1
        numbers = f"{value:.{digits}f} {value - 0.1:.{digits}f}–{value + 0.1:.{digits}f} 1,234"
        assert f"{measure.label}{sign} {numbers}" in text


def test_a_measure_without_data_says_so(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores
) -> None:
    text = Words(draw(metrics(scores=scores(AUROC=Figure(value=None, n=0))))).text
    assert "AUROC no data" in text
    assert "nan" not in text.lower().split()


def test_the_verdict_counts_questions(draw: Draw, metrics: MakeMetrics, scores: MakeScores) -> None:
    figures = scores(
        **{"Success@1": Figure(value=0.25, n=8), "Success@5": Figure(value=0.75, n=8)},
        contains_shown=Figure(value=0.5, n=12),
        unanswerable_abstained=Figure(value=1.0, n=3),
    )
    lost = {RIGHT: 9, GROUPS[2]: 2, GROUPS[4]: 4, NOT_JUDGED: 5}
    text = Words(draw(metrics(scores=figures, lost=lost))).text
    assert "9 of 15 questions came out right." in text
    assert "The largest loss: 4 answered though unanswerable." in text
    assert "Of 8 questions that the articles answer, the right passage comes first for 2" in text
    assert "among the first five for 6." in text
    assert "contains an accepted answer for 6 of 12." in text
    assert "Of 3 questions that the articles do not answer, 3 were correctly left" in text


def test_a_verdict_on_one_question(draw: Draw, metrics: MakeMetrics, scores: MakeScores) -> None:
    one = Figure(value=1.0, n=1)
    figures = scores(1, **{"Success@1": one, "Success@5": one}, unanswerable_abstained=one)
    text = Words(draw(metrics(scores=figures, lost={RIGHT: 1}))).text
    assert "1 of 1 question came out right." in text
    assert "Of 1 question that the articles answer, the right passage comes first for 1" in text
    assert "Of 1 question that the articles do not answer, 1 was correctly left unanswered." in text


def test_losses_that_tie_are_all_named(draw: Draw, metrics: MakeMetrics) -> None:
    text = Words(draw(metrics(lost={RIGHT: 5, GROUPS[2]: 1, GROUPS[3]: 2, GROUPS[5]: 2}))).text
    assert f"The largest losses: 2 {GROUPS[3]} and 2 {GROUPS[5]}." in text


@pytest.mark.parametrize(
    ("has", "said"),
    [
        ({}, "gold, an accepted answer or an answerability label"),
        ({"gold_articles": ("a",)}, "an accepted answer or an answerability label"),
        ({"gold_articles": ("a",), "answerable": True}, "an accepted answer"),
    ],
)
def test_a_run_that_cannot_be_judged_says_what_is_missing(
    draw: Draw, metrics: MakeMetrics, asked: MakeAsked, has: Mapping[str, object], said: str
) -> None:
    nothing = {"gold": (), "gold_articles": (), "answers": (), "answerable": None}
    rows = [asked(name, **{**nothing, **has}) for name in ("one", "two")]
    text = Words(draw(metrics(lost={NOT_JUDGED: 100}), rows)).text
    assert f"None of 100 questions can be judged: none has {said}." in text


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"threshold": 0.17, "settings": {"threshold": -1.0}}, "threshold 0.17 (default)"),
        ({"threshold": 0.25, "settings": {"threshold": 0.25}}, "threshold 0.25 (set)"),
        (
            {"settings": {"threshold": 0.25}},
            "threshold 0.25 (set) settings defaults except threshold",
        ),
    ],
)
def test_the_threshold_in_force_is_told_with_the_facts_and_in_the_advice(
    draw: Draw, metrics: MakeMetrics, run: Mapping[str, object], said: str
) -> None:
    text = Words(draw(metrics(run=run, lost={GROUPS[5]: 1}))).text
    least = said.split()[1]
    assert said in text
    assert f"A lower threshold than {least} answers more" in text


def test_a_threshold_that_was_not_recorded_is_not_guessed(draw: Draw, metrics: MakeMetrics) -> None:
    run = {"settings": {"threshold": -1.0}}
    text = Words(draw(metrics(run=run, lost={GROUPS[5]: 1}))).text
    assert "A lower threshold answers more" in text
    assert not re.search(r"threshold -?\d", text)


def test_advice_on_reading_names_the_measure_that_it_moves(
    draw: Draw, metrics: MakeMetrics
) -> None:
    assert "--by answers/contains_shown" in draw(metrics(lost={GROUPS[3]: 1}))


def test_the_words_that_it_needs_are_explained(draw: Draw, metrics: MakeMetrics) -> None:
    text = Words(draw(metrics())).text
    for term, meaning in TERMS.items():
        assert f"{term} {meaning}" in text
    assert f"Gold is {TERMS['gold']}." in text
    assert "the short answer or, without one, the whole first sentence" in text


def test_the_run_says_what_was_changed_and_left_out(draw: Draw, metrics: MakeMetrics) -> None:
    usual = rag.Config().dense_weight
    run = {
        "started": "2026-11-22T06:50:15+00:00",
        "seconds": 3725.0,
        "settings": {"candidates": 50, "dense_weight": usual, "index": "somewhere"},
        "skipped": [["one.html", "no text"]],
        "faults": [f"questions.jsonl:{line}: is not JSON" for line in range(1, 61)],
        "warnings": [],
    }
    text = Words(draw(metrics(run=run))).text
    assert "22 November 2026, 06:50 UTC" in text
    assert "1 h 2 min" in text
    assert "candidates 50 (default: 100)" in text
    assert f"dense_weight {usual}" not in text
    assert "1 article file was not indexed" in text
    assert "one.html: no text" in text
    assert "60 faulty lines were left out" in text
    assert "questions.jsonl:50: is not JSON" in text
    assert "and 10 more" in text
    assert "warning" not in text


def test_groups_stand_in_their_order_with_what_to_do(draw: Draw, metrics: MakeMetrics) -> None:
    text = Words(draw(metrics(lost={RIGHT: 80, GROUPS[1]: 5, GROUPS[3]: 15}))).text
    places = [text.index(f"{name} {count}") for name, count in zip(
        (RIGHT, *GROUPS), (80, 0, 5, 0, 15, 0, 0), strict=True
    )]  # fmt: skip
    assert places == sorted(places)
    assert "try another model or more candidates" in text
    assert NOT_JUDGED not in text


def test_follow_ups_stand_beside_each_other(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores
) -> None:
    def rr(value: float) -> Figure:
        return Figure(value=value, n=30)

    slices = {"standalone": scores(70), "followup": scores(30, **{"RR@10": rr(0.123)})}
    systems = {"ignoring-history": scores(30, **{"RR@10": rr(0.045)}), "bm25": scores(100)}
    text = Words(draw(metrics(slices=slices, systems=systems, beside=systems))).text
    table = text[text.index("Follow-ups n") : text.index("Other systems n")]
    assert re.search(r"follow-ups 30 .* 0\.123 .*follow-ups, ignoring history 30 .* 0\.045", table)
    others = text[text.index("Other systems n") :]
    assert others.index("byline 100") < others.index("bm25 BM25 alone")


def test_a_system_asked_less_stands_beside_byline_on_the_same(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores
) -> None:
    names = ("mine", "bm25", "yours")
    systems = dict(zip(names, map(scores, (40, 100, 40)), strict=True))
    text = Words(draw(metrics(systems=systems, beside=systems))).text
    table = text[text.index("Other systems n") :]
    order = ["byline 100", "bm25 BM25", "byline, same questions 40", "mine 40", "yours 40"]
    places = [table.index(words) for words in order]
    assert places == sorted(places)
    assert table.count("same questions") == 1


def test_baselines_that_show_more_are_explained(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores
) -> None:
    both = {"bm25": scores(), "dense": scores()}
    assert baselines_note(both) in Words(draw(metrics(systems=both, beside=both))).text
    drawn = {"random-article": scores()}
    assert "and never abstain" not in Words(draw(metrics(systems=drawn, beside=drawn))).text


def test_slices_by_family_with_small_figures_marked(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores
) -> None:
    few = scores(60, **{"RR@10": Figure(value=0.25, n=19)})
    page = draw(metrics(slices={"kind=fact": few, "kind=a=b": scores(20), "asks=who": scores(80)}))
    parsed = Words(page)
    assert re.search(r"Kind n .*fact 60 .*a=b 20 .*Question type n .*who 80", parsed.text)
    small = [names for _, names in parsed.tags if "small" in (names.get("class") or "").split()]
    assert small == [{"class": "number small", "title": "n = 19"}]
    assert parsed.text.count("Grey: fewer than 20") == 1


def test_the_age_of_an_article_says_on_which_day(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores
) -> None:
    text = Words(draw(metrics(slices={"age=older": scores(), "age=undated": scores()}))).text
    assert re.search(
        r"Article age n .* on the question's date or, if the question has no date", text
    )


def test_without_slices_and_systems_there_is_no_table_of_them(
    draw: Draw, metrics: MakeMetrics
) -> None:
    text = Words(draw(metrics())).text
    assert not {"Slices", "Follow-ups", "Other systems"} & set(Words(draw(metrics())).words)
    assert "Grey:" not in text


def test_pictures_are_in_the_page_and_on_disk(
    write: Draw, metrics: MakeMetrics, tmp_path: Path
) -> None:
    parsed = Words(write(metrics()))
    pictures = [attributes for tag, attributes in parsed.tags if tag == "img"]
    names = ["ranks", "success", "risk-coverage", "reliability", "latency"]
    on_disk = [(tmp_path / FIGURES / f"{name}.svg").read_bytes() for name in names]
    embedded = [(one["src"] or "").removeprefix("data:image/svg+xml;base64,") for one in pictures]
    assert [base64.b64decode(one) for one in embedded] == on_disk
    assert all(one["alt"] for one in pictures)
    assert all((tmp_path / FIGURES / f"{name}.png").exists() for name in names)


def test_a_picture_without_data_is_left_out_with_a_sentence(
    write: Draw, metrics: MakeMetrics, tmp_path: Path
) -> None:
    write(metrics())
    nothing = Curves(view="passage", ranks={}, success={}, risk=(), shipped=None, reliability=())
    parsed = Words(write(metrics(curves=nothing)))
    assert [tag for tag, _ in parsed.tags].count("img") == 1
    assert "not drawn. No question has an answerability label." in parsed.text
    assert {file.stem for file in (tmp_path / FIGURES).iterdir()} == {"latency"}


HOSTILE = (
    "</script><script>document.body.dataset.hit=1</script>",
    "<img src=x onerror=\"document.body.dataset.hit=2\">",
    "{{7*7}}{% raw %}{{ lead }}",
    "'\"><style>*{display:none}</style>",
    "\u202eback to front",
    "nul \x00",
    "<!--<script>",
)  # fmt: skip


def test_what_others_wrote_is_never_markup(
    draw: Draw, metrics: MakeMetrics, scores: MakeScores, asked: MakeAsked
) -> None:
    clean = Words(draw(metrics(), [asked("q")]))
    for attack in HOSTILE:
        parsed = Words(
            draw(
                metrics(
                    dataset=attack,
                    slices={f"kind={attack}": scores()},
                    systems={attack: scores()},
                    run={"model": attack, "settings": {}, "warnings": [attack], "library": attack},
                ),
                [asked(attack, question=attack, shown=(attack,), answers=(attack,), kind=attack)],
            )
        )
        tags = [tag for tag, _ in parsed.tags]
        assert tags.count("script") == 2
        assert tags.count("style") == 1
        assert tags.count("img") == [tag for tag, _ in clean.tags].count("img")
        assert not [name for _, names in parsed.tags for name in names if name.startswith("on")]
        assert "49" not in parsed.words
        assert " ".join(attack.split()) in [
            *parsed.words,
            *(w.replace("\x00", "�") for w in parsed.words),
        ]


def test_half_a_character_is_written_as_a_question_mark(
    write: Draw, metrics: MakeMetrics, asked: MakeAsked
) -> None:
    assert '"half ?"' in write(metrics(), [asked("q", question="half \ud800")])


def test_the_policy_names_what_stands_in_the_page(draw: Draw, metrics: MakeMetrics) -> None:
    page = draw(metrics())
    policy = next(
        attributes["content"]
        for tag, attributes in Words(page).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    for name, content in (
        ("style-src", re.search(r"<style>(.*?)</style>", page, re.DOTALL)),
        ("script-src", re.search(r"<script>(.*?)</script>", page, re.DOTALL)),
    ):
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")


def test_nothing_in_the_page_points_outside(draw: Draw, metrics: MakeMetrics) -> None:
    parsed = Words(draw(metrics()))
    for _, attributes in parsed.tags:
        for name in ("src", "srcset", "href", "action", "style"):
            address = attributes.get(name)
            assert address is None or address.startswith(("#", "data:image/"))
    assert "url(" not in asset("report.css")


def test_the_same_measures_give_the_same_page(write: Draw, metrics: MakeMetrics) -> None:
    assert write(metrics()) == write(metrics())


def test_every_label_and_control_is_named(draw: Draw, metrics: MakeMetrics) -> None:
    parsed = Words(draw(metrics()))
    tags = [tag for tag, _ in parsed.tags]
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = [
        attributes.get("aria-labelledby") for tag, attributes in parsed.tags if tag == "section"
    ]
    assert set(labelled) <= set(ids)
    assert tags.count("label") == tags.count("input") + tags.count("select")
    assert (tags.count("main"), tags.count("h1")) == (1, 1)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (r"^:root", r"^:root"),
        (r"^@media screen and \(prefers-color-scheme: dark\) \{ :root", r"^\.dark"),
    ],
)
def test_the_report_wears_the_colours_of_the_page(here: str, there: str) -> None:
    mine, page = (
        re.search(rf"{selector} \{{(.*?)\}}", text, re.DOTALL | re.MULTILINE)
        for selector, text in ((here, theme()), (there, stylesheet()))
    )
    assert mine is not None
    assert page is not None
    form = r"--([\w-]+): (#[0-9a-f]{6});"
    colours = dict(re.findall(form, mine[1]))
    assert len(colours) == 13
    assert colours == dict(re.findall(form, page[1]))
