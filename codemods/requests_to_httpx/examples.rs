//! The examples of this codemod, by what they show.

pub(super) const EXAMPLES: &str = concat!(
    include_str!("examples/shape.txt"),
    include_str!("examples/arguments.txt"),
    include_str!("examples/responses.txt"),
    include_str!("examples/streams.txt"),
    include_str!("examples/exceptions.txt"),
    include_str!("examples/sessions.txt"),
    include_str!("examples/clients.txt"),
    include_str!("examples/across_files.txt"),
);
