//! From a file's text to its findings, and from its findings to its new text.

use super::codemod::Applicability;
use super::finding::{Finding, Position};
use super::project::{Project, Summary};
use super::settings::Settings;

/// One Python file as the codemods see it.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// The path as it is shown, with `/`.
    pub path: &'a str,
    /// The decoded text without a byte order mark; newlines are as in the file.
    pub text: &'a str,
    /// The dotted module name, unique in the project: [`super::project::Link::module`].
    pub module: &'a str,
    /// Whether the file is an `__init__.py`.
    pub is_package: bool,
}

/// Why a file could not be examined or rewritten. The file is as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The text is not Python 3.
    Syntax {
        /// What the parser says, lower case, no final stop.
        message: String,
        /// Where.
        location: Position,
    },
    /// The text nests deeper than we follow.
    TooDeep {
        /// Where the limit was passed.
        location: Position,
    },
    /// Our bug: applying these codemods' fixes gave text that is not Python.
    Internal {
        /// The codemods whose fixes were applied in the pass that failed.
        codemods: Vec<&'static str>,
        /// What the parser says about the result.
        message: String,
    },
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Syntax { message, location } => {
                write!(f, "{}:{}: syntax error: {message}", location.row, location.column)
            }
            Self::TooDeep { location } => write!(
                f,
                "{}:{}: nested too deeply to analyse; the file was left unchanged",
                location.row, location.column
            ),
            Self::Internal { codemods, message } => write!(
                f,
                "the fixes of {} would have made this file invalid ({message}); the file was left unchanged. \
                 This is a bug in asyncfix: please report it with the file",
                codemods.join(", ")
            ),
        }
    }
}

impl std::error::Error for Problem {}

/// The result of applying fixes to a file until nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The new text; equal to the old when nothing was applied.
    pub text: String,
    /// The findings whose fixes were applied, placed in the text of the pass that applied them.
    pub applied: Vec<Finding>,
    /// The findings left, placed in the new text.
    pub remaining: Vec<Finding>,
}

/// Turns one file into what other files need to know of it.
///
/// # Errors
/// [`Problem::Syntax`] and [`Problem::TooDeep`].
pub fn summarize(file: &SourceFile<'_>, settings: &Settings) -> Result<Summary, Problem> {
    let _ = (file, settings);
    Ok(Summary::default())
}

/// The findings in one file, in the order of their places.
///
/// # Errors
/// [`Problem::Syntax`] and [`Problem::TooDeep`].
pub fn examine(
    file: &SourceFile<'_>,
    settings: &Settings,
    project: &Project,
) -> Result<Vec<Finding>, Problem> {
    let _ = (file, settings, project);
    Ok(Vec::new())
}

/// Applies the fixes of level `threshold` and above until nothing changes.
///
/// # Errors
/// Any [`Problem`]; the file is to be left as it is.
pub fn rewrite(
    file: &SourceFile<'_>,
    settings: &Settings,
    project: &Project,
    threshold: Applicability,
) -> Result<Rewritten, Problem> {
    let _ = (settings, project, threshold);
    Ok(Rewritten { text: file.text.to_owned(), applied: Vec::new(), remaining: Vec::new() })
}
