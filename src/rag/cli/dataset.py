"""``byline dataset`` and ``byline rewrite``: convert, check, create and rewrite question sets."""

import sys
from pathlib import Path

import click

import rag
from rag.cli.output import counted, progress, say, show, write_lines
from rag.cli.shared import PATH, listing_faults, load_settings

FORMATS = click.Choice(["byline", "beir", "squad", "trec"])
BY = click.Choice(["article", "passage"])
FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)
YAML = {".yaml", ".yml"}

CONVERT = """Convert a data set or a run from one format to another.

\b
byline  a folder with corpus.jsonl and questions.jsonl, or a result folder
beir    a folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv
squad   a JSON file of SQuAD 1.1 or 2.0, optionally gzipped
trec    a run (6 columns) or judgements (4 columns) for --dataset

Nothing is lost between byline and beir. What squad cannot represent is reported. To trec, a result
folder gives run.trec and qrels.trec, a data set gives qrels.trec. From trec, a run gives a result
folder for byline compare, with the first 20 hits of each question and no answers; judgements give
the data set with the judgements as gold. Ids in trec files are percent-encoded if they contain
white space or %. A judgement of a missing question or document is an error; with --skip-missing,
such judgements are counted and left out.
"""
CONVERT_EXAMPLES = """\b
Example: byline dataset convert scifact --from beir --to byline --out sets/scifact
         byline dataset convert dev-v2.0.json --from squad --to byline --out sets/squad
         byline dataset convert results/mine --from byline --to trec --out mine-trec
         byline dataset convert bm25.run --from trec --dataset sets/mine --to byline --out bm25
         byline dataset convert new.qrels --from trec --dataset sets/mine --to beir --out judged
"""
NEW_EXAMPLES = """\b
Example: byline dataset new articles/ --out questions.yaml -n 50
         byline dataset new questions.yaml --out sets/mine
         byline eval sets/mine --out results/mine
"""


@click.group(epilog="Example: byline dataset check eval/articles")
def dataset() -> None:
    """Convert, check and create question sets."""


@dataset.command(help=CONVERT, epilog=CONVERT_EXAMPLES)
@click.argument("source", type=PATH)
@click.option("--from", "source_format", type=FORMATS, required=True, help="The format of SOURCE.")
@click.option("--to", "target_format", type=FORMATS, required=True, help="The format to write.")
@click.option("--out", type=PATH, required=True, help="A new folder.")
@click.option("--dataset", "over", type=PATH, help="The data set of a trec SOURCE.")
@click.option("--questions", type=PATH, help="Use another questions file of the data set.")
@click.option("--split", default="test", show_default=True, help="The split of a beir folder.")
@click.option("--by", type=BY, default="article", show_default=True, help="What trec ids name.")
@click.option(
    "--skip-missing",
    "--skip-bad",
    "skip_missing",
    is_flag=True,
    help="Leave out judgements of missing questions and documents.",
)
def convert(
    *,
    source: Path,
    source_format: str,
    target_format: str,
    out: Path,
    over: Path | None,
    questions: Path | None,
    split: str,
    by: str,
    skip_missing: bool,
) -> None:
    """Convert a data set or a run from one format to another."""
    from rag import evaluation

    with listing_faults():
        made = evaluation.convert(
            source,
            source_format=source_format,
            target_format=target_format,
            out=out,
            dataset=over,
            questions=questions,
            split=split,
            by_passages=by == "passage",
            skip_missing=skip_missing,
            config=load_settings().config,
        )
    if made.documents is None and target_format == "byline":
        with progress() as watch:
            evaluation.measure_again(out, progress=watch)
    for line in made.notes:
        say(line)
    documents = "" if made.documents is None else f"{counted(made.documents, 'document')} and "
    show(f"{documents}{counted(made.questions, 'question')} written to {out}")


@dataset.command(epilog="Example: byline dataset check eval/articles")
@click.argument("folder", metavar="DATASET", type=PATH)
@click.option("--questions", type=PATH, help="Check another questions file.")
def check(folder: Path, questions: Path | None) -> None:
    """List all faults of DATASET, by file and line; exit with 1 if there are any.

    A fault stops a run, a warning does not. Nothing is indexed.
    """
    from rag import evaluation

    found = evaluation.check_dataset(folder, questions=questions, config=load_settings().config)
    refused = found.refused.values()
    for kind, lines in (("fault", found.faults), ("warning", [*refused, *found.warnings])):
        for line in lines:
            show(f"{kind}: {line}")
    show(
        f"{found.name}: {counted(found.documents, 'document')},"
        f" {counted(found.questions, 'question')} without fault:"
        f" {found.answerable:,} answerable, {found.unanswerable:,} not, {found.unjudged:,} not"
        f" judged; {counted(found.followups, 'follow-up')}; {found.with_gold:,} with gold;"
        f" {counted(len(refused) + len(found.warnings), 'warning')}"
    )
    if found.faults:
        kinds = ", ".join(f"{kind}: {count:,}" for kind, count in found.kinds.items())
        raise rag.DatasetError(
            f"{counted(len(found.faults), 'fault')} ({kinds}): correct them,"
            " or leave them out with byline eval --skip-bad"
        )


@dataset.command(epilog=NEW_EXAMPLES)
@click.argument("source", metavar="ARTICLES | FILE", type=PATH)
@click.option("--out", type=PATH, required=True, help="A new file to fill in, or a new folder.")
@click.option("-n", type=int, default=30, show_default=True, help="Number of passages to draw.")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed of the draw.")
def new(source: Path, out: Path, n: int, seed: int) -> None:
    """Start a question set on your own articles, then turn it into a data set.

    From a folder of ARTICLES, samples passages across outlets and dates, and writes a YAML file
    with blanks for a question and an answer on each. From the filled-in FILE, creates a data set
    for byline eval; entries left blank are skipped.
    """
    from rag import evaluation

    config = load_settings().config
    if source.is_dir():
        if out.suffix not in YAML:
            raise rag.UsageError(f"{out} is not a .yaml file: name one to fill in")
        drawn = evaluation.write_template(source, out=out, n=n, seed=seed, config=config)
        for _, reason in drawn.refused:
            say(f"skipped: {reason}")
        passages, articles = counted(drawn.passages, "passage"), counted(drawn.articles, "article")
        show(f"{passages} from {articles} written to {out}; fill in its blanks")
    elif source.suffix in YAML and source.is_file():
        with listing_faults():
            made = evaluation.make_dataset(source, out=out, config=config)
        for line in made.warnings:
            say(f"warning: {line}")
        show(
            f"{counted(made.questions, 'question')} ({made.answerable:,} answerable,"
            f" {counted(made.followups, 'follow-up')}) written to {out};"
            f" {counted(made.blanks, 'blank')} skipped"
        )
    else:
        raise rag.UsageError(f"{source} is neither a folder of articles nor a filled-in .yaml file")


@click.command(epilog="Example: byline rewrite --jsonl followups.jsonl --out rewritten.jsonl")
@click.option("--jsonl", "source", type=FILE, required=True, help="Input file; - for stdin.")
@click.option("--out", type=FILE, required=True, help="Output file; - for stdout.")
def rewrite(source: Path, out: Path) -> None:
    """Rewrite follow-up questions as standalone questions, without a model or an index.

    Each line {"id", "question", "history"} becomes {"id", "standalone_question"}, in the same
    order. The history is a list of ["user" or "agent", text] pairs, or a list of texts in which
    user and agent alternate.
    """
    from rag import evaluation
    from rag.evaluation.lines import dump_line

    with listing_faults():
        rewritten = evaluation.rewrite_questions(source, config=load_settings().config)
    lines = list(map(dump_line, rewritten))
    if str(out) == "-":
        sys.stdout.buffer.write("".join(lines).encode())
    else:
        write_lines(out, lines, noun="question")
