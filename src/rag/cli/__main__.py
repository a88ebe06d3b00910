"""``python -m rag.cli`` is ``byline``."""

from rag.cli.main import main

main()
