//! Models and what is built on them.

use super::Group;

pub(super) const GROUPS: &[Group] = &[];
