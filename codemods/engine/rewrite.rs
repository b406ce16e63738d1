//! From a file's text to its findings, and from its findings to its new text.

use super::apply::{apply, merge};
use super::context::Context;
use super::convert::{Mentions, Planner};
use super::finding::{Applicability, Edit, Finding};
use super::fix::Fixes;
use super::imports::{UsedImports, unused_import_removals, used_imports};
use super::notebook::{self, Cell};
use super::project::marks::Leads;
use super::project::modules::Modules;
use super::project::reduce::World;
use super::project::{Project, Summary};
use super::semantic::Semantic;
use super::settings::Settings;
use super::source::{Problem, Source, SourceFile};
use ruff_text_size::TextRange;

/// The result of applying fixes to a file until nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The new text; equal to the old when nothing was applied.
    pub text: String,
    /// The findings whose fixes were applied, placed in the text of the pass that applied them.
    pub applied: Vec<Finding>,
    /// The findings left, placed in the new text.
    pub remaining: Vec<Finding>,
    /// Where the cells of a notebook begin in the new text.
    pub cells: Vec<Cell>,
}

/// How often fixes are applied before we say that they do not settle. Real files need two or three passes.
const MAX_PASSES: usize = 50;

/// Turns one file into what other files need to know of it. Whether a codemod finds something in it is only asked
/// where `may_find` says that it is worth asking: see [`super::scan::Scan`].
///
/// # Errors
/// [`Problem::Syntax`] and [`Problem::TooDeep`].
pub fn summarize(file: &SourceFile<'_>, settings: &Settings, may_find: bool) -> Result<Summary, Problem> {
    let source = Source::parse(file)?;
    let semantic = Semantic::new(&source);
    let mut summary = Summary::new(&source, &semantic, settings);
    if !may_find {
        return Ok(summary);
    }
    let nothing = Project::default();
    summary.has_findings =
        with_context(&source, &semantic, &summary, settings, &nothing, |cx| finds_anything(cx, settings));
    if let Some(module) = &settings.helper_module
        && summary.has_findings
    {
        summary.needs(module);
    }
    Ok(summary)
}

/// What one file says of the functions that a planner asks about.
///
/// # Errors
/// [`Problem::Syntax`] and [`Problem::TooDeep`].
pub fn find_mentions(
    file: &SourceFile<'_>,
    settings: &Settings,
    project: &Project,
    planner: &Planner,
) -> Result<Mentions, Problem> {
    let source = Source::parse(file)?;
    let semantic = Semantic::new(&source);
    let summary = Summary::new(&source, &semantic, settings);
    Ok(with_context(&source, &semantic, &summary, settings, project, |cx| planner.find(cx)))
}

/// The findings in one file, in the order of their places. The text must be the one that was linked, if the file
/// was.
///
/// # Errors
/// [`Problem::Syntax`] and [`Problem::TooDeep`].
pub fn examine(
    file: &SourceFile<'_>,
    settings: &Settings,
    project: &Project,
) -> Result<Vec<Finding>, Problem> {
    let source = Source::parse(file)?;
    let semantic = Semantic::new(&source);
    // The text is the one that was linked, and so is what it says of itself.
    let linked =
        project.modules.named(file.module).and_then(|at| project.summaries.get(at as usize)?.as_ref());
    let fresh;
    let summary = match linked {
        Some(summary) => summary,
        None => {
            fresh = Summary::new(&source, &semantic, settings);
            &fresh
        }
    };
    let leads = project.leads_of(file.module);
    Ok(with_context(&source, &semantic, summary, settings, project, |cx| findings(cx, settings, leads)))
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
    let mut text = file.text.to_owned();
    let mut cells = file.cells.to_vec();
    let mut applied: Vec<Finding> = Vec::new();
    let mut used_before: Option<UsedImports> = None;
    let mut last: Vec<&'static str> = Vec::new();
    // Once the text has changed, linking knows too little of it.
    let mut leads = project.leads_of(file.module);
    for _ in 0..MAX_PASSES {
        let current = SourceFile { text: &text, cells: &cells, ..*file };
        let source = Source::parse(&current).map_err(|problem| blame(problem, &last))?;
        let looked = look(&source, settings, project, leads, used_before.as_ref());
        leads = Leads::ANYTHING;
        // In a notebook a name may be used by magics, and by whoever runs the next cell.
        if !looked.unused_imports.is_empty() && !source.is_notebook() {
            let cleaned = apply(&text, &looked.unused_imports);
            used_before = None;
            text = cleaned;
            continue;
        }
        let mut candidates: Vec<&Finding> = looked
            .findings
            .iter()
            .filter(|finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability.applies(threshold)))
            .filter(|finding| stays_in_cells(&cells, finding))
            .collect();
        // The other files count on what was planned: nothing else may be in its way.
        if candidates.iter().any(|finding| is_planned(finding)) {
            candidates.retain(|finding| is_planned(finding));
        }
        if candidates.is_empty() {
            return Ok(Rewritten { text, applied, remaining: looked.findings, cells });
        }
        let edits: Vec<&[Edit]> =
            candidates.iter().filter_map(|finding| Some(finding.fix.as_ref()?.edits.as_slice())).collect();
        let merged = merge(edits);
        if candidates.iter().any(|finding| is_planned(finding)) && merged.accepted.contains(&false) {
            let codemods = candidates.iter().map(|finding| finding.codemod).collect();
            let message = "two fixes that were planned change the same place".to_owned();
            return Err(Problem::Internal { codemods, message });
        }
        let chosen = candidates.iter().zip(&merged.accepted).filter(|(_, accepted)| **accepted);
        let before = applied.len();
        applied.extend(chosen.map(|(finding, _)| (*finding).clone()));
        last = applied[before..].iter().map(|finding| finding.codemod).collect();
        last.dedup();
        used_before = Some(looked.used_imports);
        cells = notebook::moved(&cells, &text, &merged.edits);
        text = apply(&text, &merged.edits);
    }
    Err(Problem::Internal { codemods: last, message: "the fixes do not come to an end".to_owned() })
}

/// Whether the fix of a finding is a part of one that was planned for the whole program.
fn is_planned(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.together_with.is_some())
}

/// Whether each edit of a finding's fix is made within one cell, where there are cells.
fn stays_in_cells(cells: &[Cell], finding: &Finding) -> bool {
    let mut edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    cells.is_empty() || edits.all(|edit| !notebook::crosses(cells, edit))
}

/// A result that does not parse is our mistake, not the file's.
fn blame(problem: Problem, codemods: &[&'static str]) -> Problem {
    match problem {
        Problem::Syntax { message, location } if !codemods.is_empty() => Problem::Internal {
            codemods: codemods.to_vec(),
            message: format!("{}:{}: {message}", location.row, location.column),
        },
        other => other,
    }
}

/// What one look at a file gives.
struct Looked {
    findings: Vec<Finding>,
    /// Empty unless the file is being rewritten and there is something to do.
    used_imports: UsedImports,
    unused_imports: Vec<Edit>,
}

/// Everything a file tells, with the imports that a rewrite has to keep an eye on.
fn look(
    source: &Source<'_>,
    settings: &Settings,
    project: &Project,
    leads: Leads,
    used_before: Option<&UsedImports>,
) -> Looked {
    let semantic = Semantic::new(source);
    let summary = Summary::new(source, &semantic, settings);
    with_context(source, &semantic, &summary, settings, project, |cx| {
        let findings = findings(cx, settings, leads);
        let has_fixes = findings.iter().any(|finding| finding.fix.is_some());
        Looked {
            unused_imports: used_before.map_or_else(Vec::new, |before| unused_import_removals(cx, before)),
            used_imports: if has_fixes { used_imports(cx) } else { UsedImports::default() },
            findings,
        }
    })
}

/// Puts a file into its project.
fn with_context<R>(
    source: &Source<'_>,
    semantic: &Semantic<'_>,
    summary: &Summary,
    settings: &Settings,
    project: &Project,
    then: impl FnOnce(&Context<'_>) -> R,
) -> R {
    let lone;
    let (modules, file) = match project.modules.named(source.module) {
        Some(file) => (&project.modules, file),
        None => {
            lone = Modules::alone(source.module, source.is_package);
            (&lone, 0)
        }
    };
    let world = World::new(modules, &project.summaries, Some((file, summary)));
    then(&Context::new(source, semantic, settings, project, world, file))
}

/// Whether any codemod has something to say, without working out the fixes.
fn finds_anything(cx: &Context<'_>, settings: &Settings) -> bool {
    settings.selection.iter().any(|codemod| {
        let mut fixes = Fixes::probe(cx, codemod.name);
        (codemod.run)(cx, &mut fixes);
        fixes.found_anything()
    })
}

/// What the codemods find that these leads concern.
fn findings(cx: &Context<'_>, settings: &Settings, leads: Leads) -> Vec<Finding> {
    let mut findings = Vec::new();
    for codemod in settings.selection.iter().filter(|codemod| leads.concern(codemod.leads)) {
        let mut fixes = Fixes::new(cx, codemod.name);
        (codemod.run)(cx, &mut fixes);
        findings.extend(fixes.into_findings().into_iter().filter(|finding| {
            let range = TextRange::new(finding.start.into(), finding.end.into());
            !cx.is_silenced(range, codemod.name, codemod.aliases)
        }));
    }
    findings.sort_by(|a, b| {
        (a.start, a.end, a.codemod, &a.message).cmp(&(b.start, b.end, b.codemod, &b.message))
    });
    findings
}
