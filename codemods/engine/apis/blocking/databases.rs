//! Databases, caches and search engines.

use super::Group;

pub(super) const GROUPS: &[Group] = &[];
