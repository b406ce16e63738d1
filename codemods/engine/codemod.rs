//! What a codemod is: its documentation, its examples and one function.

use ruff_text_size::TextRange;

use super::context::Context;
use super::fix::Fixes;
use super::project::marks::Lead;
use super::settings::Selection;

pub(crate) use super::finding::Applicability;

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

impl Codemod {
    /// Adds what this codemod finds where `is_wanted` says so to what another one found, unless this one is on itself.
    pub(crate) fn lend(&self, fixes: &mut Fixes<'_>, is_wanted: impl Fn(TextRange) -> bool) {
        let cx = fixes.cx();
        if fixes.is_probe() || cx.settings.selection.contains(self.name) {
            return;
        }
        let mut own = Fixes::new(cx, self.name);
        (self.run)(cx, &mut own);
        fixes.extend(own.into_findings().into_iter().filter(|finding| {
            let range = TextRange::new(finding.start.into(), finding.end.into());
            is_wanted(range) && !cx.is_silenced(range, self.name, self.aliases)
        }));
    }
}

/// What the positions of a selection stand for.
impl Selection {
    /// Those on without being asked for.
    #[must_use]
    pub fn defaults() -> Self {
        Self { chosen: Self::bits(|codemod| codemod.enabled == Enabled::Default), asked: 0 }
    }

    /// Those `all` means: the default and the pedantic ones.
    #[must_use]
    pub fn all() -> Self {
        let bits = Self::bits(|codemod| codemod.enabled != Enabled::Named);
        Self { chosen: bits, asked: bits }
    }

    fn bits(keep: impl Fn(&Codemod) -> bool) -> u128 {
        let positions = crate::CODEMODS.iter().enumerate().filter(|(_, codemod)| keep(codemod));
        positions.fold(0, |bits, (index, _)| bits | 1 << index)
    }

    /// The codemods that take part, in the order of [`crate::CODEMODS`].
    pub fn iter(&self) -> impl Iterator<Item = &'static Codemod> {
        let bits = self.chosen;
        crate::CODEMODS
            .iter()
            .enumerate()
            .filter(move |(index, _)| bits & (1 << index) != 0)
            .map(|(_, codemod)| *codemod)
    }
}
