//! The examples of this codemod, by what they show.

pub(super) const EXAMPLES: &str = concat!(
    include_str!("examples/collections.txt"),
    include_str!("examples/modules.txt"),
    include_str!("examples/callees.txt"),
    include_str!("examples/bounded.txt"),
    include_str!("examples/parts.txt"),
);
