//! What makes a task, and what becomes of it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::context::{Call, Context, Runs};
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::{BindingKind, Reaching, ScopeId, ScopeKind};

/// Methods of a task that can be called on it without keeping it.
const PASSING_METHODS: &[&str] = &["add_done_callback", "set_name"];

/// Calls that give a future, not a coroutine: `ensure_future` returns it as it is.
const FUTURES: &[&str] =
    &["asyncio.Future()", "asyncio.Task()", "asyncio.gather()", "asyncio.shield()", "asyncio.wrap_future()"];

/// How a task is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    CreateTask,
    EnsureFuture,
    /// `loop.create_task`.
    Loop,
}

/// What becomes of a new task.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate<'a> {
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

/// What a callee that makes tasks is.
pub(super) fn maker(cx: &Context<'_>, func: &Expr) -> Option<Maker> {
    if let Expr::Attribute(method) = func
        && !matches!(method.attr.as_str(), "create_task" | "ensure_future")
    {
        return None;
    }
    let Some(symbol) = cx.symbol(func) else {
        let method = func.as_attribute_expr().filter(|method| method.attr.as_str() == "create_task")?;
        return (is_loop(cx, &method.value, 0) == Some(true)).then_some(Maker::Loop);
    };
    match &*symbol {
        "asyncio.create_task" => Some(Maker::CreateTask),
        "asyncio.ensure_future" => Some(Maker::EnsureFuture),
        "asyncio.AbstractEventLoop().create_task" => Some(Maker::Loop),
        _ => None,
    }
}

/// Whether an expression is an event loop where the program brings none of its own: `loop or get_event_loop()`
/// is one although nobody knows the type of the parameter `loop`. `None` when all there is are such parameters.
fn is_loop(cx: &Context<'_>, expr: &Expr, depth: u32) -> Option<bool> {
    let is_loop_at = |expr: &Expr| is_loop(cx, expr, depth + 1);
    match expr {
        _ if depth > 8 => Some(false),
        _ if cx.symbol(expr).as_deref() == Some("asyncio.AbstractEventLoop()") => Some(true),
        Expr::NoneLiteral(_) => None,
        Expr::BoolOp(choice) => agreed(choice.values.iter().map(is_loop_at)),
        Expr::If(choice) => agreed([&*choice.body, &*choice.orelse].into_iter().map(is_loop_at)),
        Expr::Name(name) => {
            let scope = cx.semantic.scope_of(name);
            let bindings = match cx.semantic.reaching(name.id.as_str(), cx.semantic.id(name), scope) {
                Reaching::Unbound => return Some(false),
                Reaching::One(binding) => vec![binding],
                Reaching::Many(bindings) => bindings,
            };
            agreed(bindings.into_iter().map(|binding| match cx.semantic.binding(binding).kind {
                BindingKind::Parameter { parameter, variadic: false, .. }
                    if parameter.annotation.is_none() =>
                {
                    None
                }
                BindingKind::Assignment { value, unpacked: None } => is_loop_at(value),
                _ => Some(false),
            }))
        }
        Expr::Attribute(attribute) => {
            let object = attribute.value.as_name_expr();
            let class = object
                .and_then(|object| receiver_class(cx, object.id.as_str(), cx.semantic.scope_of(object)));
            let Some(class) = class else { return Some(false) };
            let stores = cx.semantic.attribute_stores.iter().filter(|store| {
                store.target.attr.as_str() == attribute.attr.as_str()
                    && cx.semantic.enclosing_class(store.scope) == Some(class)
            });
            agreed(stores.map(|store| store.value.map_or(Some(false), is_loop_at)))
        }
        _ => Some(false),
    }
}

/// Whether an expression is sure to be the loop that runs: what asyncio gives in a coroutine.
pub(super) fn is_running_loop(cx: &Context<'_>, expr: &Expr) -> bool {
    let value = match expr {
        Expr::Name(name) => match cx.binding_read(name).map(|binding| binding.kind) {
            Some(BindingKind::Assignment { value, unpacked: None }) => value,
            _ => return false,
        },
        other => other,
    };
    let Expr::Call(call) = value else { return false };
    match cx.symbol(&call.func).as_deref() {
        Some("asyncio.get_running_loop") => true,
        Some("asyncio.get_event_loop") => cx.runs(call) == Runs::OnLoop,
        _ => false,
    }
}

/// `Some(false)` if any is that, else `Some(true)` if any is that.
fn agreed(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut agreed = None;
    for answer in answers {
        match answer {
            Some(false) => return answer,
            Some(true) => agreed = answer,
            None => {}
        }
    }
    agreed
}

/// Whether the call makes a new task. `ensure_future` returns a future that it is given, and who made that may
/// well keep it; of a name that may hold either nothing is said.
pub(super) fn makes_a_task(cx: &Context<'_>, call: &Call<'_, '_>, maker: Maker) -> bool {
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
            Some(_) if is_coroutine(cx, argument) => true,
            _ => is_asked_for_a_coroutine(cx, name),
        },
        _ => false,
    }
}

/// Whether a name is read under `if iscoroutine(name):`.
fn is_asked_for_a_coroutine(cx: &Context<'_>, name: &ast::ExprName) -> bool {
    cx.ancestors(name).any(|node| {
        let test = match node {
            AnyNodeRef::StmtIf(branch) => &*branch.test,
            AnyNodeRef::ElifElseClause(ast::ElifElseClause { test: Some(test), .. }) => test,
            _ => return false,
        };
        let Expr::Call(call) = test else { return false };
        let asks =
            matches!(cx.symbol(&call.func).as_deref(), Some("asyncio.iscoroutine" | "inspect.iscoroutine"));
        asks && matches!(call.arguments.args.first(), Some(Expr::Name(asked)) if asked.id == name.id)
    })
}

/// Whether an expression gives a coroutine of the project's.
pub(super) fn is_coroutine(cx: &Context<'_>, expr: &Expr) -> bool {
    matches!(cx.meaning(expr), Meaning::Coroutine(_))
}

pub(super) fn in_class_body(cx: &Context<'_>, node: &impl HasNodeIndex) -> bool {
    let frame = cx.semantic.frame(cx.semantic.scope_of(node));
    matches!(cx.semantic.scope(frame).kind, ScopeKind::Class)
}

/// What becomes of the task that a call makes.
pub(super) fn fate_of<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Fate<'a> {
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
    if let Some(taker) = cx.taker_of_callback(lambda) {
        return Some(&taker.func.as_attribute_expr()?.value);
    }
    let around = cx.ancestors(lambda).find_map(|node| match node {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    })?;
    let is_handler = around.arguments.args.get(1).is_some_and(|handler| handler.range() == lambda.range());
    (is_handler && cx.symbol(&around.func).as_deref() == Some("signal.signal")).then_some(&*around.func)
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
pub(super) struct Handed<'a> {
    pub(super) maker: &'a Expr,
    pub(super) coroutine: &'a Expr,
    /// The argument is sure to be a coroutine.
    pub(super) is_proven: bool,
}

pub(super) fn handed_makers<'a>(cx: &Context<'a>) -> Vec<Handed<'a>> {
    let mut handed = Vec::new();
    for call in cx.calls() {
        let Some(callback) = cx.callback_in(call.expr) else { continue };
        let mut after =
            call.expr.arguments.args.iter().skip_while(|argument| argument.range() != callback.range());
        let (Some(_), Some(coroutine), None) = (after.next(), after.next(), after.next()) else { continue };
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

pub(super) fn receiver_text<'a>(cx: &Context<'a>, method: &Expr) -> Option<&'a str> {
    method.as_attribute_expr().map(|attribute| cx.text(&*attribute.value))
}

/// Whether a coroutine of this file catches its exceptions itself.
pub(super) fn catches_its_exceptions(cx: &Context<'_>, coroutine: &Expr) -> bool {
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

/// The class whose instance this name is as a method's first parameter, seen from a scope.
pub(super) fn receiver_class(cx: &Context<'_>, name: &str, scope: ScopeId) -> Option<ScopeId> {
    let method = cx.semantic.lookup(name, scope)?;
    let ScopeKind::Function(function) = cx.semantic.scope(method).kind else { return None };
    let parameters = &function.parameters;
    let first = parameters.posonlyargs.first().or_else(|| parameters.args.first())?;
    let is_plain = function.decorator_list.iter().all(|decorator| {
        !matches!(&decorator.expression, Expr::Name(name) if matches!(name.id.as_str(), "staticmethod" | "classmethod"))
    });
    let class = cx.semantic.frame(cx.semantic.scope(method).parent?);
    let is_class = matches!(cx.semantic.scope(class).kind, ScopeKind::Class);
    (first.parameter.name.as_str() == name && is_plain && is_class).then_some(class)
}
