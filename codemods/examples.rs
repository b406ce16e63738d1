//! The format of the examples in the codemods, and a parser for it.
