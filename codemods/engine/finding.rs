//! What a run says about a file: findings, with the edits that would mend them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A place in the text a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Lines, from 1.
    pub row: u32,
    /// Characters (not bytes), from 1.
    pub column: u32,
}

/// A replacement of the bytes `start..end` of the original text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// First byte replaced.
    pub start: u32,
    /// One past the last byte replaced; equal to `start` for an insertion.
    pub end: u32,
    /// The text put in their place.
    pub content: String,
}

impl Edit {
    /// Puts `content` in the place of `start..end`.
    #[must_use]
    pub fn replacement(start: u32, end: u32, content: impl Into<String>) -> Self {
        Self { start, end, content: content.into() }
    }

    /// Puts `content` before byte `at`.
    #[must_use]
    pub fn insertion(at: u32, content: impl Into<String>) -> Self {
        Self::replacement(at, at, content)
    }
}

/// How far a fix may be trusted. Ordered: a threshold admits itself and everything above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// For eyes only: never applied.
    Suggested,
    /// Right in most programs; a person should read it. Applied with `--unsafe-fixes`.
    Unsafe,
    /// Keeps what the program computes, and its comments. Applied by `--write` and `--diff`.
    Safe,
}

impl Applicability {
    /// Whether a fix of this level is applied when `threshold` is the lowest level asked for.
    #[must_use]
    pub fn applies(self, threshold: Self) -> bool {
        self >= threshold
    }

    /// The word used in JSON and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// A change that mends a finding: all of its edits, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// What it does, imperative: "await `asyncio.sleep`".
    pub message: String,
    /// Sorted, disjoint, imports and helpers included: applied to the original text they are the whole change.
    pub edits: Vec<Edit>,
    /// For a part of a change that was planned for the whole program: the other files that it changes, relative to the
    /// project's root. All of them are written or none.
    pub together_with: Option<Vec<String>>,
}

/// One step of the way from a coroutine to what blocks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainStep {
    /// The qualified name of the function, or of what blocks at the end of the chain.
    pub function: String,
    /// Where it is called or defined; empty for a name outside the project.
    pub filename: String,
    /// Lines, from 1; 0 for a name outside the project.
    pub row: u32,
}

/// The name of a codemod; a name of its own keeps serde from borrowing it from what it reads.
type Name = &'static str;

/// One mistake in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The name of the codemod.
    #[serde(deserialize_with = "name_of_codemod")]
    pub codemod: Name,
    /// What is wrong and what to do, one line.
    pub message: String,
    /// First byte of the construct.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// The cell of a notebook that holds it, from 1: rows are counted from its first.
    pub cell: Option<u32>,
    /// The same as a place to read.
    pub location: Position,
    /// One past the end, as a place to read.
    pub end_location: Position,
    /// The line of the source at `location`, without its newline.
    pub source_line: String,
    /// The change that mends it, if there is one.
    pub fix: Option<Fix>,
    /// Why there is no fix, or why it is not safe. `None` when there is nothing to explain.
    pub reason: Option<String>,
    /// The call path, for findings that rest on other functions.
    pub chain: Vec<ChainStep>,
    /// The call path that clashes with it, for findings about two.
    pub other_chain: Vec<ChainStep>,
}

/// Reads the name of one of our codemods.
fn name_of_codemod<'d, D: Deserializer<'d>>(deserializer: D) -> Result<&'static str, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = crate::codemod(&name).map(|codemod| codemod.name);
    known.ok_or_else(|| D::Error::custom(format!("there is no codemod `{name}`")))
}
