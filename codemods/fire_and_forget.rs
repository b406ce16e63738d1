//! Tasks that nothing keeps.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::{BindingKind, NodeId, Reaching, ScopeId, ScopeKind};
use crate::engine::settings::PythonVersion;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "fire-and-forget",
    summary: "keep a reference to every task until it is done",
    rationale: "\
The event loop holds its tasks weakly. A task that nothing else refers to can be garbage-collected half-way, and
then its coroutine just stops, without an error (see the note on `asyncio.create_task` in Python's documentation).
A module-level set keeps each task while it runs and forgets it when it is done.

An exception in such a task is seen by nobody either: asyncio logs it when the task is collected, if it ever is.
Where that matters, add a callback that looks at the result:

    def log_failure(task):
        if not task.cancelled() and task.exception() is not None:
            logger.error('background task failed', exc_info=task.exception())

    task.add_done_callback(log_failure)

A set that the file has for this purpose is used. The fix is unsafe where more is done with that set than adding
and discarding: what waits for its tasks or cancels them would do so with this one too.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &["RUF006", "ASYNC300"],
    examples: "
# a task that nothing keeps
 import asyncio

+_background_tasks: set[asyncio.Task] = set()
+

 async def serve(queue):
-    asyncio.create_task(watch(queue))
+    task = asyncio.create_task(watch(queue))
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
     await queue.join()
",
    run,
};

/// Methods of a task that can be called on it without keeping it.
const PASSING_METHODS: &[&str] = &["add_done_callback", "set_name"];

/// What takes a callback, calls it and drops its result, with the position of the callback.
const CALLBACK_TAKERS: &[(&str, usize)] = &[
    ("asyncio.AbstractEventLoop().call_soon", 0),
    ("asyncio.AbstractEventLoop().call_soon_threadsafe", 0),
    ("asyncio.AbstractEventLoop().call_later", 1),
    ("asyncio.AbstractEventLoop().call_at", 1),
    ("asyncio.AbstractEventLoop().add_signal_handler", 1),
    ("asyncio.AbstractEventLoop().add_reader", 1),
    ("asyncio.AbstractEventLoop().add_writer", 1),
    ("asyncio.Task().add_done_callback", 0),
    ("asyncio.Future().add_done_callback", 0),
];

/// Calls that give a future, not a coroutine: `ensure_future` returns it as it is.
const FUTURES: &[&str] =
    &["asyncio.Future()", "asyncio.Task()", "asyncio.gather()", "asyncio.shield()", "asyncio.wrap_future()"];

/// How a task is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    CreateTask,
    EnsureFuture,
    /// `loop.create_task`.
    Loop,
}

/// What becomes of a new task.
#[derive(Debug, Clone, Copy)]
enum Fate<'a> {
    Kept,
    /// It is an expression statement.
    Dropped,
    /// A method is called on it in an expression statement: `create_task(…).add_done_callback(…)`.
    Chained(&'a ast::ExprAttribute),
    /// It is assigned to a name that nothing reads, or that is read only to give the task a callback.
    Named {
        name: &'a ast::ExprName,
        has_callback: bool,
    },
    /// It is dropped inside an expression, where no statement can stand.
    Within,
    /// A lambda returns it to what drops it. Holds the object whose method takes the lambda.
    Returned(&'a Expr),
}

/// A call whose task is lost.
struct Lost<'c, 'a> {
    call: Call<'c, 'a>,
    maker: Maker,
    fate: Fate<'a>,
    statement: &'a Stmt,
}

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let mut lost = Vec::new();
    for call in cx.calls() {
        let Some(maker) = maker(cx, call.func()) else { continue };
        if !makes_a_task(cx, &call, maker) || in_class_body(cx, call.expr) {
            continue;
        }
        let fate = fate(cx, &call);
        if matches!(fate, Fate::Kept) {
            continue;
        }
        let Some(statement) = statement_of(cx, call.expr) else { continue };
        lost.push(Lost { call, maker, fate, statement });
    }
    let handed = handed_makers(cx);
    if lost.is_empty() && handed.is_empty() {
        return;
    }
    let options =
        lost.iter().any(|lost| lost.is_spawned(cx) && !lost.call.expr.arguments.keywords.is_empty());
    let homes = Homes::new(cx, options);
    for lost in &lost {
        lost.report(fixes, &homes);
    }
    for handed in handed {
        let message = message(cx, handed.coroutine, true);
        fixes.at(handed.maker, message).safe("start the task with a function that keeps it", |fix| {
            if handed.is_proven {
                homes.spawn(fix, handed.maker, None);
            } else {
                fix.withhold("`ensure_future` may be given something else than a coroutine here");
            }
        });
    }
}

/// What a callee that makes tasks is.
fn maker(cx: &Context<'_>, func: &Expr) -> Option<Maker> {
    match &*cx.symbol(func)? {
        "asyncio.create_task" => Some(Maker::CreateTask),
        "asyncio.ensure_future" => Some(Maker::EnsureFuture),
        "asyncio.AbstractEventLoop().create_task" => Some(Maker::Loop),
        _ => None,
    }
}

/// Whether the call makes a new task. `ensure_future` returns a future that it is given, and who made that may
/// well keep it; of a name that may hold either nothing is said.
fn makes_a_task(cx: &Context<'_>, call: &Call<'_, '_>, maker: Maker) -> bool {
    let Some(argument) = call.argument("coro", 0) else { return false };
    if maker != Maker::EnsureFuture {
        return true;
    }
    match argument {
        Expr::Call(_) => !cx.symbol(argument).is_some_and(|symbol| FUTURES.contains(&&*symbol)),
        Expr::Name(name) => match cx.binding_read(name).map(|binding| binding.kind) {
            Some(BindingKind::Parameter { parameter, .. }) => match &parameter.annotation {
                Some(annotation) => {
                    ["Coroutine", "Awaitable"].iter().any(|kind| cx.text(&**annotation).contains(kind))
                }
                None => parameter.name.as_str().contains("coro"),
            },
            Some(_) => is_coroutine(cx, argument),
            None => false,
        },
        _ => false,
    }
}

/// Whether an expression gives a coroutine of the project's.
fn is_coroutine(cx: &Context<'_>, expr: &Expr) -> bool {
    matches!(cx.meaning(expr), Meaning::Coroutine(_))
}

fn in_class_body(cx: &Context<'_>, node: &impl HasNodeIndex) -> bool {
    let frame = cx.semantic.frame(cx.semantic.scope_of(node));
    matches!(cx.semantic.scope(frame).kind, ScopeKind::Class(_))
}

/// The innermost statement around an expression.
fn statement_of<'a>(cx: &Context<'a>, node: &(impl HasNodeIndex + Ranged)) -> Option<&'a Stmt> {
    cx.suite(node).iter().find(|statement| statement.range().contains_range(node.range()))
}

/// What becomes of the task that a call makes.
fn fate<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Fate<'a> {
    let mut child = call.range();
    let mut is_direct = true;
    let mut around = cx.ancestors(call.expr);
    while let Some(node) = around.next() {
        match node {
            AnyNodeRef::StmtExpr(_) => return if is_direct { Fate::Dropped } else { Fate::Within },
            AnyNodeRef::StmtAssign(statement) if is_direct => match statement.targets.as_slice() {
                [Expr::Name(name)] => return fate_of_name(cx, name),
                _ => return Fate::Kept,
            },
            AnyNodeRef::StmtAnnAssign(statement) if is_direct => match &*statement.target {
                Expr::Name(name) => return fate_of_name(cx, name),
                _ => return Fate::Kept,
            },
            AnyNodeRef::ExprAttribute(attribute) if is_direct => {
                let is_dropped = matches!(around.next(), Some(AnyNodeRef::ExprCall(method)) if method.func.range() == attribute.range())
                    && matches!(around.next(), Some(AnyNodeRef::StmtExpr(_)));
                let passes = PASSING_METHODS.contains(&attribute.attr.as_str());
                return if is_dropped && passes { Fate::Chained(attribute) } else { Fate::Kept };
            }
            AnyNodeRef::ExprIf(choice) if choice.test.range() != child => {}
            AnyNodeRef::ExprBoolOp(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprList(_) => {}
            AnyNodeRef::ExprListComp(ast::ExprListComp { elt, .. })
            | AnyNodeRef::ExprSetComp(ast::ExprSetComp { elt, .. })
                if elt.range() == child => {}
            AnyNodeRef::ExprLambda(lambda) if lambda.body.range() == child => {
                return callback_taker(cx, lambda).map_or(Fate::Kept, Fate::Returned);
            }
            _ => return Fate::Kept,
        }
        is_direct = false;
        child = node.range();
    }
    Fate::Kept
}

/// The object whose method takes a lambda as a callback and drops what it returns.
fn callback_taker<'a>(cx: &Context<'a>, lambda: &ast::ExprLambda) -> Option<&'a Expr> {
    let taker = cx.ancestors(lambda).find_map(|node| match node {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    })?;
    let position = callback_position(cx, taker)?;
    let Expr::Attribute(method) = &*taker.func else { return None };
    (taker.arguments.args.get(position)?.range() == lambda.range()).then_some(&*method.value)
}

/// Which argument of a call is a callback whose result is dropped.
fn callback_position(cx: &Context<'_>, call: &ast::ExprCall) -> Option<usize> {
    let symbol = cx.symbol(&call.func)?;
    CALLBACK_TAKERS.iter().find(|(taker, _)| *taker == &*symbol).map(|(_, position)| *position)
}

/// What becomes of a task that is assigned to a name.
fn fate_of_name<'a>(cx: &Context<'a>, name: &'a ast::ExprName) -> Fate<'a> {
    let (text, scope) = (name.id.as_str(), cx.semantic.scope_of(name));
    let Some(id) = cx.semantic.id(name) else { return Fate::Kept };
    // A module's and a class's names last, and so does a name of an outer function that this one assigns.
    let ScopeKind::Function(function) = cx.semantic.scope(scope).kind else { return Fate::Kept };
    let Some(own) = cx.semantic.bindings_of(text, scope).iter().find(|b| cx.semantic.binding(**b).node == id)
    else {
        return Fate::Kept;
    };
    if reads_all_names(cx, function.range()) {
        return Fate::Kept;
    }
    let mut has_callback = false;
    for read in cx.semantic.reads_of(text, scope) {
        let may_be_this = match cx.semantic.reaching(text, Some(read.node), read.scope) {
            Reaching::One(binding) => binding == *own,
            Reaching::Many(bindings) => bindings.contains(own),
            Reaching::Unbound => true,
        };
        if !may_be_this {
            continue;
        }
        match passing_method(cx, read.name) {
            Some(method) if read.scope == scope => has_callback |= method == "add_done_callback",
            _ => return Fate::Kept,
        }
    }
    Fate::Named { name, has_callback }
}

/// The method of [`PASSING_METHODS`] that a statement calls on a name.
fn passing_method<'a>(cx: &Context<'a>, name: &ast::ExprName) -> Option<&'a str> {
    let mut around = cx.ancestors(name);
    let (
        Some(AnyNodeRef::ExprAttribute(attribute)),
        Some(AnyNodeRef::ExprCall(call)),
        Some(AnyNodeRef::StmtExpr(_)),
    ) = (around.next(), around.next(), around.next())
    else {
        return None;
    };
    let method = attribute.attr.as_str();
    (call.func.range() == attribute.range() && PASSING_METHODS.contains(&method)).then_some(method)
}

/// Whether code in this range asks for all its names at once.
fn reads_all_names(cx: &Context<'_>, range: TextRange) -> bool {
    cx.semantic.references.iter().any(|read| {
        matches!(read.name.id.as_str(), "locals" | "vars" | "eval" | "exec")
            && range.contains_range(read.name.range())
    })
}

/// `create_task` itself, given to something that calls it and drops the task: `call_soon(create_task, coro())`.
struct Handed<'a> {
    maker: &'a Expr,
    coroutine: &'a Expr,
    /// The argument is sure to be a coroutine.
    is_proven: bool,
}

fn handed_makers<'a>(cx: &Context<'a>) -> Vec<Handed<'a>> {
    let mut handed = Vec::new();
    for call in cx.calls() {
        let Some(position) = callback_position(cx, call.expr) else { continue };
        let [callback, coroutine] = call.expr.arguments.args.get(position..).unwrap_or_default() else {
            continue;
        };
        let Some(maker) = maker(cx, callback) else { continue };
        // `loop.call_soon(other.create_task, …)` runs the task on another loop.
        let same_loop = maker != Maker::Loop || receiver_text(cx, callback) == receiver_text(cx, call.func());
        if same_loop && call.expr.arguments.keywords.is_empty() {
            let is_proven = maker != Maker::EnsureFuture || is_coroutine(cx, coroutine);
            handed.push(Handed { maker: callback, coroutine, is_proven });
        }
    }
    handed
}

fn receiver_text<'a>(cx: &Context<'a>, method: &Expr) -> Option<&'a str> {
    method.as_attribute_expr().map(|attribute| cx.text(&*attribute.value))
}

/// What is wrong, in one line.
fn message(cx: &Context<'_>, coroutine: &Expr, unseen: bool) -> String {
    let called = match coroutine {
        Expr::Call(call) => {
            Some(cx.text(&*call.func)).filter(|text| text.len() <= 60 && !text.contains('\n'))
        }
        _ => None,
    };
    let task = called.map_or_else(|| "this task".to_owned(), |called| format!("the task of `{called}`"));
    let unseen = if unseen { ", and nobody sees its exceptions" } else { "" };
    format!("nothing keeps {task}: it can be garbage-collected before it is done{unseen}")
}

/// Whether a coroutine of this file catches its exceptions itself.
fn catches_its_exceptions(cx: &Context<'_>, coroutine: &Expr) -> bool {
    let Meaning::Coroutine(id) = cx.meaning(coroutine) else { return false };
    if id.file != cx.file {
        return false;
    }
    // The summary's first function is the module itself.
    let Some((function, _)) = (id.index as usize).checked_sub(1).and_then(|at| cx.semantic.functions.get(at))
    else {
        return false;
    };
    all_caught(&function.body)
}

/// Whether a suite does nothing that can fail outside of a `try` with a handler for every error.
fn all_caught(suite: &[Stmt]) -> bool {
    let mut tries = 0;
    for statement in suite {
        match statement {
            Stmt::Try(statement) => {
                if !statement.handlers.iter().any(catches_everything) {
                    return false;
                }
                tries += 1;
            }
            Stmt::While(statement) if all_caught(&statement.body) => tries += 1,
            Stmt::Expr(ast::StmtExpr { value, .. }) if value.is_literal_expr() => {}
            Stmt::Assign(ast::StmtAssign { value, .. }) if value.is_literal_expr() => {}
            Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Continue(_) | Stmt::Break(_) => {}
            _ => return false,
        }
    }
    tries > 0
}

fn catches_everything(handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let broad = match handler.type_.as_deref() {
        None => true,
        Some(Expr::Name(name)) => matches!(name.id.as_str(), "Exception" | "BaseException"),
        Some(_) => false,
    };
    broad && !handler.body.iter().any(Stmt::is_raise_stmt)
}

impl<'a> Lost<'_, 'a> {
    fn coroutine(&self) -> Option<&'a Expr> {
        self.call.argument("coro", 0)
    }

    /// Whether the fix is a call of the helper function.
    fn is_spawned(&self, cx: &Context<'_>) -> bool {
        match self.fate {
            Fate::Within | Fate::Returned(_) => true,
            Fate::Chained(attribute) => !self.is_plain_chain(cx, attribute),
            Fate::Kept | Fate::Dropped | Fate::Named { .. } => false,
        }
    }

    /// Whether the statement is the chain alone, with the method on the line where the call ends.
    fn is_plain_chain(&self, cx: &Context<'_>, attribute: &ast::ExprAttribute) -> bool {
        let gap = TextRange::new(cx.outer_range(self.call.whole).end(), attribute.attr.start());
        cx.text(gap) == "."
            && cx.source.text[self.statement.range()].starts_with(cx.text(cx.outer_range(self.call.whole)))
    }

    fn report(&self, fixes: &mut Fixes<'_>, homes: &Homes<'_, 'a>) {
        let cx = homes.cx;
        let Some(coroutine) = self.coroutine() else { return };
        let has_callback = match self.fate {
            Fate::Chained(attribute) => attribute.attr.as_str() == "add_done_callback",
            Fate::Named { has_callback, .. } => has_callback,
            _ => false,
        };
        let unseen = !has_callback && !catches_its_exceptions(cx, coroutine);
        let found = fixes.at(&self.call, message(cx, coroutine, unseen));
        if self.is_spawned(cx) {
            found.safe("start the task with a function that keeps it", |fix| self.spawn(fix, homes));
        } else {
            found.safe("keep the task until it is done", |fix| self.keep(fix, homes));
        }
    }

    /// `create_task(…)` becomes `_spawn(…)`.
    fn spawn(&self, fix: &mut FixBuilder<'_>, homes: &Homes<'_, 'a>) {
        let cx = homes.cx;
        let on_its_loop = match self.fate {
            Fate::Returned(taker) => {
                let is_loop = cx.symbol(taker).as_deref() == Some("asyncio.AbstractEventLoop()");
                !is_loop || receiver_text(cx, self.call.func()) == Some(cx.text(taker))
            }
            _ => cx.runs(self.call.expr) != Runs::Elsewhere,
        };
        if self.maker == Maker::Loop && !on_its_loop {
            fix.withhold(
                "there is no room for a statement here, and the loop may be another than the running one",
            );
            return;
        }
        if self.maker == Maker::EnsureFuture
            && !self.coroutine().is_some_and(|coroutine| is_coroutine(cx, coroutine))
        {
            fix.withhold("there is no room for a statement here, and `ensure_future` may be given something else than a coroutine");
            return;
        }
        if self.call.keyword("loop").is_some() || self.call.has_unpacking() {
            fix.withhold("there is no room for a statement here");
            return;
        }
        homes.spawn(fix, self.call.func(), Some(&self.call));
    }

    /// Two statements after the one that makes the task.
    fn keep(&self, fix: &mut FixBuilder<'_>, homes: &Homes<'_, 'a>) {
        let cx = homes.cx;
        let statement = self.statement;
        let Some(home) = homes.set(fix, self.call.whole) else { return };
        let name = match self.fate {
            Fate::Named { name, .. } if name.id.as_str() != "_" => name.id.to_string(),
            _ => task_name(cx, statement),
        };
        match self.fate {
            Fate::Named { name: target, .. } => {
                if target.id.as_str() == "_" {
                    fix.replace(target, name.as_str());
                }
            }
            _ => fix.insert(statement.start(), format!("{name} = ")),
        }
        let lines = [format!("{home}.add({name})"), format!("{name}.add_done_callback({home}.discard)")];
        let alone = has_its_line(cx, statement);
        if let Fate::Chained(_) = self.fate {
            let newline = cx.source.style().newline;
            let indent = cx.source.indentation(statement.start());
            let between = if cx.source.starts_line(statement.start()) {
                format!("{newline}{indent}")
            } else {
                "; ".to_owned()
            };
            let [add, discard] = lines;
            let end = cx.outer_range(self.call.whole).end();
            fix.insert(end, format!("{between}{add}{between}{discard}{between}{name}"));
        } else if alone {
            fix.insert_lines_after(statement, &lines);
        } else {
            fix.insert(statement.end(), format!("; {}", lines.join("; ")));
        }
    }
}

/// Whether nothing but a comment follows a statement on its line, and nothing goes before it but the head of the
/// block of which it is the only statement.
fn has_its_line(cx: &Context<'_>, statement: &Stmt) -> bool {
    let source = cx.source;
    let tail = source.slice(TextRange::new(statement.end(), source.line_end(statement.end())));
    let tail = tail.trim();
    if !(tail.is_empty() || tail.starts_with('#')) {
        return false;
    }
    if source.starts_line(statement.start()) {
        return true;
    }
    let head = source.slice(TextRange::new(source.line_start(statement.start()), statement.start()));
    cx.suite(statement).len() == 1 && head.trim_end().ends_with(':')
}

/// A name for a task made by this statement: `task`, unless that means something in the function already.
fn task_name(cx: &Context<'_>, statement: &Stmt) -> String {
    let scope = cx.semantic.frame(cx.semantic.scope_of(statement));
    let ScopeKind::Function(function) = cx.semantic.scope(scope).kind else { return cx.fresh_name("task") };
    let is_free = |name: &str| {
        let bound = cx.semantic.bindings.iter().any(|binding| {
            binding.name == name
                && (binding.scope == scope
                    || function.range().contains_range(cx.semantic.node(binding.node).ast.range()))
        });
        let read =
            cx.semantic.references.iter().any(|read| {
                read.name.id.as_str() == name && function.range().contains_range(read.name.range())
            });
        !cx.semantic.scope(scope).declares_outer(name)
            && (!bound && !read || is_spent(cx, name, scope, statement))
    };
    if is_free("task") {
        return "task".to_owned();
    }
    (2..).map(|n| format!("task_{n}")).find(|name| is_free(name)).unwrap_or_default()
}

/// Whether a local name serves only to put new tasks into a set, each right after it is made, so that it may be
/// used for another task before or after.
fn is_spent(cx: &Context<'_>, name: &str, scope: ScopeId, statement: &Stmt) -> bool {
    let bindings = cx.semantic.bindings_of(name, scope);
    let mut homes: Vec<(NodeId, usize)> = Vec::new();
    for binding in bindings {
        let binding = cx.semantic.binding(*binding);
        let BindingKind::Assignment { value: Expr::Call(call), unpacked: None } = binding.kind else {
            return false;
        };
        if maker(cx, &call.func).is_none() {
            return false;
        }
        let Some((_, suite)) = cx.semantic.statement_and_suite(binding.node) else { return false };
        homes.push(suite);
    }
    let mut next_is_read = None;
    for read in cx.semantic.references.iter().filter(|read| read.name.id.as_str() == name) {
        if cx.semantic.lookup(name, read.scope) != Some(scope) {
            continue;
        }
        let puts_away = match cx.parent(read.name) {
            AnyNodeRef::ExprAttribute(attribute) => attribute.attr.as_str() == "add_done_callback",
            AnyNodeRef::Arguments(_) => cx.ancestors(read.name).nth(1).is_some_and(
                |node| matches!(node, AnyNodeRef::ExprCall(call) if matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "add")),
            ),
            _ => false,
        };
        let in_place =
            cx.semantic.statement_and_suite(read.node).is_some_and(|(_, suite)| homes.contains(&suite));
        if !puts_away || !in_place || read.scope != scope {
            return false;
        }
        if read.name.start() > statement.end() && next_is_read.is_none() {
            next_is_read = Some(read.name.start());
        }
    }
    // What follows this statement must be a new task first.
    match next_is_read {
        None => true,
        Some(read) => bindings.iter().any(|binding| {
            let at = cx.semantic.node(cx.semantic.binding(*binding).node).ast.start();
            statement.end() < at && at < read
        }),
    }
}

/// A set in which the file keeps tasks already: something is added to it, and discarded by a callback.
struct Home<'a> {
    expr: &'a Expr,
    /// The class whose instances have it; `None` for a name of the module.
    class: Option<ScopeId>,
    /// More is done with it than adding and discarding.
    has_other_uses: bool,
}

/// Where this file's tasks are kept, or are going to be.
struct Homes<'c, 'a> {
    cx: &'c Context<'a>,
    found: Vec<Home<'a>>,
    /// A function of the file's that makes a task of its argument and keeps it.
    spawner: Option<&'a ast::StmtFunctionDef>,
    /// The helper must hand keyword arguments on.
    options: bool,
}

impl<'c, 'a> Homes<'c, 'a> {
    fn new(cx: &'c Context<'a>, options: bool) -> Self {
        let mut homes = Self { cx, found: Vec::new(), spawner: None, options };
        for call in cx.calls() {
            let Expr::Attribute(method) = call.func() else { continue };
            if method.attr.as_str() != "add_done_callback" {
                continue;
            }
            let Some(Expr::Attribute(discard)) = call.expr.arguments.args.first() else { continue };
            if !matches!(discard.attr.as_str(), "discard" | "remove") {
                continue;
            }
            let Some(home) = home(cx, &discard.value) else { continue };
            if home.class.is_none() && homes.spawner.is_none() {
                homes.spawner =
                    cx.enclosing_function(call.expr).filter(|function| is_spawner(cx, function, &call));
            }
            let text = cx.text(home.expr);
            if !homes.found.iter().any(|known| known.class == home.class && cx.text(known.expr) == text) {
                homes.found.push(home);
            }
        }
        homes
    }

    /// How the set for the tasks of this expression is written there; defines one if there is none.
    fn set(&self, fix: &mut FixBuilder<'_>, at: &Expr) -> Option<String> {
        let cx = self.cx;
        let scope = cx.semantic.scope_of(at);
        let known = self.found.iter().filter(|home| home.is_visible(cx, scope)).max_by_key(|home| home.class);
        if let Some(home) = known {
            let text = cx.text(home.expr);
            if home.has_other_uses {
                fix.demote(format!(
                    "`{text}` serves more than keeping tasks: what reads it would see this one too"
                ));
            }
            return Some(text.to_owned());
        }
        let (name, definition) = self.definition(fix)?;
        fix.define(&definition);
        Some(name)
    }

    /// A new set: its name and the statement that makes it.
    fn definition(&self, fix: &mut FixBuilder<'_>) -> Option<(String, String)> {
        let cx = self.cx;
        if cx.semantic.lookup("set", 0).is_some() {
            fix.withhold("`set` is something else in this file");
            return None;
        }
        let name = cx.fresh_name("_background_tasks");
        let kind = match fix.spelled_at_definitions("asyncio.Task") {
            Some(task) => format!("set[{task}]"),
            None => "set".to_owned(),
        };
        // Annotations of a module's names are evaluated, and `set[…]` is an error before Python 3.9.
        let quote = cx.source.style().quote;
        let is_literal =
            kind == "set" || cx.settings.target >= PythonVersion::py3(9) || has_future_annotations(cx);
        let kind = if is_literal { kind } else { format!("{quote}{kind}{quote}") };
        let definition = format!("{name}: {kind} = set()");
        Some((name, definition))
    }

    /// Replaces `maker` by the helper that makes a task and keeps it; defines it if there is none. `call` is
    /// the call of `maker`, if there is one.
    fn spawn(&self, fix: &mut FixBuilder<'_>, maker: &'a Expr, call: Option<&Call<'_, 'a>>) {
        let cx = self.cx;
        let scope = cx.semantic.scope_of(maker);
        let keywords = call.map_or(&[][..], |call| &call.expr.arguments.keywords);
        if let Some(spawner) = self.spawner
            && cx.semantic.lookup(spawner.name.as_str(), scope) == Some(0)
            && (keywords.is_empty() || spawner.parameters.kwarg.is_some())
        {
            fix.replace(maker, spawner.name.as_str());
            return;
        }
        let create_task = match fix.spelled_at_definitions("asyncio.create_task") {
            Some(spelled) => spelled,
            None => {
                fix.withhold(
                    "there is no room for a statement here, and `asyncio` is not imported at the top",
                );
                return;
            }
        };
        let name = cx.fresh_name("_spawn");
        let known = self.found.iter().find(|home| home.class.is_none() && home.is_visible(cx, 0));
        let (set, definition) = match known {
            Some(home) => (cx.text(home.expr).to_owned(), None),
            None => {
                let Some((set, definition)) = self.definition(fix) else { return };
                (set, Some(definition))
            }
        };
        let (parameter, argument) = if self.options { (", **options", ", **options") } else { ("", "") };
        let helper = format!(
            "def {name}(coro{parameter}):\n    task = {create_task}(coro{argument})\n    {set}.add(task)\n    \
             task.add_done_callback({set}.discard)\n    return task"
        );
        match (definition, known) {
            (Some(definition), _) => fix.define(&format!("{definition}\n\n\n{helper}")),
            (None, Some(home)) => {
                if home.has_other_uses {
                    fix.demote(format!(
                        "`{set}` serves more than keeping tasks: what reads it would see this one too"
                    ));
                }
                fix.define_below(&set, &helper);
            }
            (None, None) => return,
        }
        fix.replace(maker, name);
    }
}

impl Home<'_> {
    fn is_visible(&self, cx: &Context<'_>, scope: ScopeId) -> bool {
        match (self.expr, self.class) {
            (Expr::Name(name), None) => cx.semantic.lookup(name.id.as_str(), scope) == Some(0),
            (Expr::Attribute(attribute), Some(class)) => attribute
                .value
                .as_name_expr()
                .is_some_and(|object| receiver_class(cx, object.id.as_str(), scope) == Some(class)),
            _ => false,
        }
    }
}

/// The class whose instance this name is as a method's first parameter, seen from a scope.
fn receiver_class(cx: &Context<'_>, name: &str, scope: ScopeId) -> Option<ScopeId> {
    let method = cx.semantic.lookup(name, scope)?;
    let ScopeKind::Function(function) = cx.semantic.scope(method).kind else { return None };
    let parameters = &function.parameters;
    let first = parameters.posonlyargs.first().or_else(|| parameters.args.first())?;
    let is_plain = function.decorator_list.iter().all(|decorator| {
        !matches!(&decorator.expression, Expr::Name(name) if matches!(name.id.as_str(), "staticmethod" | "classmethod"))
    });
    let class = cx.semantic.frame(cx.semantic.scope(method).parent?);
    let is_class = matches!(cx.semantic.scope(class).kind, ScopeKind::Class(_));
    (first.parameter.name.as_str() == name && is_plain && is_class).then_some(class)
}

/// The set that an expression is, if it is a set of the module's or of an instance to which something is added.
fn home<'a>(cx: &Context<'a>, expr: &'a Expr) -> Option<Home<'a>> {
    let is_new_set = |value: &Expr| cx.symbol(value).as_deref() == Some("builtins.set()");
    let is_use = |node: AnyNodeRef<'_>| match node {
        AnyNodeRef::ExprAttribute(method) => matches!(method.attr.as_str(), "add" | "discard" | "remove"),
        _ => false,
    };
    let is_add = |node: AnyNodeRef<'_>| matches!(node, AnyNodeRef::ExprAttribute(method) if method.attr.as_str() == "add");
    match expr {
        Expr::Name(name) => {
            let text = name.id.as_str();
            let [only] = cx.semantic.bindings_of(text, 0) else { return None };
            let value = match cx.semantic.binding(*only).kind {
                BindingKind::Assignment { value, unpacked: None } => value,
                BindingKind::Annotated { value: Some(value), .. } => value,
                _ => return None,
            };
            if cx.semantic.lookup(text, cx.semantic.scope_of(name)) != Some(0) || !is_new_set(value) {
                return None;
            }
            let uses: Vec<_> = cx.semantic.reads_of(text, 0).map(|read| cx.parent(read.name)).collect();
            let has_other_uses = !uses.iter().all(|use_| is_use(*use_)) || cx.is_imported_elsewhere(text);
            uses.iter().any(|use_| is_add(*use_)).then_some(Home { expr, class: None, has_other_uses })
        }
        Expr::Attribute(attribute) => {
            let object = attribute.value.as_name_expr()?;
            let class = receiver_class(cx, object.id.as_str(), cx.semantic.scope_of(object))?;
            let attr = attribute.attr.as_str();
            let is_set = cx.semantic.attribute_stores.iter().any(|store| {
                store.target.attr.as_str() == attr
                    && cx.semantic.enclosing_class(store.scope) == Some(class)
                    && store.value.is_some_and(is_new_set)
            });
            let uses: Vec<_> = cx
                .nodes()
                .iter()
                .filter_map(|node| match node.ast {
                    AnyNodeRef::ExprAttribute(use_)
                        if use_.attr.as_str() == attr && use_.ctx == ast::ExprContext::Load =>
                    {
                        Some(cx.parent(use_))
                    }
                    _ => None,
                })
                .collect();
            let has_other_uses = !uses.iter().all(|use_| is_use(*use_)) || !attr.starts_with('_');
            (is_set && uses.iter().any(|use_| is_add(*use_))).then_some(Home {
                expr,
                class: Some(class),
                has_other_uses,
            })
        }
        _ => None,
    }
}

/// Whether a function of the module is `task = create_task(parameter)`, kept by `keeps`, whatever follows.
fn is_spawner(cx: &Context<'_>, function: &ast::StmtFunctionDef, keeps: &Call<'_, '_>) -> bool {
    let parameters = &function.parameters;
    let [parameter] = parameters.args.as_slice() else { return false };
    let is_helper = !function.is_async
        && function.decorator_list.is_empty()
        && parameters.posonlyargs.is_empty()
        && parameters.kwonlyargs.is_empty()
        && parameters.vararg.is_none()
        && cx.semantic.scope_of(function) == 0
        && cx.semantic.bindings_of(function.name.as_str(), 0).len() == 1;
    let body = match function.body.as_slice() {
        [Stmt::Expr(docstring), rest @ ..] if docstring.value.is_string_literal_expr() => rest,
        body => body,
    };
    let [Stmt::Assign(made), Stmt::Expr(_), Stmt::Expr(kept), ..] = body else { return false };
    let Expr::Call(made) = &*made.value else { return false };
    let takes_it = matches!(made.arguments.args.first(), Some(Expr::Name(name)) if name.id == parameter.parameter.name.id);
    is_helper
        && takes_it
        && kept.value.range() == keeps.range()
        && maker(cx, &made.func) == Some(Maker::CreateTask)
}

fn has_future_annotations(cx: &Context<'_>) -> bool {
    cx.body().iter().any(|statement| {
        matches!(statement, Stmt::ImportFrom(from) if from.module.as_deref() == Some("__future__")
            && from.names.iter().any(|alias| alias.name.as_str() == "annotations"))
    })
}
