//! Tells from a file's bytes whether it can matter: the only work done on most files.

use aho_corasick::packed::{Config, MatchKind, Searcher};

/// A file without any of these has no coroutine and names none of the libraries that run them. `async` alone
/// would also find "asynchronous" in prose.
const WORDS: [&str; 8] =
    ["async def", "async with", "async for", "await", "asyncio", "anyio", "import trio", "from trio"];

/// A byte scanner, made once and shared between threads.
#[derive(Debug)]
pub struct Scan {
    words: Option<Searcher>,
}

impl Default for Scan {
    fn default() -> Self {
        Self::new()
    }
}

impl Scan {
    /// A scanner for the words without which no codemod can find anything.
    #[must_use]
    pub fn new() -> Self {
        // Compares many bytes at once where the processor can; there is none where it cannot.
        let config = Config::new().match_kind(MatchKind::LeftmostFirst).to_owned();
        Self { words: config.builder().extend(WORDS).build() }
    }

    /// Whether a file with these bytes must be examined (rather than only be there for others to link to).
    #[must_use]
    pub fn is_interesting(&self, bytes: &[u8]) -> bool {
        match &self.words {
            Some(words) => words.find(bytes).is_some(),
            None => WORDS.iter().any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some()),
        }
    }
}
