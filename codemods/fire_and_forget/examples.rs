//! What fire-and-forget rewrites, reports and leaves alone.

pub(super) const EXAMPLES: &str = concat!(
    include_str!("examples/makers.txt"),
    include_str!("examples/names.txt"),
    include_str!("examples/places.txt"),
    include_str!("examples/homes.txt"),
    include_str!("examples/kept.txt"),
);
