"""Trains that run by the loop's clock."""
from metro.clock import after as later

__all__ = ["later"]
