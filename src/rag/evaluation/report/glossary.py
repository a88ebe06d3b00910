"""Explanations of the report's question groups, terms and measures."""

from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT

MEANINGS = {
    RIGHT: ("Answered with an accepted answer, or correctly left unanswered.", ""),
    GROUPS[0]: (
        "The gold article was rejected when the articles were indexed.",
        "Check whether the article was skipped or indexed without this part.",
    ),
    GROUPS[1]: (
        "The gold is not among the passages found.",
        "Compare the wording of question and passage; try another model or more candidates.",
    ),
    GROUPS[2]: (
        "The gold was found, but ranked too low to be read.",
        "Check what ranks above it; byline sweep tries other dense_weight and reader_weight.",
    ),
    GROUPS[3]: (
        "The gold was ranked high, but the answer shown is not an accepted one.",
        "Check the wording; byline sweep … --by answers/contains_shown tries reader_weight.",
    ),
    GROUPS[4]: (
        "The articles do not say, but an answer was shown.",
        "A higher threshold{than} abstains more often; the risk chart shows the trade-off.",
    ),
    GROUPS[5]: (
        "The gold was ranked high, but nothing was shown.",
        "A lower threshold{than} answers more questions; the risk chart shows the trade-off.",
    ),
    NOT_JUDGED: (
        "It is unknown whether the answer shown is right, or whether the question is answerable.",
        "",
    ),
}
"""The meaning of each group and what to do next; ``{than}`` is replaced by the run's threshold."""

TERMS = {
    "gold": "the passage or article that is known to answer a question",
    "answerability": "Byline's confidence, from 0 to 1, that the articles answer the question;"
    " below the threshold it abstains",
    "dense": "search by meaning: passages whose vectors are nearest to the question's",
    "lexical": "search by words: passages with the highest BM25 scores",
}
GLOSSARY = {
    "Success@1": "the share of questions whose first passage (or article) holds gold; @5: one of"
    " the first five does",
    "RR@10": "1 / the rank of the first gold, 0 below rank 10; the mean is MRR@10",
    "nDCG@10": "how close the first ten are to the ideal ranking; gold counts less at lower ranks",
    "R@5": "the share of a question's gold that is among the first five; likewise for 10 and 20",
    "EM": "whether the short answer or, without one, the whole first sentence equals an accepted"
    " answer, ignoring case, punctuation and articles",
    "F1": "the word overlap of the short answer or, without one, the whole first sentence with the"
    " closest accepted answer",
    "contains_first": "whether the first sentence shown contains an accepted answer",
    "contains_shown": "whether the whole answer shown contains an accepted answer",
    "words_shown": "the length of an answer in words",
    "quotes_exact": "the share of citations that match their article character by character",
    "span_precision": "the share of citations that overlap a gold sentence",
    "span_recall": "the share of gold sentences that a citation overlaps",
    "unanswerable_abstained": "the share of unanswerable questions that were left unanswered",
    "answerable_lost": "the share of answerable questions that were left unanswered",
    "AUROC": "how often an answerable question gets a higher answerability than an unanswerable"
    " one; 0.5 is chance",
    "AURC": "the share answered wrongly, averaged over all thresholds",
    "coverage_at_5": "the largest share of questions that can be answered with at most 5% errors",
}
