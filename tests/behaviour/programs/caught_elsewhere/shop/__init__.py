"""A shop whose client raises what its command line catches."""
