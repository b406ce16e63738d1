//! What a codemod is: its documentation, its examples and one function.

use super::context::Context;
use super::fix::Fixes;
use super::project::marks::Lead;

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

/// When a codemod takes part in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Enabled {
    /// Without being asked for.
    Default,
    /// Only with `--select NAME` or `--select all`.
    Pedantic,
    /// Only with `--select NAME`: it changes the shape of the program.
    Named,
}

/// One mistake, everything about it: what `--list`, `--explain`, the READMEs and the tests show and check.
#[derive(Debug, Clone, Copy)]
pub struct Codemod {
    /// Kebab-case words, permanent; the file is the name with underscores.
    pub name: &'static str,
    /// One line, imperative, no final stop: what to do instead.
    pub summary: &'static str,
    /// Why the mistake matters, in sentences. May have several paragraphs (Markdown).
    pub rationale: &'static str,
    /// The highest level of its fixes.
    pub applicability: Applicability,
    /// When it takes part.
    pub enabled: Enabled,
    /// Codes of the same mistake in ruff and flake8-async: a `# noqa` with one of them silences this one.
    pub aliases: &'static [&'static str],
    /// What linking the files may add that makes it find something in a file where it found nothing alone, besides new
    /// meanings of names. Only codemods with one of a file's leads look at such a file.
    pub(crate) leads: &'static [Lead],
    /// Small annotated diffs: documentation and test at once. The format is in [`crate::examples`].
    pub examples: &'static str,
    /// Looks at one file and records findings.
    pub(crate) run: fn(&Context<'_>, &mut Fixes<'_>),
}
