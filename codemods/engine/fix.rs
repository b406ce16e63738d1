//! How a codemod says what it found and what would mend it.

/// The findings of one codemod in one file.
#[derive(Debug)]
pub struct Fixes<'a> {
    pub(crate) path: &'a str,
}
