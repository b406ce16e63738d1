//! How a codemod says what it found and what would mend it.

use ruff_python_ast::{AnyNodeRef, Expr, HasNodeIndex};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::context::{Call, Context, Framework};
use super::finding::{Applicability, ChainStep, Edit, Finding, Fix};
use super::imports;
use super::settings::PythonVersion;

/// Why an `await` would not compile where [`Context::cannot_await`] says so.
pub(crate) const NESTED_COMPREHENSION: &str =
    "a comprehension inside of another cannot await before Python 3.11";

/// The findings of one codemod in one file.
#[derive(Debug)]
pub(crate) struct Fixes<'a> {
    cx: &'a Context<'a>,
    codemod: &'static str,
    findings: Vec<Finding>,
    /// Only whether there is anything is asked.
    is_probe: bool,
    found_anything: bool,
}

/// A finding that is being described. Ends with [`Found::report`] or one of the fixes.
#[derive(Debug)]
#[must_use]
pub(crate) struct Found<'f, 'a> {
    fixes: &'f mut Fixes<'a>,
    range: TextRange,
    message: String,
    reason: Option<String>,
    chain: Vec<ChainStep>,
    other_chain: Vec<ChainStep>,
}

impl<'a> Fixes<'a> {
    pub(crate) fn new(cx: &'a Context<'a>, codemod: &'static str) -> Self {
        Self { cx, codemod, findings: Vec::new(), is_probe: false, found_anything: false }
    }

    /// Takes findings without keeping them or working out their fixes.
    pub(crate) fn probe(cx: &'a Context<'a>, codemod: &'static str) -> Self {
        Self { is_probe: true, ..Self::new(cx, codemod) }
    }

    /// Whether only that there is something is asked: fixes are not worked out.
    pub(crate) fn is_probe(&self) -> bool {
        self.is_probe
    }

    /// Whether the codemod found something.
    pub(crate) fn found_anything(&self) -> bool {
        self.found_anything
    }

    /// Whether the codemod was asked for by name or with `all`, and so reports its pedantic findings too.
    pub(crate) fn is_pedantic(&self) -> bool {
        self.cx.settings.selection.is_asked_for(self.codemod)
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// What the codemod looks at.
    pub(super) fn cx(&self) -> &'a Context<'a> {
        self.cx
    }

    /// Takes what another codemod found.
    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// Something is wrong at this node or range. `message` says what, in one line: lower case, no final stop.
    pub(crate) fn at(&mut self, node: impl Ranged, message: impl Into<String>) -> Found<'_, 'a> {
        self.found_anything = true;
        Found {
            range: node.range(),
            message: message.into(),
            reason: None,
            chain: Vec::new(),
            other_chain: Vec::new(),
            fixes: self,
        }
    }
}

impl<'a> Found<'_, 'a> {
    /// Why there is no fix, or why it is not safe.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The call path the finding rests on.
    pub(crate) fn chain(mut self, chain: Vec<ChainStep>) -> Self {
        self.chain = chain;
        self
    }

    /// The call path that clashes with the first.
    pub(crate) fn other_chain(mut self, chain: Vec<ChainStep>) -> Self {
        self.other_chain = chain;
        self
    }

    /// There is no fix.
    pub(crate) fn report(self) {
        self.push(None);
    }

    /// A fix that keeps what the program computes. `message` is imperative: "await `asyncio.sleep`".
    pub(crate) fn safe(self, message: impl Into<String>, build: impl FnOnce(&mut FixBuilder<'a>)) {
        self.fix(Applicability::Safe, message, build);
    }

    /// A fix that a person should read.
    pub(crate) fn unsafe_fix(self, message: impl Into<String>, build: impl FnOnce(&mut FixBuilder<'a>)) {
        self.fix(Applicability::Unsafe, message, build);
    }

    /// A change for eyes only.
    pub(crate) fn suggest(self, message: impl Into<String>, build: impl FnOnce(&mut FixBuilder<'a>)) {
        self.fix(Applicability::Suggested, message, build);
    }

    /// A fix of this level. `build` may lower the level or withhold the fix: see [`FixBuilder`].
    pub(crate) fn fix(
        mut self,
        applicability: Applicability,
        message: impl Into<String>,
        build: impl FnOnce(&mut FixBuilder<'a>),
    ) {
        if self.fixes.is_probe {
            return;
        }
        let mut builder = FixBuilder {
            cx: self.fixes.cx,
            at: self.range.start(),
            edits: Vec::new(),
            applicability,
            reason: None,
            withheld: false,
            together_with: None,
        };
        build(&mut builder);
        if let Some(reason) = builder.reason {
            self.reason = Some(reason);
        }
        if builder.withheld {
            self.push(None);
            return;
        }
        let mut edits = builder.edits;
        edits.sort_by_key(|edit| (edit.start, edit.end));
        edits.dedup();
        if !super::apply::is_sorted_and_disjoint(&edits) {
            self.reason = Some("its edits would overlap".to_owned());
            self.push(None);
            return;
        }
        super::align::align(self.fixes.cx.source, &mut edits);
        let applicability = builder.applicability;
        let together_with = builder.together_with;
        self.push(Some(Fix { applicability, message: message.into(), edits, together_with }));
    }

    fn push(self, fix: Option<Fix>) {
        if self.fixes.is_probe {
            return;
        }
        let source = self.fixes.cx.source;
        self.fixes.findings.push(Finding {
            codemod: self.fixes.codemod,
            message: self.message,
            start: self.range.start().to_u32(),
            end: self.range.end().to_u32(),
            cell: source.cell(self.range.start()).map(|cell| cell.number),
            location: source.position(self.range.start()),
            end_location: source.position(self.range.end()),
            source_line: source.line(self.range.start()).to_owned(),
            fix,
            reason: self.reason,
            chain: self.chain,
            other_chain: self.other_chain,
        });
    }
}

/// Collects the edits of one fix, all against the original text.
#[derive(Debug)]
pub(crate) struct FixBuilder<'a> {
    pub(crate) cx: &'a Context<'a>,
    /// Where the finding is: what names mean is asked here.
    at: TextSize,
    edits: Vec<Edit>,
    applicability: Applicability,
    reason: Option<String>,
    withheld: bool,
    together_with: Option<Vec<String>>,
}

impl<'a> FixBuilder<'a> {
    /// Gives the fix up, saying why: "custom-adapter: the session mounts an adapter".
    pub(crate) fn withhold(&mut self, reason: impl Into<String>) {
        self.withheld = true;
        self.reason = Some(reason.into());
    }

    /// The fix is a part of what was planned for the whole program, and is made with those in these files or not at
    /// all.
    pub(crate) fn together_with(&mut self, files: &[String]) {
        self.together_with = Some(files.to_vec());
    }

    /// Whether the fix was given up.
    pub(crate) fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// Lowers the level to [`Applicability::Unsafe`], saying why.
    pub(crate) fn demote(&mut self, reason: impl Into<String>) {
        if self.applicability > Applicability::Unsafe {
            self.applicability = Applicability::Unsafe;
            self.reason = Some(reason.into());
        }
    }

    pub(crate) fn replace(&mut self, node: impl Ranged, content: impl Into<String>) {
        let range = node.range();
        self.edits.push(Edit::replacement(range.start().to_u32(), range.end().to_u32(), content));
    }

    pub(crate) fn insert(&mut self, at: TextSize, content: impl Into<String>) {
        self.edits.push(Edit::insertion(at.to_u32(), content));
    }

    pub(crate) fn delete(&mut self, node: impl Ranged) {
        self.replace(node, "");
    }

    /// Adds an edit made elsewhere.
    pub(crate) fn push(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// How `path` (`asyncio.sleep`, `httpx.AsyncClient`) is written at the finding; asks for the import if
    /// nothing there gives it. The path's head up to the last dot is taken to be the module.
    pub(crate) fn import(&mut self, path: &str) -> String {
        let (module, _) = path.rsplit_once('.').unwrap_or((path, ""));
        self.import_from(module, &path[module.len()..])
    }

    /// How a module is written in a definition at the top of the file, whatever functions import for themselves.
    pub(crate) fn import_at_top(&mut self, module: &str) -> String {
        self.import_for(module, "", TextSize::of(self.cx.source.text))
    }

    fn import_from(&mut self, module: &str, rest: &str) -> String {
        self.import_for(module, rest, self.at)
    }

    fn import_for(&mut self, module: &str, rest: &str, at: TextSize) -> String {
        let (spelled, edits) = imports::spell(self.cx, module, rest, at);
        for edit in edits {
            if !self.edits.contains(&edit) {
                self.edits.push(edit);
            }
        }
        spelled
    }

    /// How a name of a project module is written here: `from module import name` is asked for if needed.
    pub(crate) fn import_name(&mut self, module: &str, name: &str) -> String {
        let (spelled, edits) = imports::spell_name(self.cx, module, name, self.at);
        for edit in edits {
            if !self.edits.contains(&edit) {
                self.edits.push(edit);
            }
        }
        spelled
    }

    /// [`Self::import`] of a name of a module for code at another place than the finding.
    pub(crate) fn import_at(&mut self, module: &str, name: &str, at: TextSize) -> String {
        self.import_for(module, &format!(".{name}"), at)
    }

    /// How a name of a module is written for code at another place than the finding; where the name is taken, the
    /// import that is asked for calls it `alias`.
    pub(crate) fn import_name_at(&mut self, module: &str, name: &str, alias: &str, at: TextSize) -> String {
        let (spelled, edits) = imports::spell_name_as(self.cx, module, name, alias, at);
        for edit in edits {
            if !self.edits.contains(&edit) {
                self.edits.push(edit);
            }
        }
        spelled
    }

    /// Puts a definition at module level, after the imports, once per file: the same text from several fixes is
    /// inserted once. `text` uses `\n` and four spaces; it is given the file's own.
    pub(crate) fn define(&mut self, text: &str) {
        let mut edit = imports::definition(self.cx, text);
        // In a file without imports the first one goes to the same place: the definition stands off from it.
        let import = self.edits.iter().find(|each| each.start == edit.start && each.end == edit.end);
        if let Some(import) = import.filter(|_| !edit.content.starts_with(['\n', '\r'])) {
            let newline = self.cx.source.style().newline;
            let there = import.content.len() - import.content.trim_end_matches(newline).len();
            let wanted = 3 - (there / newline.len()).min(3);
            edit.content.insert_str(0, &newline.repeat(wanted));
        }
        if !self.edits.contains(&edit) {
            self.edits.push(edit);
        }
    }

    /// Where [`Self::define`] puts definitions.
    pub(crate) fn definitions_start(&self) -> TextSize {
        imports::definition(self.cx, "").start.into()
    }

    /// How `path` is written where [`Self::define`] puts definitions; `None` when no import there gives it.
    pub(crate) fn spelled_at_definitions(&self, path: &str) -> Option<String> {
        let (module, _) = path.rsplit_once('.').unwrap_or((path, ""));
        let (spelled, edits) =
            imports::spell(self.cx, module, &path[module.len()..], self.definitions_start());
        edits.is_empty().then_some(spelled)
    }

    /// Puts a function or class at module level, below the statement there that binds `name`.
    pub(crate) fn define_below(&mut self, name: &str, text: &str) {
        match imports::definition_below(self.cx, name, text) {
            Some(edit) if !self.edits.contains(&edit) => self.edits.push(edit),
            Some(_) => {}
            None => self.withhold(format!("`{name}` is not bound by a statement of its own")),
        }
    }

    /// A name that is free everywhere the finding's code can see: `wanted`, or `wanted_2`, …
    pub(crate) fn fresh_name(&self, wanted: &str) -> String {
        self.cx.fresh_name(wanted)
    }

    /// Withholds the fix where an `await` would not compile.
    pub(crate) fn check_await(&mut self, expr: &Expr) {
        if self.cx.cannot_await(expr) {
            self.withhold(NESTED_COMPREHENSION);
        } else if self.cx.is_being_closed(expr) {
            self.withhold("what is being closed with `GeneratorExit` cannot wait any more");
        }
    }

    /// Turns `expr` into `await expr`, with parentheses where the surroundings need them: before an attribute,
    /// a subscript, a call.
    pub(crate) fn await_expression(&mut self, expr: &Expr) {
        self.check_await(expr);
        let (before, after) = self.cx.await_around(expr);
        self.insert(expr.start(), before);
        if !after.is_empty() {
            self.insert(expr.end(), after);
        }
    }

    /// Like [`Self::await_expression`], with the expression's text replaced.
    pub(crate) fn replace_with_await(&mut self, expr: &Expr, text: &str) {
        self.check_await(expr);
        let (before, after) = self.cx.await_around(expr);
        self.replace(expr, format!("{before}{text}{after}"));
    }

    /// Turns the call `f(a, b=c)` into `await asyncio.to_thread(f, a, b=c)`, or what the target Python and the
    /// file's framework have for it.
    pub(crate) fn call_in_thread(&mut self, call: &Call<'_, '_>) {
        self.check_await(call.whole);
        let cx = self.cx;
        let arguments = &call.expr.arguments;
        let runner = self.thread_runner();
        let takes_keywords =
            cx.framework() == Framework::Asyncio && cx.settings.target >= PythonVersion::py3(9);
        let partial = !takes_keywords
            && (!arguments.keywords.is_empty() || arguments.args.iter().any(Expr::is_starred_expr));
        let (before, after) = cx.await_around(call.whole);
        let (open, close) = if partial {
            (format!("{}(", self.import("functools.partial")), ")")
        } else {
            (String::new(), "")
        };
        // `load(` becomes `load, `, and `load()` becomes `load)`.
        let func_end = cx.outer_range(call.func()).end();
        let inside = cx.text(arguments.range());
        // What stands before the first argument; where it starts a line, the function gets one too.
        let space = &inside[1..inside.len() - inside[1..].trim_start().len()];
        let breaks = space.contains(['\n', '\r']) && !arguments.is_empty();
        let (lead, comma) = match inside[1 + space.len()..].starts_with('#') {
            _ if breaks => (space, ","),
            // A comment on the line of the parenthesis; the arguments come after it.
            true => ("", ","),
            false => ("", ", "),
        };
        let head = format!("{before}{runner}{open}");
        // The executor gets a line too.
        let head = match head.strip_suffix("None, ") {
            Some(start) if breaks => format!("{start}{lead}None,"),
            _ => head,
        };
        self.insert(call.whole.start(), format!("{head}{lead}"));
        let opened = arguments.start() + TextSize::from(1);
        if arguments.is_empty() {
            self.delete(TextRange::new(func_end, opened));
        } else {
            self.replace(TextRange::new(func_end, opened), comma);
        }
        if let ([Expr::Generator(generator)], []) = (&*arguments.args, &*arguments.keywords)
            && !generator.parenthesized
        {
            self.insert(opened, "(");
            self.insert(arguments.end(), format!("){close}{after}"));
            return;
        }
        if !close.is_empty() || !after.is_empty() {
            self.insert(arguments.end(), format!("{close}{after}"));
        }
    }

    /// Runs a call in a thread together with the blocking calls that its callee is made of:
    /// `await asyncio.to_thread(lambda: open(p).read())`.
    pub(crate) fn chain_in_thread(&mut self, call: &Call<'_, '_>) {
        self.check_await(call.whole);
        let cx = self.cx;
        let inside = |call: &Call<'_, '_>, other: &Call<'_, '_>| {
            call.func().range().contains_range(other.whole.range()) && other.blocks().is_some()
        };
        if !cx.calls().any(|other| inside(call, &other)) {
            self.call_in_thread(call);
            return;
        }
        let own = |range: TextRange| call.whole.range().contains_range(range);
        let suspends = cx.nodes().iter().any(|node| {
            matches!(
                node.ast,
                AnyNodeRef::ExprAwait(_)
                    | AnyNodeRef::ExprYield(_)
                    | AnyNodeRef::ExprYieldFrom(_)
                    | AnyNodeRef::ExprNamed(_)
            ) && own(node.ast.range())
        });
        if suspends {
            self.withhold("an `await` or a name bound inside of it cannot move into a thread");
            return;
        }
        let runner = self.thread_runner();
        let (before, after) = cx.await_around(call.whole);
        self.insert(call.whole.start(), format!("{before}{runner}lambda: "));
        self.insert(call.whole.end(), format!("){after}"));
    }

    /// `asyncio.to_thread(` or what stands for it here, up to its function.
    pub(crate) fn thread_runner(&mut self) -> String {
        match self.cx.framework() {
            Framework::Trio => format!("{}.run_sync(", self.import("trio.to_thread")),
            Framework::Anyio => format!("{}.run_sync(", self.import("anyio.to_thread")),
            Framework::Asyncio if self.cx.settings.target >= PythonVersion::py3(9) => {
                format!("{}(", self.import("asyncio.to_thread"))
            }
            Framework::Asyncio => {
                format!("{}().run_in_executor(None, ", self.import("asyncio.get_running_loop"))
            }
        }
    }

    /// Removes a statement that stands alone on its lines, newline included; a suite left empty gets `pass`.
    pub(crate) fn delete_statement(&mut self, statement: &(impl Ranged + HasNodeIndex)) {
        let edit = imports::statement_removal(self.cx, statement);
        self.edits.push(edit);
    }

    /// Puts whole lines before the statement, in its indentation. Withholds the fix where a line cannot stand
    /// (after a semicolon or behind a colon).
    pub(crate) fn insert_lines_before(&mut self, statement: &impl Ranged, lines: &[String]) {
        let source = self.cx.source;
        if !source.starts_line(statement.start()) {
            self.withhold("the statement shares its line with another");
            return;
        }
        let indent = source.indentation(statement.start());
        let newline = source.style().newline;
        let text: String = lines.iter().map(|line| format!("{line}{newline}{indent}")).collect();
        self.insert(statement.start(), text);
    }

    /// Puts whole lines after the statement, in its indentation; a one-line suite (`if x: y()`) is opened up.
    pub(crate) fn insert_lines_after(&mut self, statement: &(impl Ranged + HasNodeIndex), lines: &[String]) {
        let source = self.cx.source;
        let newline = source.style().newline;
        let end = statement.end();
        let line_end = source.line_end(end);
        let tail = source.slice(TextRange::new(end, line_end));
        let rest = tail.trim_end_matches(['\n', '\r']);
        let after = rest.trim_start();
        if !(after.is_empty() || after.starts_with('#')) {
            self.withhold("the statement shares its line with another");
            return;
        }
        if !source.starts_line(statement.start()) {
            self.open_up(statement, lines);
            return;
        }
        let indent = source.indentation(statement.start());
        let at = end + TextSize::of(rest);
        let mut text = String::new();
        for line in lines {
            text.push_str(newline);
            if !line.is_empty() {
                text.push_str(indent);
                text.push_str(line);
            }
        }
        self.insert(at, text);
    }

    /// `if x: y()` becomes a suite of its own lines, with `lines` after the statement.
    fn open_up(&mut self, statement: &(impl Ranged + HasNodeIndex), lines: &[String]) {
        let source = self.cx.source;
        let Some(id) = self.cx.semantic.id(statement) else {
            self.withhold("the statement shares its line with another");
            return;
        };
        let suite = self.cx.semantic.suite(id);
        let before = TextRange::new(source.line_start(statement.start()), statement.start());
        let head = source.slice(before).trim_end();
        if suite.len() != 1 || !head.ends_with(':') {
            self.withhold("the statement shares its line with another");
            return;
        }
        let style = source.style();
        let indent = format!("{}{}", source.indentation(statement.start()), style.indent);
        let gap = TextRange::new(before.start() + TextSize::of(head), statement.start());
        self.replace(gap, format!("{}{indent}", style.newline));
        let mut text = String::new();
        for line in lines {
            text.push_str(style.newline);
            text.push_str(&indent);
            text.push_str(line);
        }
        let line_end = source.line_end(statement.end());
        let tail = source.slice(TextRange::new(statement.end(), line_end));
        self.insert(statement.end() + TextSize::of(tail.trim_end_matches(['\n', '\r'])), text);
    }
}
