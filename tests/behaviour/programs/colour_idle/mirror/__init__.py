"""A mirror whose one helper can be awaited, and whose other one has nothing to await."""
