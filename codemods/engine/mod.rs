//! What a codemod is written with, from the ground up: a module uses what stands in its own group or in one above it,
//! and no two use each other.

// One file as text, and what is said about it.
pub(crate) mod align;
pub(crate) mod apply;
pub(crate) mod finding;
pub(crate) mod notebook;
pub(crate) mod scan;
pub(crate) mod settings;
pub(crate) mod source;
pub(crate) mod suppress;

// What its Python means.
pub(crate) mod flow;
pub(crate) mod semantic;

// What is known of packages.
pub(crate) mod apis;

// What all files together mean.
pub(crate) mod project;

// One file in its project: the questions of codemods.
pub(crate) mod cells;
pub(crate) mod context;
pub(crate) mod effects;
pub(crate) mod expected;
pub(crate) mod handlers;
pub(crate) mod meant;
pub(crate) mod one_sided;
pub(crate) mod overridden;
pub(crate) mod patched;
pub(crate) mod resource;
pub(crate) mod variables;
pub(crate) mod waits;

// Their answers: findings with fixes.
pub(crate) mod arguments;
pub(crate) mod blocked;
pub(crate) mod decorators;
pub(crate) mod extract;
pub(crate) mod fix;
pub(crate) mod imports;
pub(crate) mod unwrap;
pub(crate) mod ways;

// Codemods, changes that are planned for the whole program, and the work on a file.
pub(crate) mod codemod;
pub(crate) mod convert;
pub(crate) mod inventory;
pub(crate) mod rewrite;
pub(crate) mod twin;
