//! Tells from a file's bytes whether it can matter: the only work done on most files.

use aho_corasick::AhoCorasick;

/// A file without any of these has no coroutine and names none of the libraries that run them. `async` alone
/// would also find "asynchronous" in prose.
const WORDS: [&str; 8] =
    ["async def", "async with", "async for", "await", "asyncio", "anyio", "import trio", "from trio"];

/// A byte scanner, made once and shared between threads.
#[derive(Debug)]
pub struct Scan {
    words: AhoCorasick,
}

impl Default for Scan {
    fn default() -> Self {
        Self::new()
    }
}

impl Scan {
    /// A scanner for the words without which no codemod can find anything.
    ///
    /// # Panics
    /// Never: the words are fixed and few.
    #[must_use]
    pub fn new() -> Self {
        let words = AhoCorasick::new(WORDS).expect("a few short words make an automaton");
        Self { words }
    }

    /// Whether a file with these bytes must be examined (rather than only be there for others to link to).
    #[must_use]
    pub fn is_interesting(&self, bytes: &[u8]) -> bool {
        self.words.is_match(bytes)
    }
}
