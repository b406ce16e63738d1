"""Tools."""

SITES = list("abcdefgh")
