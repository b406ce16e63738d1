"""A shop whose answers are read by functions of another file."""
