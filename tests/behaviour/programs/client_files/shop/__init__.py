"""A shop whose files share one client."""

from shop.clients import client as llm

__all__ = ["llm"]
