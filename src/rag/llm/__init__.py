"""The client for a language model on a server with the OpenAI protocol."""

from rag.llm.key import read_key
from rag.llm.messages import Message, Reply, Usage, counted
from rag.llm.server import ModelServer

__all__ = ["Message", "ModelServer", "Reply", "Usage", "counted", "read_key"]
