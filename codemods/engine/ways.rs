//! Where code on the event loop enters plain functions of the project, and what it gets to through them.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex};
use ruff_text_size::{Ranged, TextRange};

use super::apis;
use super::context::{Call, Context, Runs, Use};
use super::finding::ChainStep;
use super::fix::{Fixes, Found};
use super::patched::Patch;
use super::project::Project;
use super::project::facts::{self, Target};
use super::project::reduce::{BOUND, FunctionId, Meaning};
use super::project::summary::conduct::last_name;
use super::project::summary::passing::Passed;
use super::project::summary::{CallSummary, Usage};

/// How a plain function comes to run on the event loop.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Entry<'c, 'a> {
    /// A coroutine calls it.
    Call(Call<'c, 'a>),
    /// It is handed to the loop, a task or a future, which calls it later.
    Callback,
    /// It is a property that a coroutine reads.
    Property,
    /// A coroutine enters or leaves a context manager.
    Manager,
    /// A coroutine goes over what it yields.
    Iteration,
}

/// A way from a coroutine through a plain function to what the question was about.
#[derive(Debug, Clone)]
pub(crate) struct Way<'c, 'a> {
    pub(crate) entry: Entry<'c, 'a>,
    pub(crate) runs: Runs,
    /// The plain function that is entered.
    pub(crate) callee: FunctionId,
    at: TextRange,
    /// From the coroutine to the thing itself.
    chain: Vec<ChainStep>,
}

/// A question to the project: the chain from a plain function, by file and qualified name, that is called with these
/// arguments to a thing of some kind.
pub(crate) type Question = fn(&Project, u32, &str, &Passed) -> Option<Vec<ChainStep>>;

/// The ways from this file's code on the loop to what `question` asks about.
pub(crate) fn ways<'c, 'a>(cx: &'c Context<'a>, question: Question) -> Vec<Way<'c, 'a>> {
    let asked = Asked { cx, question };
    let mut found = Vec::new();
    for call in cx.calls() {
        if let Some(function) = cx.callback_in(call.expr)
            && let Some((callee, chain)) = asked.called(function, Passed::anything())
        {
            let chain = from_here(cx, call.expr, chain);
            let (entry, at) = (Entry::Callback, function.range());
            found.push(Way { entry, runs: Runs::OnLoop, callee, at, chain });
        }
        let runs = cx.runs(call.expr);
        if runs != Runs::Elsewhere
            && !cx.is_for_another_thread(call.expr)
            && let Some(raw) = call.raw_symbol()
            && let Some((callee, chain)) = asked.leads_to(&raw, || cx.passed(call.expr), call.expr)
            && !is_asked_to_wait(cx, call, callee)
            && !cx.is_for_a_failure(call.expr)
            && !cx.is_meant_to_block(call.expr)
        {
            let chain = from_here(cx, call.expr, chain);
            found.push(Way { entry: Entry::Call(call), runs, callee, at: call.range(), chain });
        }
    }
    for iter in gone_over(cx) {
        let Some((callee, chain)) = asked.gone_over(iter) else { continue };
        let chain = from_here(cx, iter, chain);
        found.push(Way { entry: Entry::Iteration, runs: Runs::OnLoop, callee, at: iter.range(), chain });
    }
    for node in cx.semantic.each(&cx.semantic.reads).chain(cx.semantic.each(&cx.semantic.withs)) {
        match node.ast {
            AnyNodeRef::ExprAttribute(read) if cx.runs(read) == Runs::OnLoop => {
                let Some((callee, chain)) = asked.read(read) else { continue };
                let chain = from_here(cx, read, chain);
                let (entry, at) = (Entry::Property, read.range());
                found.push(Way { entry, runs: Runs::OnLoop, callee, at, chain });
            }
            AnyNodeRef::StmtWith(statement) if !statement.is_async && cx.runs(statement) == Runs::OnLoop => {
                for item in &statement.items {
                    let Some((callee, chain)) = asked.entered(&item.context_expr) else { continue };
                    let chain = from_here(cx, statement, chain);
                    let (entry, at) = (Entry::Manager, item.context_expr.range());
                    found.push(Way { entry, runs: Runs::OnLoop, callee, at, chain });
                }
            }
            _ => {}
        }
    }
    found
}

/// The calls whose values code on the loop goes over without `await`.
fn gone_over<'c, 'a>(cx: &'c Context<'a>) -> impl Iterator<Item = &'a ast::ExprCall> + use<'c, 'a> {
    let clauses = cx.semantic.each(&cx.semantic.loops).filter_map(|node| match node.ast {
        AnyNodeRef::StmtFor(statement) if !statement.is_async => Some(&*statement.iter),
        AnyNodeRef::Comprehension(part) if !part.is_async => Some(&part.iter),
        _ => None,
    });
    let consumed = cx.semantic.calls.iter().filter_map(|(_, call)| {
        let consumer = call.func.as_name_expr().filter(|name| apis::is_consumer(&name.id))?;
        let first = call.arguments.args.first()?;
        cx.semantic.lookup(&consumer.id, cx.semantic.scope_of(*call)).is_none().then_some(first)
    });
    let calls = clauses.chain(consumed).filter_map(|iter| iter.as_call_expr());
    calls.filter(|call| cx.runs(*call) == Runs::OnLoop)
}

impl Context<'_> {
    /// What a call gives to its callee.
    fn passed(&self, call: &ast::ExprCall) -> Passed {
        Passed::of(call, self.semantic, self.semantic.scope_of(call))
    }
}

impl Way<'_, '_> {
    /// Whether it begins in code that holds up nothing; see [`Context::is_idle`].
    pub(crate) fn is_idle(&self, cx: &Context<'_>) -> bool {
        cx.is_idle_at(self.at.start())
    }

    /// Whether another property of the same object was read before in the same function, and has led the same way: what
    /// properties set up when one is first read is there for the others.
    pub(crate) fn is_set_up_by(&self, other: &Self, cx: &Context<'_>) -> bool {
        let object = |way: &Self| cx.text(way.at).rsplit_once('.').map(|(object, _)| object.to_owned());
        let function = cx.world.function(self.callee);
        matches!((self.entry, other.entry), (Entry::Property, Entry::Property))
            && other.at.start() < self.at.start()
            && self.chain[0].function == other.chain[0].function
            && self.chain.get(2..) == other.chain.get(2..)
            && object(self) == object(other)
            && cx.project.blocking_depends_on_state(self.callee.file, &function.qualname)
    }

    /// Whether something else is put in the place of a function that it leads through.
    pub(crate) fn is_patched(&self, cx: &Context<'_>, patches: &[Patch<'_>]) -> bool {
        if patches.is_empty() {
            return false;
        }
        let test = cx.test_around(&cx.semantic.node(cx.node_at(self.at.start())).ast);
        let replaces = |step: &ChainStep| patches.iter().any(|patch| patch.replaces(&step.function, test));
        self.chain.iter().skip(1).any(replaces)
    }

    /// "`load` blocks the event loop: it calls `read` → `requests.get`", with the chain.
    pub(crate) fn found<'f, 'x>(&self, fixes: &'f mut Fixes<'x>, what: &str) -> Found<'f, 'x> {
        let short = |step: &ChainStep| format!("`{}`", step.function.rsplit('.').next().unwrap_or_default());
        // The first step is the coroutine itself.
        let (first, between, last) = match self.chain.as_slice() {
            [_, first, between @ .., last] => (short(first), between, &last.function),
            _ => (String::new(), &[][..], &self.chain[0].function),
        };
        let mut way: Vec<String> = between.iter().map(short).collect();
        way.push(format!("`{last}`"));
        let message = format!("{first} {what}: it calls {}", way.join(" → "));
        fixes.at(self.at, message).chain(self.chain.clone())
    }
}

#[derive(Debug, Clone, Copy)]
struct Asked<'c, 'a> {
    cx: &'c Context<'a>,
    question: Question,
}

impl Asked<'_, '_> {
    /// The project's plain function that calling this expression runs: a function, a constructor, `__call__`.
    fn called(&self, func: &Expr, passed: Passed) -> Option<(FunctionId, Vec<ChainStep>)> {
        let raw = self.cx.semantic.symbol(func, self.cx.semantic.scope_of(func))?;
        self.leads_to(&raw, || passed, func)
    }

    /// The same for the raw symbol of the callee.
    fn leads_to(
        &self,
        raw: &str,
        passed: impl FnOnce() -> Passed,
        at: &impl HasNodeIndex,
    ) -> Option<(FunctionId, Vec<ChainStep>)> {
        if raw.starts_with(BOUND) {
            return self.through(raw.to_owned(), Usage::Other, Passed::anything(), at);
        }
        if raw.starts_with("builtins.") || apis::is_quiet(raw) || self.cx.world.is_foreign(raw) {
            return None;
        }
        self.through(raw.to_owned(), Usage::Other, passed(), at)
    }

    fn read(&self, read: &ast::ExprAttribute) -> Option<(FunctionId, Vec<ChainStep>)> {
        let receiver = self.cx.semantic.symbol(&read.value, self.cx.semantic.scope_of(read))?;
        if receiver.starts_with("builtins.") || self.cx.world.is_foreign(&receiver) {
            return None;
        }
        self.through(format!("{receiver}.{}", read.attr.as_str()), Usage::Read, Passed::nothing(), read)
    }

    /// The generator function whose values are gone over.
    fn gone_over(&self, call: &ast::ExprCall) -> Option<(FunctionId, Vec<ChainStep>)> {
        let raw = self.cx.semantic.symbol(&call.func, self.cx.semantic.scope_of(call))?;
        if raw.starts_with("builtins.") || apis::is_quiet(&raw) || self.cx.world.is_foreign(&raw) {
            return None;
        }
        self.through(format!("{raw}().__iter__"), Usage::Entered, self.cx.passed(call), call)
    }

    /// The plain function that entering or leaving a context manager runs.
    fn entered(&self, context: &Expr) -> Option<(FunctionId, Vec<ChainStep>)> {
        let symbol = self.cx.semantic.symbol(context, self.cx.semantic.scope_of(context))?;
        if symbol.starts_with("builtins.") || self.cx.world.is_foreign(&symbol) {
            return None;
        }
        if let Some(called) = symbol.strip_suffix("()")
            && let Expr::Call(context) = context
            && let passed = self.cx.passed(context)
            && let Some(found) = self.through(called.to_owned(), Usage::Entered, passed, context)
        {
            return Some(found);
        }
        ["__enter__", "__exit__"].iter().find_map(|method| {
            let raw = format!("{symbol}.{method}");
            match self.cx.world.meaning(&raw, self.cx.file) {
                Meaning::Function(_) => self.through(raw, Usage::Other, Passed::nothing(), context),
                _ => None,
            }
        })
    }

    fn through(
        &self,
        symbol: String,
        usage: Usage,
        passed: Passed,
        at: &impl HasNodeIndex,
    ) -> Option<(FunctionId, Vec<ChainStep>)> {
        let world = &self.cx.world;
        let mut call = CallSummary::asked(symbol, usage, passed);
        let Ok(Some(Target::Function(callee))) = facts::target(world, &call, self.cx.file) else {
            return None;
        };
        let function = world.function(callee);
        if function.is_async || !self.cx.may_run(&call, callee) {
            return None;
        }
        let passed = facts::passed_to(world, &call, self.cx.file).into_owned();
        call.passed = passed.in_test(self.cx.test_around(at).is_some());
        Some((callee, (self.question)(self.cx.project, callee.file, &function.qualname, &call.passed)?))
    }
}

/// Whether what a call gives is awaited, although its function is not seen to give a coroutine. It is one of those that
/// wait for plain callers themselves and give others something to wait for.
fn is_asked_to_wait(cx: &Context<'_>, call: Call<'_, '_>, callee: FunctionId) -> bool {
    if is_given_to_both_worlds(cx, call) {
        return true;
    }
    let makes_object = cx.world.function(callee).qualname.ends_with("__init__");
    if makes_object || matches!(cx.world.returned(callee, 0), Meaning::Coroutine(_)) {
        return false;
    }
    match call.use_of() {
        Use::Awaited(_) => true,
        Use::Named(name) => {
            let reads = cx.reads_of(name);
            // Whoever looks what it is has to do with both.
            let is_looked_at = |read: &ast::ExprName| {
                cx.ancestors(read).any(|around| match around {
                    AnyNodeRef::StmtIf(branch) => branch.test.range().contains_range(read.range()),
                    AnyNodeRef::ExprIf(branch) => branch.test.range().contains_range(read.range()),
                    _ => false,
                })
            };
            reads.iter().any(|read| matches!(cx.use_of(*read), Use::Awaited(_)))
                && !reads.iter().any(|read| is_looked_at(read))
        }
        _ => false,
    }
}

/// Whether what a call gives is handed to a function that awaits it if it can be awaited, by its name: `await
/// ensure_async(manager.get(path))`. Which of both it is is then for others to say.
fn is_given_to_both_worlds(cx: &Context<'_>, call: Call<'_, '_>) -> bool {
    let AnyNodeRef::Arguments(arguments) = cx.parent(call.whole) else { return false };
    let AnyNodeRef::ExprCall(taker) = cx.parent(arguments) else { return false };
    let name = last_name(&taker.func).unwrap_or_default().to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    has(&["ensure", "maybe", "if_"]) && has(&["async", "await", "coro", "future"]) && name != "ensure_future"
}

/// The chain with the function that this code is part of in front.
fn from_here(cx: &Context<'_>, at: &(impl Ranged + HasNodeIndex), chain: Vec<ChainStep>) -> Vec<ChainStep> {
    let scope = cx.semantic.frame(cx.semantic.scope_of(at));
    let qualname = &cx.semantic.scope(scope).qualname;
    let function = match qualname.as_str() {
        "" => cx.source.module.to_owned(),
        qualname => format!("{}.{qualname}", cx.source.module),
    };
    let first = ChainStep { function, filename: cx.source.path.to_owned(), row: cx.source.row(at.start()) };
    std::iter::once(first).chain(chain).collect()
}
