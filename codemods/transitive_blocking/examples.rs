//! The examples of this codemod, by what they show.

pub(super) const EXAMPLES: &str = concat!(
    include_str!("examples/shapes.txt"),
    include_str!("examples/arguments.txt"),
    include_str!("examples/knowledge.txt"),
    include_str!("examples/projects.txt"),
    include_str!("examples/links.txt"),
);
