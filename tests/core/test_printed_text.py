"""Tests that web pages yield exactly the visible words and numbers."""

from pathlib import Path

import pytest

from rag.ingest.article import read_article

REST = (
    "<p>The keeper of the lighthouse at Ostra said that the lamp had failed twice in the storm.</p>"
    "<p>Divers will look at the foundations on Friday, when the sea should be calm again.</p>"
)


def first(folder: Path, paragraph: str, *, head: str = "") -> str:
    path = folder / "page.html"
    path.write_text(
        f'<html lang="en"><head><meta charset="utf-8"><title>Lamp fails</title>{head}</head>'
        f"<body><article><h1>Lamp fails</h1><p>{paragraph}</p>{REST}</article></body></html>",
        encoding="utf-8",
    )
    text = read_article(path, root=folder, max_bytes=100_000).text
    return text.split("\n\nThe keeper of")[0]


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ('In all 34<a href="#fn3">3</a> boats were lost.', "In all 34 boats were lost."),
        ("In all 34<sup>3</sup> boats were lost.", "In all 34 boats were lost."),
        ('In all 34<sup><a href="#n">[3]</a></sup> boats sank.', "In all 34 boats sank."),
        ('In all 34<span class="footnote-ref">3</span> boats sank.', "In all 34 boats sank."),
        ("In all 34<sup>†</sup> boats were lost.", "In all 34 boats were lost."),
        ("In 1931<sup>a</sup> it was lit.", "In 1931 it was lit."),
        ("Tickets cost £4<sup>50</sup> each.", "Tickets cost £4.50 each."),
        ('Tickets cost €4<span class="cents">50</span> each.', "Tickets cost €4.50 each."),
        ("Tickets cost 4<sup>50</sup> € each.", "Tickets cost 4.50 € each."),
        ("It is 5<sup>1</sup>/<sub>2</sub> feet deep.", "It is 5 1/2 feet deep."),
        ("It is <sup>3</sup>&frasl;<sub>4</sub> full.", "It is 3/4 full."),
        ("They counted 10<sup>8</sup> cells.", "They counted 10^8 cells."),
        ("It fills 40 km<sup>2</sup> of sea.", "It fills 40 km² of sea."),
        ("It fills 40m<sup>3</sup> of sea.", "It fills 40m³ of sea."),
        ("Tickets cost £4<sup>.50</sup> each.", "Tickets cost £4.50 each."),
        ("Tickets cost £4<small>50</small> each.", "Tickets cost £4.50 each."),
        ("It took <b>4</b><span class='frac'>1/2</span> days.", "It took 4 1/2 days."),
        ("Tickets cost 4<small>50</small> euros each.", "Tickets cost 4.50 euros each."),
        ("In the 21<sup>st</sup> century it rose.", "In the 21st century it rose."),
        ("It gave 12 tonnes of CO<sub>2</sub> a day.", "It gave 12 tonnes of CO2 a day."),
        ("Some 40<sup>%</sup> paid <sup>$</sup>11<sup>99</sup>.", "Some 40% paid $11.99."),
        ("It opens at 10<sup>30</sup> a.m. daily.", "It opens at 10:30 a.m. daily."),
        ("It cost £7<sup>m</sup> in all.", "It cost £7m in all."),
        ("Tickets cost 4,<sup>50</sup> kroner each.", "Tickets cost 4,50 kroner each."),
        ("In all 34 boats were lost.<sup>b,c</sup>", "In all 34 boats were lost."),
    ],
)
def test_raised_and_lowered_letters_never_make_another_number(
    tmp_path: Path, printed: str, text: str
) -> None:
    assert first(tmp_path, printed) == text


@pytest.mark.parametrize(
    "struck",
    [
        "<del>nine</del>",
        "<s>nine</s>",
        "<strike>nine</strike>",
        "<span hidden>nine</span>",
        "<template>nine</template>",
        '<span style="display: none">nine</span>',
        '<span style="text-decoration:line-through">nine</span>',
        '<span class="sr-only">nine</span>',
        '<span class="screen-reader-text">nine</span>',
        '<span class="govuk-visually-hidden">nine</span>',
        '<span aria-hidden="true">nine</span>',
        '<span class="gone">nine</span>',
        "<!-- nine -->",
        "<select><option>nine</option></select>",
    ],
)
def test_what_a_reader_does_not_see_is_left_out(tmp_path: Path, struck: str) -> None:
    head = "<style>.gone { display: none } @media print { article { display: none } }</style>"
    assert first(tmp_path, f"It took {struck} ten men.", head=head) == "It took ten men."


def test_a_large_initial_is_seen(tmp_path: Path) -> None:
    initial = '<span aria-hidden="true">T</span><span class="sr-only">T</span>en men came.'
    assert first(tmp_path, initial) == "Ten men came."


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("It was lit on <time>1 May 1931</time> by Ada.", "It was lit on 1 May 1931 by Ada."),
        ("Press the <button>red button</button> to stop.", "Press the red button to stop."),
        ("The <label>Ostra Best</label> mark is old.", "The Ostra Best mark is old."),
        ('It was <font color="red">bright red</font> then.', "It was bright red then."),
        ("It is <output>41</output> crowns now.", "It is 41 crowns now."),
        (
            "It is 2<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> miles off.",
            "It is 2 1/2 miles off.",
        ),
        (
            "So <math><mi>E</mi><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup></math> holds.",
            "So E = c^2 holds.",
        ),
        ("He met<br>Ada Lind on<br/>Friday.", "He met Ada Lind on Friday."),
        ("He called it <q>a <q>sad</q> day</q> and left.", "He called it “a ‘sad’ day” and left."),
        ("It was\n   a\n cold day,   he said.", "It was a cold day, he said."),
        ("The light<wbr>house is old.", "The lighthouse is old."),
    ],
)
def test_the_words_of_a_sentence_stay_together(tmp_path: Path, printed: str, text: str) -> None:
    assert first(tmp_path, printed) == text


def test_preformatted_text_is_unwrapped(tmp_path: Path) -> None:
    printed = "One.</p><pre>The board met on\nFriday and heard Dr.\nAda Lind.</pre><p>Two."
    assert (
        first(tmp_path, printed).split("\n\n")[1]
        == "The board met on Friday and heard Dr. Ada Lind."
    )


@pytest.mark.parametrize(
    "printed",
    [
        "One.</p><div>He met Ada <b>Lind</b> on Friday.</div><p>Two.",
        "One.</p><div>He met Ada<br>Lind on Friday.<br><br>Two.</div><p>",
        "One.</p><section>He met Ada Lind on Friday.<p>Two.</p></section><p>",
    ],
)
def test_sentences_outside_paragraphs_are_read(tmp_path: Path, printed: str) -> None:
    found = first(tmp_path, printed).split("\n\n")
    assert found == ["One.", "He met Ada Lind on Friday.", "Two."]


def test_folded_text_is_read(tmp_path: Path) -> None:
    printed = "One.</p><details><summary>How old is it?</summary>It is 93.</details><p>Two."
    assert first(tmp_path, printed).split("\n\n") == ["One.", "How old is it?", "It is 93.", "Two."]


def test_the_lines_of_a_list_stay_lines(tmp_path: Path) -> None:
    assert first(tmp_path, "Ada Lind 34<br>Bo Ek 12<br>Cy Roe 9") == (
        "Ada Lind 34\n\nBo Ek 12\n\nCy Roe 9"
    )


@pytest.mark.parametrize(
    "marked",
    [
        '<p class="standfirst">{}</p>',
        '<div class="article__sub-title">{}</div>',
        '<h2 itemprop="alternativeHeadline">{}</h2>',
    ],
)
def test_the_standfirst_stays(tmp_path: Path, marked: str) -> None:
    below = marked.format("The tower is a hundred years old")
    path = tmp_path / "page.html"
    path.write_text(
        f"<html><body><div><h1>Lamp fails</h1>{below}</div>"
        f'<div class="article-body">{REST}{REST}</div></body></html>',
        encoding="utf-8",
    )
    text = read_article(path, root=tmp_path, max_bytes=100_000).text
    assert text.split("\n\n")[0] == "The tower is a hundred years old"
