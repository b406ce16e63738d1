"""A store whose files share one session, by one name or another."""

from store.web import session as http

__all__ = ["http"]
