"""A store that keeps its counters in Redis."""
