//! The examples of this codemod, by what they show.

pub(super) const EXAMPLES: &str =
    concat!(include_str!("examples/found.txt"), include_str!("examples/certain.txt"));
