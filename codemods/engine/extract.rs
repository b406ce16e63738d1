//! Makes a block of statements a plain function of its own, to be run in a thread.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::context::Context;
use super::fix::FixBuilder;
use super::semantic::{BindingKind, ScopeId};

/// What the function gives, and so how it is called.
#[derive(Debug, Clone)]
pub(crate) enum Outcome<'a> {
    /// Nothing: `await asyncio.to_thread(write)`.
    Nothing,
    /// The value of the only assignment, whose targets are this text: `data = await asyncio.to_thread(read)`.
    Value { assignment: TextRange },
    /// What the block returns from the function around it.
    Return,
    /// The names that the code after the block reads.
    Names(Vec<&'a str>),
}

/// How a `with` block can become a function; the error says why it cannot.
pub(crate) fn outcome<'a>(cx: &Context<'a>, block: &'a ast::StmtWith) -> Result<Outcome<'a>, &'static str> {
    let Some(last) = block.body.last() else { return Err("the block is empty") };
    for node in cx.inside(block) {
        match node.ast {
            AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => {
                return Err("the block waits for something else too");
            }
            AnyNodeRef::StmtFor(s) if s.is_async => return Err("the block waits for something else too"),
            AnyNodeRef::StmtWith(s) if s.is_async => return Err("the block waits for something else too"),
            AnyNodeRef::Comprehension(c) if c.is_async => {
                return Err("the block waits for something else too");
            }
            AnyNodeRef::StmtReturn(s) if s.range() != last.range() => {
                return Err("the block returns from its middle");
            }
            AnyNodeRef::StmtBreak(ast::StmtBreak { range, .. })
            | AnyNodeRef::StmtContinue(ast::StmtContinue { range, .. })
                if !is_in_loop(cx, block, *range) =>
            {
                return Err("the block leaves a loop around it");
            }
            AnyNodeRef::StmtGlobal(_)
            | AnyNodeRef::StmtNonlocal(_)
            | AnyNodeRef::StmtDelete(_)
            | AnyNodeRef::StmtFunctionDef(_)
            | AnyNodeRef::StmtClassDef(_) => return Err("the block defines more than values"),
            AnyNodeRef::ExprCall(call) if matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "super" | "locals")) =>
            {
                return Err("`super()` and `locals()` mean something else in another function");
            }
            _ => {}
        }
    }
    let scope = cx.semantic.frame(cx.semantic.scope_of(block));
    let given = given(cx, block, scope)?;
    match (block.body.as_slice(), last) {
        (_, Stmt::Return(_)) if given.is_empty() => Ok(Outcome::Return),
        (_, Stmt::Return(_)) => Err("names bound in the block are read elsewhere"),
        ([Stmt::Assign(only)], _) if !only.targets.iter().any(Expr::is_starred_expr) => {
            let assignment = TextRange::new(only.start(), only.value.start());
            let targets = given.iter().all(|name| only.targets.iter().any(|t| binds(t, name)));
            if targets { Ok(Outcome::Value { assignment }) } else { Ok(Outcome::Names(given)) }
        }
        ([Stmt::AnnAssign(ast::StmtAnnAssign { value: Some(value), range, .. })], _) => {
            let assignment = TextRange::new(range.start(), value.start());
            Ok(Outcome::Value { assignment })
        }
        _ if given.is_empty() => Ok(Outcome::Nothing),
        _ => Ok(Outcome::Names(given)),
    }
}

fn binds(target: &Expr, name: &str) -> bool {
    match target {
        Expr::Name(target) => target.id.as_str() == name,
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            elts.iter().any(|target| binds(target, name))
        }
        _ => false,
    }
}

/// The names bound in the block that code outside of it reads, in the order of their bindings.
fn given<'a>(cx: &Context<'a>, block: &ast::StmtWith, scope: ScopeId) -> Result<Vec<&'a str>, &'static str> {
    let inside = |range: TextRange| block.range().contains_range(range);
    let mut given: Vec<&'a str> = Vec::new();
    let place = |binding: &super::semantic::Binding<'_>| cx.semantic.node(binding.node).ast.range();
    for binding in cx.semantic.bindings.iter().filter(|b| inside(place(b))) {
        if binding.scope != scope {
            // Of a comprehension, or of a name declared global or nonlocal.
            if cx.semantic.frame(binding.scope) != scope {
                return Err("the block binds a name of another scope");
            }
            continue;
        }
        let all = cx.semantic.bindings_of(binding.name, scope);
        let first = all.iter().map(|id| cx.semantic.binding(*id)).find(|b| inside(place(b)));
        let reads: Vec<TextRange> =
            cx.semantic.reads_of(binding.name, scope).map(|read| read.name.range()).collect();
        let bound_elsewhere = all.iter().any(|id| !inside(place(cx.semantic.binding(*id))));
        let read_first =
            first.is_some_and(|first| reads.iter().any(|read| inside(*read) && read.start() < first.from));
        if read_first {
            return Err("the block changes a name it has read");
        }
        let read_outside = reads.iter().any(|read| !inside(*read));
        if !read_outside || given.contains(&binding.name) {
            continue;
        }
        if matches!(binding.kind, BindingKind::With { .. }) && !bound_elsewhere {
            return Err("what is opened is used after the block too");
        }
        let is_certain = first.is_some_and(|first| {
            let statement = cx.semantic.statement_and_suite(first.node).map(|(id, _)| cx.semantic.node(id));
            statement.is_some_and(|statement| {
                block.body.iter().any(|own| own.range() == statement.ast.range() && !own.is_for_stmt())
            })
        });
        let is_item = block.items.iter().any(|item| item.range().contains_range(place(binding)));
        match (is_certain, bound_elsewhere, is_item) {
            (true, _, _) => given.push(binding.name),
            // The name of the file or of a loop that other code binds again for itself.
            (false, true, true) => {}
            _ => return Err("a name is bound in only a part of the block and read after it"),
        }
    }
    Ok(given)
}

fn is_in_loop(cx: &Context<'_>, block: &ast::StmtWith, at: TextRange) -> bool {
    cx.nodes().iter().any(|node| {
        matches!(node.ast, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_))
            && node.ast.range().contains_range(at)
            && block.range().contains_range(node.ast.range())
    })
}

/// Whether code stands on the line above a statement that is not the first of its suite: a function in its place
/// is to be set off by a blank line. A comment above belongs to what it stands over.
fn stands_close(cx: &Context<'_>, block: &ast::StmtWith) -> bool {
    let start = cx.source.line_start(block.start());
    let above = cx.source.text[..start.to_usize()].lines().next_back().unwrap_or_default().trim();
    let is_first = cx.suite(block).first().is_some_and(|first| first.range() == block.range());
    !is_first && !above.is_empty() && !above.starts_with('#')
}

impl FixBuilder<'_> {
    /// Puts `def name():` around the block and runs that function in a thread.
    pub(crate) fn block_in_thread(&mut self, block: &ast::StmtWith, outcome: &Outcome<'_>, name: &str) {
        let cx = self.cx;
        let source = cx.source;
        let tail = source.slice(TextRange::new(block.end(), source.line_end(block.end()))).trim();
        if !source.starts_line(block.start()) || !(tail.is_empty() || tail.starts_with('#')) {
            self.withhold("the statement shares its line with another");
            return;
        }
        let runner = self.thread_runner();
        let call = format!("await {runner}{name})");
        let unit = source.style().indent.clone();
        let mut after = Vec::new();
        if let Outcome::Names(names) = outcome {
            after.push(format!("{unit}return {}", names.join(", ")));
        }
        after.push(String::new());
        match outcome {
            Outcome::Nothing => after.push(call),
            Outcome::Return => after.push(format!("return {call}")),
            Outcome::Value { assignment } => {
                let target = source.slice(*assignment).to_owned();
                self.replace(*assignment, "return ");
                after.push(format!("{target}{call}"));
            }
            Outcome::Names(names) => {
                after.push(format!("{} = {call}", names.join(", ")));
            }
        }
        let indent = source.indentation(block.start());
        let newline = source.style().newline;
        if stands_close(cx, block) {
            let line = TextRange::new(source.line_start(block.start()), block.start());
            self.replace(line, format!("{newline}{indent}"));
        }
        self.insert(block.start(), format!("def {name}():{newline}{indent}{unit}"));
        self.indent_rest(block.range());
        self.insert_lines_after(block, &after);
    }

    /// Indents all lines of a range but the first by one step; the insides of multi-line strings stay.
    pub(crate) fn indent_rest(&mut self, range: TextRange) {
        self.indent_rest_but(range, &[]);
    }

    /// Like [`Self::indent_rest`], leaving out lines that start within one of these ranges: they are replaced.
    pub(crate) fn indent_rest_but(&mut self, range: TextRange, replaced: &[TextRange]) {
        let cx = self.cx;
        let source = cx.source;
        let strings: Vec<TextRange> = cx
            .nodes()
            .iter()
            .filter(|node| {
                matches!(
                    node.ast,
                    AnyNodeRef::StringLiteral(_)
                        | AnyNodeRef::BytesLiteral(_)
                        | AnyNodeRef::FString(_)
                        | AnyNodeRef::TString(_)
                )
            })
            .map(|node| node.ast.range())
            .filter(|string| range.contains_range(*string))
            .collect();
        let mut line = source.line_end(range.start());
        while line < range.end() {
            let text = source.line(line);
            let in_string = strings.iter().any(|string| string.start() < line && line < string.end());
            let is_replaced = replaced.iter().any(|gone| gone.start() <= line && line < gone.end());
            if !in_string && !is_replaced && !text.trim().is_empty() {
                self.insert(line, source.style().indent.clone());
            }
            line = source.line_end(line);
        }
    }
}
