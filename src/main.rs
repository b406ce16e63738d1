//! asyncfix: finds asyncio mistakes across a whole Python project and rewrites them.

fn main() {}
