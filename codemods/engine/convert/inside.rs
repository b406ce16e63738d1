//! Whether a function that becomes a coroutine function has anything to await in its own code.

use ruff_text_size::TextSize;
use rustc_hash::FxHashSet;

use super::mentions::Definition;
use crate::engine::apply::apply;
use crate::engine::context::Context;
use crate::engine::finding::Applicability;
use crate::engine::finding::{Edit, Finding};
use crate::engine::fix::Fixes;
use crate::engine::project::reduce::World;
use crate::engine::project::summary::Summary;
use crate::engine::semantic::Semantic;
use crate::engine::source::Source;
use crate::engine::source::SourceFile;

/// Takes back that a function awaits what blocks in it where no fix says how: as if all of them were coroutine functions
/// already, the codemods for what blocks are asked for their fixes.
pub(super) fn settle(cx: &Context<'_>, definitions: &mut [Definition]) {
    // The code of a notebook's cells is not looked at apart from its cells.
    if cx.source.is_notebook() || !definitions.iter().any(|definition| definition.awaits_directly) {
        return;
    }
    let mut edits: Vec<Edit> = definitions
        .iter()
        .filter(|definition| definition.awaits_directly)
        .map(|definition| definition.edit.clone())
        .collect();
    edits.sort_by_key(|edit| edit.start);
    let text = apply(cx.source.text, &edits);
    let awaiting = awaiting(cx, &text);
    for definition in definitions.iter_mut().filter(|definition| definition.awaits_directly) {
        let qualname = &cx.world.function(definition.function).qualname;
        definition.awaits_directly = awaiting.contains(qualname);
    }
}

/// The functions of this text of the file, by their qualified names, in whose own code a fix awaits something.
fn awaiting(cx: &Context<'_>, text: &str) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    let (path, module, is_package) = (cx.source.path, cx.source.module, cx.source.is_package);
    let file = SourceFile { path, text, module, is_package, cells: &[] };
    let Ok(source) = Source::parse(&file) else { return found };
    let semantic = Semantic::new(&source);
    let summary = Summary::new(&source, &semantic, cx.settings);
    let world = World::new(&cx.project.modules, &cx.project.summaries, Some((cx.file, &summary)));
    let then = Context::new(&source, &semantic, cx.settings, cx.project, world, cx.file);
    for codemod in crate::CONVERTED_BY {
        let mut fixes = Fixes::new(&then, codemod.name);
        (codemod.run)(&then, &mut fixes);
        for finding in fixes.into_findings().iter().filter(|finding| awaits(finding)) {
            let scope = then.semantic.frame(then.scope_at(TextSize::new(finding.start)));
            found.insert(then.semantic.scope(scope).qualname.clone());
        }
    }
    found
}

/// Whether the fix of a finding, if it is going to be applied, awaits something.
fn awaits(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| {
        let is_async = |edit: &Edit| ["await ", "async "].iter().any(|word| edit.content.contains(word));
        fix.applicability.applies(Applicability::Unsafe) && fix.edits.iter().any(is_async)
    })
}
