"""A crawler whose module of helpers has no helper yet."""
