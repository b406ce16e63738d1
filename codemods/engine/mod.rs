//! What a codemod is written with.

pub(crate) mod apis;
pub(crate) mod apply;
pub(crate) mod arguments;
pub(crate) mod blocked;
pub(crate) mod cells;
pub(crate) mod codemod;
pub(crate) mod context;
pub(crate) mod convert;
pub(crate) mod decorators;
pub(crate) mod effects;
pub(crate) mod expected;
pub(crate) mod extract;
pub(crate) mod finding;
pub(crate) mod fix;
#[cfg_attr(not(test), expect(dead_code, reason = "the codemods that are built on it follow one by one"))]
pub(crate) mod flow;
pub(crate) mod imports;
pub(crate) mod inventory;
pub(crate) mod notebook;
pub(crate) mod project;
pub(crate) mod resource;
pub(crate) mod rewrite;
pub(crate) mod scan;
pub(crate) mod semantic;
pub(crate) mod settings;
pub(crate) mod source;
pub(crate) mod suppress;
pub(crate) mod twin;
pub(crate) mod unwrap;
pub(crate) mod waits;
pub(crate) mod ways;
