//! What a codemod may ask about the file it looks at.

/// One file, its meaning and the project around it.
#[derive(Debug)]
pub struct Context<'a> {
    pub(crate) path: &'a str,
}
