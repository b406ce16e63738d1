//! How a run ends, and what could not be done in it.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};

/// How a run ended; the numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nothing found, nothing to change or nothing left.
    Clean = 0,
    /// Something was found, would change or is left.
    Findings = 1,
    /// Something could not be done.
    Failed = 2,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a file or path could not be done.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Failure {
    shown: String,
    /// Row and column, from 1.
    place: Option<(usize, usize)>,
    message: String,
}

impl Failure {
    pub(crate) fn new(shown: String, message: String) -> Self {
        Self { shown, place: None, message }
    }

    pub(crate) fn at(shown: String, row: usize, column: usize, message: String) -> Self {
        Self { shown, place: Some((row, column)), message }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = self.place.map(|(row, column)| format!(":{row}:{column}")).unwrap_or_default();
        write!(f, "{}{place}: {}", self.shown, self.message)
    }
}
