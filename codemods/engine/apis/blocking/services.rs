//! Everything else that talks to a server.

use super::Group;

pub(super) const GROUPS: &[Group] = &[];
