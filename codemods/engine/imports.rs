//! Imports and module-level definitions: how a name is spelled in a file, where a missing one goes, and which
//! are no longer needed.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_source_file::UniversalNewlines as _;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use super::apis::is_standard_library;
use super::context::Context;
use super::finding::Edit;
use super::semantic::{BindingId, BindingKind, Reaching, ScopeId};

/// How `module` + `rest` (`asyncio` + `.sleep`) is written for code at `at`, and the edits that make it so.
pub(crate) fn spell(cx: &Context<'_>, module: &str, rest: &str, at: TextSize) -> (String, Vec<Edit>) {
    let wanted = format!("{module}{rest}");
    if let Some(name) = visible_binding(cx, &wanted, at) {
        return (name, Vec::new());
    }
    if !rest.is_empty()
        && let Some(name) = visible_binding(cx, module, at)
    {
        return (format!("{name}{rest}"), Vec::new());
    }
    let scope = cx.scope_at(at);
    let head = module.split('.').next().unwrap_or(module);
    let (statement, name) = if !cx.semantic.is_taken(head, scope) || is_imported_below(cx, head, scope) {
        (format!("import {module}"), module.to_owned())
    } else {
        let alias = cx.fresh_name(&format!("_{}", module.replace('.', "_")));
        (format!("import {module} as {alias}"), alias)
    };
    (format!("{name}{rest}"), vec![import_insertion(cx, &statement, head)])
}

/// Whether a name means the module of that name in the whole file, imported too late or not always.
fn is_imported_below(cx: &Context<'_>, name: &str, scope: ScopeId) -> bool {
    let all = cx.semantic.bindings_of(name, 0);
    let is_module = |id: &BindingId| {
        is_import(cx.semantic.binding(*id).kind) && cx.semantic.binding_symbol(*id).as_deref() == Some(name)
    };
    cx.semantic.lookup(name, scope) == Some(0) && !all.is_empty() && all.iter().all(is_module)
}

/// How `name` of a project module is written for code at `at`, and the edits that make it so.
pub(crate) fn spell_name(cx: &Context<'_>, module: &str, name: &str, at: TextSize) -> (String, Vec<Edit>) {
    spell_name_as(cx, module, name, &format!("_{name}"), at)
}

/// The same; where the name is taken, the import calls it `alias`, or something like it.
pub(crate) fn spell_name_as(
    cx: &Context<'_>,
    module: &str,
    name: &str,
    alias: &str,
    at: TextSize,
) -> (String, Vec<Edit>) {
    let wanted = format!("{module}.{name}");
    if let Some(found) = visible_binding(cx, &wanted, at) {
        return (found, Vec::new());
    }
    let scope = cx.scope_at(at);
    let (statement, spelled) = if cx.semantic.is_taken(name, scope) {
        let alias = cx.fresh_name(alias);
        (format!("from {module} import {name} as {alias}"), alias)
    } else {
        (format!("from {module} import {name}"), name.to_owned())
    };
    let head = module.split('.').next().unwrap_or(module);
    (spelled, vec![import_insertion(cx, &statement, head)])
}

/// A name by which code at `at` already reaches the symbol through an import that has run by then.
fn visible_binding(cx: &Context<'_>, symbol: &str, at: TextSize) -> Option<String> {
    let scope = cx.scope_at(at);
    let node = cx.node_at(at);
    let semantic = cx.semantic;
    let mut found: Option<String> = None;
    for id in semantic.imports.iter().copied() {
        let binding = semantic.binding(id);
        if binding.type_checking || semantic.binding_symbol(id).as_deref() != Some(symbol) {
            continue;
        }
        if semantic.lookup(binding.name, scope) != Some(binding.scope) {
            continue;
        }
        // The import must be what the name means here, and must have run.
        let reached = semantic.reaching(binding.name, Some(node), scope);
        let sure = match reached {
            Reaching::One(found) => found == id,
            Reaching::Many(all) => {
                all.iter().all(|other| semantic.binding_symbol(*other).as_deref() == Some(symbol))
            }
            Reaching::Unbound => false,
        };
        let runs_before = binding.from <= at || semantic.frame(binding.scope) != semantic.frame(scope);
        let unconditional = binding.scope != 0 || is_reliable(cx, id);
        if sure && runs_before && unconditional {
            found = Some(binding.name.to_owned());
            break;
        }
    }
    found
}

/// Whether a module-level import runs whenever the module is imported: it stands at the top level, or in the
/// body of a `try` whose fallback binds the same name.
fn is_reliable(cx: &Context<'_>, id: BindingId) -> bool {
    let binding = cx.semantic.binding(id);
    let mut inside = cx.semantic.ancestors(binding.node).skip(1);
    match inside.next().map(|node| node.ast) {
        Some(AnyNodeRef::ModModule(_)) | None => true,
        Some(AnyNodeRef::StmtTry(statement)) => {
            matches!(inside.next().map(|node| node.ast), Some(AnyNodeRef::ModModule(_)))
                && statement
                    .body
                    .iter()
                    .any(|s| s.range().contains_range(cx.semantic.node(binding.node).ast.range()))
        }
        _ => false,
    }
}

/// The imports at the top of the file, as they follow one another: `__future__` ones left out.
fn prelude<'a>(cx: &Context<'a>) -> (Vec<&'a Stmt>, Option<&'a Stmt>) {
    let body = cx.body();
    let mut imports = Vec::new();
    // The last statement that must stay above any import.
    let mut above = None;
    for (index, statement) in body.iter().enumerate() {
        match statement {
            Stmt::Expr(ast::StmtExpr { value, .. }) if index == 0 && value.is_string_literal_expr() => {
                above = Some(statement);
            }
            Stmt::ImportFrom(from) if from.module.as_deref() == Some("__future__") => above = Some(statement),
            Stmt::Import(_) | Stmt::ImportFrom(_) => imports.push(statement),
            // What a notebook begins with may install or find what is imported.
            Stmt::IpyEscapeCommand(_) if imports.is_empty() => above = Some(statement),
            Stmt::IpyEscapeCommand(_) => {}
            _ => break,
        }
    }
    (imports, above)
}

/// Which block an import belongs to: the standard library's, other packages', the project's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Standard,
    ThirdParty,
    Own,
}

fn section(cx: &Context<'_>, statement: &Stmt) -> Section {
    match statement {
        Stmt::Import(import) => {
            import.names.first().map_or(Section::ThirdParty, |alias| module_section(cx, alias.name.as_str()))
        }
        Stmt::ImportFrom(from) if from.level > 0 => Section::Own,
        Stmt::ImportFrom(from) => module_section(cx, from.module.as_deref().unwrap_or_default()),
        _ => Section::Own,
    }
}

fn module_section(cx: &Context<'_>, module: &str) -> Section {
    let head = module.split('.').next().unwrap_or(module);
    if is_standard_library(head) {
        Section::Standard
    } else if cx.is_project_module(head) {
        Section::Own
    } else {
        Section::ThirdParty
    }
}

/// The edit that adds an import statement to the file's own block of imports.
fn import_insertion(cx: &Context<'_>, statement: &str, head: &str) -> Edit {
    let source = cx.source;
    let newline = source.style().newline;
    let (imports, above) = prelude(cx);
    let wanted = if statement.starts_with("from .") { Section::Own } else { module_section(cx, head) };
    let line = format!("{statement}{newline}");
    let own_line: Vec<&Stmt> = imports.iter().copied().filter(|s| source.starts_line(s.start())).collect();
    if own_line.is_empty() {
        return match (imports.first(), above) {
            // `import a; import b` on the docstring's line: nothing to line up with.
            (_, Some(above)) => {
                let at = end_of_line(cx, above.end());
                let blank = if above.is_expr_stmt() || imports.is_empty() { newline } else { "" };
                let gap = gap_after(cx, at);
                Edit::insertion(at.to_u32(), format!("{}{blank}{line}{gap}", missing_newline(cx, at)))
            }
            (_, None) => {
                let at = first_code_line(cx);
                let gap = gap_after(cx, at);
                Edit::insertion(at.to_u32(), format!("{line}{gap}"))
            }
        };
    }
    let same: Vec<&Stmt> = own_line.iter().copied().filter(|s| section(cx, s) == wanted).collect();
    let key = |s: &Stmt| match s {
        Stmt::Import(import) => import.names.first().map(|a| a.name.as_str().to_lowercase()),
        _ => None,
    };
    let is_plain = statement.starts_with("import ");
    if let Some(first) = same.first() {
        // One block, from the first of its kind to where the kind changes.
        let from = own_line.iter().position(|s| s.range() == first.range()).unwrap_or(0);
        let block: Vec<&Stmt> =
            own_line[from..].iter().copied().take_while(|s| section(cx, s) == wanted).collect();
        let name = statement.split(' ').nth(1).unwrap_or_default().to_lowercase();
        let before = if is_plain {
            block.iter().find(|s| key(s).is_none_or(|other| other > name))
        } else {
            block.iter().find(|s| match s {
                // The project's own modules by their full name come before those by a relative one.
                Stmt::ImportFrom(from) if from.level > 0 && !statement.starts_with("from .") => true,
                Stmt::ImportFrom(from) => from.module.as_deref().unwrap_or_default().to_lowercase() > name,
                _ => false,
            })
        };
        // Plain imports come first in a block only if the block is kept that way.
        let before = match before {
            Some(found) if is_plain && key(found).is_none() => block
                .iter()
                .rev()
                .find(|s| key(s).is_some())
                .map_or(Placement::Before(found), |last| Placement::After(last)),
            Some(found) => Placement::Before(found),
            None => Placement::After(block[block.len() - 1]),
        };
        return match before {
            Placement::Before(s) => Edit::insertion(source.line_start(s.start()).to_u32(), line),
            Placement::After(s) => {
                let at = end_of_line(cx, s.end());
                Edit::insertion(at.to_u32(), format!("{}{line}", missing_newline(cx, at)))
            }
        };
    }
    // A block of its own, in the customary order.
    if let Some(next) = own_line.iter().find(|s| section(cx, s) > wanted) {
        let at = source.line_start(next.start());
        return Edit::insertion(at.to_u32(), format!("{line}{newline}"));
    }
    let last = own_line[own_line.len() - 1];
    let at = end_of_line(cx, last.end());
    Edit::insertion(at.to_u32(), format!("{}{newline}{line}", missing_newline(cx, at)))
}

enum Placement<'s> {
    Before(&'s Stmt),
    After(&'s Stmt),
}

/// One past the newline of the line that holds `offset`, compound lines (`a; b`) included.
fn end_of_line(cx: &Context<'_>, offset: TextSize) -> TextSize {
    cx.source.line_end(offset)
}

/// The newline to write first when the file ends without one at `at`.
fn missing_newline<'s>(cx: &'s Context<'_>, at: TextSize) -> &'s str {
    let before = &cx.source.text[..at.to_usize()];
    if before.is_empty() || before.ends_with(['\n', '\r']) { "" } else { cx.source.style().newline }
}

/// A blank line, unless one (or the end of the file) follows already.
fn gap_after<'s>(cx: &'s Context<'_>, at: TextSize) -> &'s str {
    let after = &cx.source.text[at.to_usize()..];
    if after.is_empty() || blank_lines(after) > 0 { "" } else { cx.source.style().newline }
}

/// How many blank lines a text begins with; one with a form feed on it is blank.
fn blank_lines(text: &str) -> usize {
    text.universal_newlines().take_while(|line| line.trim().is_empty()).count()
}

/// Where the first code line may go in a file without imports: below the comments at the top (shebang, coding,
/// licence) that are set off by a blank line, and above the first statement.
fn first_code_line(cx: &Context<'_>) -> TextSize {
    let source = cx.source;
    let Some(first) = cx.body().first() else { return TextSize::of(source.text) };
    let start = match first {
        Stmt::FunctionDef(f) if !f.decorator_list.is_empty() => f.decorator_list[0].start(),
        Stmt::ClassDef(c) if !c.decorator_list.is_empty() => c.decorator_list[0].start(),
        _ => first.start(),
    };
    let mut at = source.line_start(start);
    // Comments right above the first statement belong to it, unless they open the file.
    for comment in source.comments().iter().rev() {
        if comment.start() >= at || !source.starts_line(comment.start()) {
            continue;
        }
        let line = source.line_start(comment.start());
        let follows = source.line_end(comment.start()) == at;
        if !follows || line == TextSize::new(0) || is_header(source.slice(*comment)) {
            break;
        }
        at = line;
    }
    at
}

fn is_header(comment: &str) -> bool {
    comment.starts_with("#!") || comment.contains("coding:") || comment.contains("coding=")
}

/// The edit that puts a definition after the imports at the top of the file.
pub(crate) fn definition(cx: &Context<'_>, text: &str) -> Edit {
    let source = cx.source;
    let style = source.style();
    let (imports, above) = prelude(cx);
    let last_import = cx
        .body()
        .iter()
        .take_while(|s| !matches!(s, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) && !is_main_guard(s))
        .filter(|s| holds_import(s))
        .last()
        .or(imports.last().copied())
        .or(above);
    let text = text.replace("    ", &style.indent).replace('\n', style.newline);
    let text = text.trim_end_matches(['\n', '\r']);
    let is_block = text.starts_with("def ") || text.starts_with("async def ") || text.starts_with("class ");
    let newline = style.newline;
    // Two blank lines keep a function or class from what stands next to it.
    let blocks_follow = |at: TextSize| {
        let mut body = cx.body().iter();
        let next = body.find(|statement| statement.start() >= at);
        is_block || matches!(next, Some(Stmt::FunctionDef(_) | Stmt::ClassDef(_)))
    };
    match last_import {
        Some(statement) => {
            let at = end_of_line(cx, statement.end());
            let after = &source.text[at.to_usize()..];
            let is_apart = is_block || ends_in_block(cx, statement);
            let blank_before = newline.repeat(if is_apart { 2 } else { 1 });
            let wanted: usize = match (after.trim().is_empty(), blocks_follow(at)) {
                (true, _) => 0,
                (false, true) => 2,
                (false, false) => 1,
            };
            let blank_after = newline.repeat(wanted.saturating_sub(blank_lines(after)));
            Edit::insertion(
                at.to_u32(),
                format!("{}{blank_before}{text}{newline}{blank_after}", missing_newline(cx, at)),
            )
        }
        None => {
            let at = first_code_line(cx);
            let gap = if blocks_follow(at) { format!("{newline}{newline}") } else { newline.to_owned() };
            Edit::insertion(at.to_u32(), format!("{}{text}{newline}{gap}", missing_newline(cx, at)))
        }
    }
}

/// Whether the last thing in a statement that holds imports is a function or class.
fn ends_in_block(cx: &Context<'_>, statement: &Stmt) -> bool {
    let is_compound = matches!(statement, Stmt::If(_) | Stmt::Try(_) | Stmt::With(_));
    is_compound
        && cx.semantic.each(&cx.semantic.statements).any(|node| {
            let is_block = node.ast.is_stmt_function_def() || node.ast.is_stmt_class_def();
            is_block && node.ast.end() == statement.end()
        })
}

/// The edit that puts a function or class below the top-level statement that binds `name`; `None` when there is
/// no such statement on lines of its own.
pub(crate) fn definition_below(cx: &Context<'_>, name: &str, text: &str) -> Option<Edit> {
    let source = cx.source;
    let style = source.style();
    let node = cx.semantic.binding(*cx.semantic.bindings_of(name, 0).last()?).node;
    let range = cx.semantic.node(node).ast.range();
    let statement = cx.body().iter().find(|statement| statement.range().contains_range(range))?;
    let at = end_of_line(cx, statement.end());
    let tail = source.slice(TextRange::new(statement.end(), at)).trim();
    if !(tail.is_empty() || tail.starts_with('#')) {
        return None;
    }
    let newline = style.newline;
    let text = text.replace("    ", &style.indent).replace('\n', newline);
    let after = &source.text[at.to_usize()..];
    let wanted: usize = if after.trim().is_empty() { 0 } else { 2 };
    let blank_after = newline.repeat(wanted.saturating_sub(blank_lines(after)));
    let before = missing_newline(cx, at);
    Some(Edit::insertion(at.to_u32(), format!("{before}{newline}{newline}{text}{newline}{blank_after}")))
}

fn is_main_guard(statement: &Stmt) -> bool {
    let Stmt::If(branch) = statement else { return false };
    matches!(&*branch.test, Expr::Compare(c) if matches!(&*c.left, Expr::Name(n) if n.id.as_str() == "__name__"))
}

/// Whether a top-level statement is an import, or a `try`/`if` around imports.
fn holds_import(statement: &Stmt) -> bool {
    match statement {
        Stmt::Import(_) | Stmt::ImportFrom(_) => true,
        Stmt::Try(s) => s.body.iter().any(holds_import),
        Stmt::If(s) => s.body.iter().any(holds_import),
        _ => false,
    }
}

/// The edit that removes a statement with its line; a suite left empty gets `pass`.
pub(crate) fn statement_removal(cx: &Context<'_>, statement: &(impl Ranged + HasNodeIndex)) -> Edit {
    let source = cx.source;
    let range = statement.range();
    let only = cx.semantic.id(statement).is_some_and(|id| {
        let in_module = cx.semantic.node(id).parent == 0;
        !in_module && cx.semantic.suite(id).len() == 1
    });
    if only {
        return Edit::replacement(range.start().to_u32(), range.end().to_u32(), "pass");
    }
    let line_end = source.line_end(range.end());
    let tail = source.slice(TextRange::new(range.end(), line_end));
    let head_free = source.starts_line(range.start());
    let tail_text = tail.trim_end_matches(['\n', '\r']).trim();
    if head_free && tail_text.is_empty() {
        let start = source.line_start(range.start());
        // What set an import off from the rest of a function has nothing to set off any more, and of the blank
        // lines on both sides of any other statement the greater number stays.
        let in_module = cx.semantic.id(statement).is_some_and(|id| cx.semantic.node(id).parent == 0);
        let opens_suite = cx.semantic.id(statement).is_some_and(|id| {
            let suite = cx.semantic.suite(id);
            !in_module && suite.first().is_some_and(|first| first.range() == range)
        });
        let mut spare = if opens_suite || in_module && start == TextSize::new(0) {
            usize::MAX
        } else {
            let above = source.text[..start.to_usize()].lines().rev();
            above.take_while(|line| line.trim().is_empty()).count()
        };
        let mut end = line_end;
        while spare > 0 && end < source.line_end(end) && source.line(end).trim().is_empty() {
            end = source.line_end(end);
            spare -= 1;
        }
        return Edit::replacement(start.to_u32(), end.to_u32(), "");
    }
    if let Some(after) = tail_text.strip_prefix(';') {
        // `import a; b()`: the semicolon and the space after it go too.
        let skipped = tail.len() - tail.trim_start().len() + 1;
        let spaces = tail[skipped..].len() - tail[skipped..].trim_start_matches(' ').len();
        if !after.trim().is_empty() {
            let end = range.end().to_u32() + (skipped + spaces) as u32;
            return Edit::replacement(range.start().to_u32(), end, "");
        }
    }
    if !head_free {
        // `a(); import b`: the semicolon before goes.
        let line_start = source.line_start(range.start());
        let head = source.slice(TextRange::new(line_start, range.start()));
        if let Some(kept) = head.trim_end().strip_suffix(';') {
            let start = line_start.to_u32() + kept.len() as u32;
            return Edit::replacement(start, range.end().to_u32(), "");
        }
        return Edit::replacement(range.start().to_u32(), range.end().to_u32(), "pass");
    }
    // A comment follows on the line: the line goes with the statement it spoke of.
    let start = source.line_start(range.start());
    Edit::replacement(start.to_u32(), line_end.to_u32(), "")
}

/// An import that is read somewhere: what makes removing it a change.
pub(crate) type UsedImports = FxHashSet<(String, String)>;

/// The `(scope:name, qualified name)` of every import that something in the file reads.
pub(crate) fn used_imports(cx: &Context<'_>) -> UsedImports {
    let mut used = FxHashSet::default();
    for (index, binding) in cx.semantic.bindings.iter().enumerate() {
        if is_import(binding.kind) && is_read(cx, index as BindingId) {
            used.insert(import_key(cx, index as BindingId));
        }
    }
    used
}

fn is_import(kind: BindingKind<'_>) -> bool {
    matches!(kind, BindingKind::Import { .. } | BindingKind::ImportFrom { .. })
}

fn import_key(cx: &Context<'_>, id: BindingId) -> (String, String) {
    let binding = cx.semantic.binding(id);
    let path = match binding.kind {
        BindingKind::Import { alias } => alias.name.to_string(),
        BindingKind::ImportFrom { alias, statement } => {
            format!("{}.{}", cx.semantic.absolute_module(statement), alias.name.as_str())
        }
        _ => String::new(),
    };
    // The same import in two functions is two imports.
    let scope = &cx.semantic.scope(binding.scope).qualname;
    (format!("{scope}:{}", binding.name), path)
}

/// Whether an imported name is read: by a name in scope, in `__all__`, or in a string that is an annotation.
fn is_read(cx: &Context<'_>, id: BindingId) -> bool {
    let binding = cx.semantic.binding(id);
    if cx.semantic.reads_of(binding.name, binding.scope).next().is_some() {
        return true;
    }
    cx.semantic.scopes.iter().any(|scope| {
        // `global time` in a function makes the module's name part of what it does.
        scope.declares_outer(binding.name)
    }) || cx.exports_or_annotates(binding.name)
}

/// The edits that remove imports which were read before (`before`) and are not any more.
pub(crate) fn unused_import_removals(cx: &Context<'_>, before: &UsedImports) -> Vec<Edit> {
    let mut gone: Vec<BindingId> = Vec::new();
    for (index, binding) in cx.semantic.bindings.iter().enumerate() {
        let id = index as BindingId;
        if cx.source.is_package && binding.scope == 0 {
            // A package's names are its interface.
            continue;
        }
        if !is_import(binding.kind) || !before.contains(&import_key(cx, id)) || is_read(cx, id) {
            continue;
        }
        // `import a as a` and `from a import b as b` say that the name is meant for others.
        let alias = match binding.kind {
            BindingKind::Import { alias } | BindingKind::ImportFrom { alias, .. } => alias,
            _ => continue,
        };
        let re_exported = alias.asname.as_ref().is_some_and(|name| name.as_str() == alias.name.as_str());
        let dotted = matches!(binding.kind, BindingKind::Import { .. }) && alias.name.as_str().contains('.');
        let in_try =
            cx.semantic.ancestors(binding.node).any(|node| matches!(node.ast, AnyNodeRef::StmtTry(_)));
        if re_exported || dotted || in_try || cx.is_imported_elsewhere(binding.name) || has_marker(cx, alias)
        {
            continue;
        }
        gone.push(id);
    }
    let mut edits = Vec::new();
    let mut done: Vec<TextRange> = Vec::new();
    for id in &gone {
        let node = cx.semantic.binding(*id).node;
        let Some(statement) = cx.semantic.ancestors(node).next() else { continue };
        if done.contains(&statement.ast.range()) {
            continue;
        }
        done.push(statement.ast.range());
        let names: &[ast::Alias] = match statement.ast {
            AnyNodeRef::StmtImport(s) => &s.names,
            AnyNodeRef::StmtImportFrom(s) => &s.names,
            _ => continue,
        };
        let is_gone = |alias: &ast::Alias| {
            gone.iter().any(|id| cx.semantic.node(cx.semantic.binding(*id).node).ast.range() == alias.range())
        };
        if names.iter().all(is_gone) {
            edits.push(match statement.ast {
                AnyNodeRef::StmtImport(s) => statement_removal(cx, s),
                AnyNodeRef::StmtImportFrom(s) => statement_removal(cx, s),
                _ => continue,
            });
            continue;
        }
        edits.extend(alias_removals(names, &is_gone));
    }
    edits.sort();
    edits
}

/// Removes some of several names of one import, each with the comma that goes with it.
fn alias_removals(names: &[ast::Alias], is_gone: &dyn Fn(&ast::Alias) -> bool) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut index = 0;
    while index < names.len() {
        if !is_gone(&names[index]) {
            index += 1;
            continue;
        }
        let first = index;
        while index < names.len() && is_gone(&names[index]) {
            index += 1;
        }
        let range = if index < names.len() {
            TextRange::new(names[first].start(), names[index].start())
        } else {
            TextRange::new(names[first - 1].end(), names[index - 1].end())
        };
        edits.push(Edit::replacement(range.start().to_u32(), range.end().to_u32(), ""));
    }
    edits
}

/// Whether the import's line carries a comment that asks for it to stay: `# noqa`, `# isort: skip`,
/// `# pylint: disable=unused-import`. What other checks are told about an import goes with it.
fn has_marker(cx: &Context<'_>, alias: &ast::Alias) -> bool {
    let line = cx.source.line(alias.start());
    line.split_once('#').is_some_and(|(_, comment)| {
        let comment = comment.to_lowercase();
        ["noqa", "pragma", "isort", "re-export", "unused"].iter().any(|word| comment.contains(word))
    })
}
