"""Talks to a language model on a server with the OpenAI protocol."""

from rag.llm.key import read_key
from rag.llm.server import Message, ModelServer, Reply, Usage, counted

__all__ = ["Message", "ModelServer", "Reply", "Usage", "counted", "read_key"]
