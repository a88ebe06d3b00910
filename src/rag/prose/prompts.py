"""The prompts: template files with the version in their names."""

from functools import lru_cache
from importlib import resources
from string import Template

from rag.llm import Message

__all__ = ["ANSWER", "REWRITE", "prompt"]

ANSWER = "answer.v1"
REWRITE = "rewrite.v1"
_USER = "=== user ===\n"


@lru_cache(maxsize=8)
def _templates(name: str) -> tuple[Template, Template]:
    text = resources.files("rag.prose").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    system, _, user = text.partition(_USER)
    return Template(system.strip()), Template(user.strip())


def prompt(name: str, **values: str) -> list[Message]:
    """The system and user messages of the template ``name``.

    Values are inserted verbatim; ``$`` has no meaning in them.
    """
    roles = zip(("system", "user"), _templates(name), strict=True)
    return [{"role": role, "content": text.substitute(values)} for role, text in roles]
