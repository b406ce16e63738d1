//! Clients of cloud providers.

use super::{Group, Kind, Wait};

const BOTO: Group = Group::new(Kind::Call, Wait::Network, "boto3 1.40 and botocore, client.py");

/// Methods that only make an object, or answer without the network.
const BOTO_LOCAL: &str = "can_paginate close exceptions generate_presigned_post generate_presigned_url \
                          get_paginator get_waiter meta waiter_names";

pub(super) const GROUPS: &[Group] = &[Group { on: "boto3.client()", names: "*", but: BOTO_LOCAL, ..BOTO }];
