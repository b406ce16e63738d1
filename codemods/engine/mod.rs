//! What a codemod is written with.

pub(crate) mod apply;
pub(crate) mod codemod;
pub(crate) mod context;
pub(crate) mod finding;
pub(crate) mod fix;
pub(crate) mod project;
pub(crate) mod rewrite;
pub(crate) mod scan;
pub(crate) mod settings;
#[cfg_attr(not(test), expect(dead_code, reason = "until `rewrite` asks it; remove this line then"))]
pub(crate) mod suppress;
