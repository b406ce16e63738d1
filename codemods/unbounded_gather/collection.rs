//! What stands behind the star of `gather(*…)`: which coroutines, and how many.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::Ranged;

use super::parts;
use super::size::{Size, size};
use crate::engine::apis::runs_event_loop;
use crate::engine::context::{Call, Context};
use crate::engine::project::summary::conduct::last_name;
use crate::engine::semantic::{BindingId, BindingKind, NodeId, Reaching, Reference};

/// One coroutine for each item of something.
#[derive(Debug)]
pub(super) struct Collection<'a> {
    pub(super) elements: Vec<Element<'a>>,
    pub(super) size: Size,
    /// What is iterated over, for the message.
    pub(super) over: Option<&'a Expr>,
    pub(super) form: Form<'a>,
}

/// How the collection is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'a> {
    /// `[f(x) for x in xs]`, `(f(x) for x in xs)`.
    Comprehension(&'a Expr),
    /// `map(f, xs)`.
    Map(&'a ast::ExprCall),
    /// A list in a local name that serves nothing else; the statement that makes it, and the name.
    Named(&'a Stmt, &'a str),
    /// Something made of these.
    Other,
}

/// What makes one awaitable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) callee: Callee<'a>,
    /// The `create_task(…)` around the coroutine's call.
    pub(super) wrapper: Option<&'a ast::ExprCall>,
}

/// The coroutine function.
#[derive(Debug, Clone, Copy)]
pub(super) enum Callee<'a> {
    /// It is called: `f(x)`.
    Called(&'a Expr),
    /// It is handed to `map`.
    Mapped(&'a Expr),
}

impl<'a> Collection<'a> {
    /// Reads the value behind a star; `None` when it is not known to hold coroutines made for this gather alone.
    /// `at` is the call that takes them.
    pub(super) fn read(cx: &Context<'a>, value: &'a Expr, at: &Call<'_, 'a>) -> Option<Self> {
        match value {
            Expr::ListComp(ast::ExprListComp { elt, generators, .. })
            | Expr::SetComp(ast::ExprSetComp { elt, generators, .. })
            | Expr::Generator(ast::ExprGenerator { elt, generators, .. }) => {
                let size = generators.iter().fold(Size::AtMost(1), |product, each| {
                    product.times(loop_size(cx, &each.target, &each.iter, elt))
                });
                let over = generators.first().map(|each| &each.iter);
                Some(Self { elements: elements(cx, elt)?, size, over, form: Form::Comprehension(value) })
            }
            Expr::Call(call) => Self::read_call(cx, call, at),
            Expr::Name(name) => Self::read_name(cx, name, at),
            Expr::BinOp(sum) if sum.op == ast::Operator::Add => {
                let left = Self::read(cx, &sum.left, at)?;
                let right = Self::read(cx, &sum.right, at)?;
                Some(left.and(right))
            }
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                let parts: Option<Vec<Self>> =
                    elts.iter().map(|item| Self::read_item(cx, item, at)).collect();
                parts?.into_iter().reduce(Self::and)
            }
            _ => None,
        }
    }

    /// One positional argument of `gather`, or one item of a list.
    pub(super) fn read_item(cx: &Context<'a>, item: &'a Expr, at: &Call<'_, 'a>) -> Option<Self> {
        match item {
            Expr::Starred(starred) => Self::read(cx, &starred.value, at),
            _ => Some(Self {
                elements: elements(cx, item)?,
                size: Size::AtMost(1),
                over: None,
                form: Form::Other,
            }),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        let over = if other.size == Size::Unbounded { other.over } else { self.over };
        let mut elements = self.elements;
        elements.extend(other.elements);
        Self { elements, size: self.size.plus(other.size), over, form: Form::Other }
    }

    fn read_call(cx: &Context<'a>, call: &'a ast::ExprCall, at: &Call<'_, 'a>) -> Option<Self> {
        if let Expr::Attribute(attribute) = &*call.func
            && attribute.attr.as_str() == "values"
            && call.arguments.is_empty()
        {
            return of_mapping(cx, super::mapping::made(cx, &attribute.value, at)?);
        }
        let symbol = cx.symbol(&call.func)?;
        match (&*symbol, &*call.arguments.args) {
            ("builtins.map" | "itertools.starmap", [function, over, ..]) => {
                let element = match function {
                    Expr::Lambda(lambda) => elements(cx, &lambda.body)?,
                    _ => vec![Element { callee: Callee::Mapped(function), wrapper: None }],
                };
                // `map(lambda callback: callback(event), callbacks)`
                let calls_callbacks = speaks_of_callbacks(over)
                    && function.as_lambda_expr().is_some_and(|lambda| {
                        let is_parameter = |name: &ast::ExprName| {
                            let parameters = lambda.parameters.as_deref();
                            parameters.is_some_and(|all| all.includes(&name.id))
                        };
                        is_call_of(&lambda.body, &is_parameter)
                    });
                Some(Self {
                    elements: element,
                    size: match size(cx, over) {
                        _ if calls_callbacks => Size::Chosen,
                        Size::Unbounded if parts::names_part_of(cx, over) => Size::Parts,
                        known => known,
                    },
                    over: Some(over),
                    form: Form::Map(call),
                })
            }
            ("builtins.list" | "builtins.tuple", [inner]) => {
                Some(Self { form: Form::Other, ..Self::read(cx, inner, at)? })
            }
            _ => None,
        }
    }

    /// A name for a list that is filled here, and serves nothing but this gather.
    fn read_name(cx: &Context<'a>, name: &'a ast::ExprName, at: &Call<'_, 'a>) -> Option<Self> {
        let semantic = cx.semantic;
        let id = semantic.id(name)?;
        let reader = semantic.node(id).scope;
        let Reaching::One(binding_id) = semantic.reaching(name.id.as_str(), Some(id), reader) else {
            return None;
        };
        let binding = semantic.binding(binding_id);
        let value = match binding.kind {
            BindingKind::Assignment { value, unpacked: None }
            | BindingKind::Annotated { value: Some(value), .. } => value,
            _ => return None,
        };
        if semantic.frame(binding.scope) != semantic.frame(reader)
            || binding.scope != semantic.frame(binding.scope)
        {
            return None;
        }
        let (statement_id, _) = semantic.statement_and_suite(binding.node)?;
        let statement =
            semantic.suite(statement_id).iter().find(|s| semantic.id(*s) == Some(statement_id))?;
        let mut collection = match value {
            Expr::List(list) if list.elts.is_empty() => Self::empty(),
            Expr::Call(call)
                if call.arguments.is_empty() && cx.symbol(&call.func).as_deref() == Some("builtins.list") =>
            {
                Self::empty()
            }
            _ => Self::read(cx, value, at)?,
        };
        let mut takes = 0;
        for read in semantic.reads_of(binding.name, binding.scope) {
            match use_of(cx, read, binding_id)? {
                ListUse::OfAnother | ListUse::Looked => {}
                ListUse::Taken(star) => {
                    if !at.range().contains_range(star.range()) {
                        return None;
                    }
                    takes += 1;
                }
                ListUse::Filled { method, argument } => {
                    let added = match method {
                        "append" => Self::read_item(cx, argument, at)?,
                        _ => Self::read(cx, argument, at)?,
                    };
                    // The tasks run since they were made, as the loop waited for something else.
                    if added.are_tasks() && is_paced(cx, argument, statement) {
                        return None;
                    }
                    collection = collection.and(added.repeated(cx, argument, statement, binding.name)?);
                }
            }
        }
        // A list that is gathered again and again is not ours to understand.
        let gathered_in_loop = cx
            .ancestors(at.expr)
            .take_while(|around| !around.range().contains_range(statement.range()))
            .any(|around| matches!(around, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
        if takes != 1 || gathered_in_loop || collection.elements.is_empty() {
            return None;
        }
        Some(Self { form: Form::Named(statement, binding.name), ..collection })
    }

    /// Whether all elements are tasks from the start.
    fn are_tasks(&self) -> bool {
        self.elements.iter().all(|element| element.wrapper.is_some())
    }

    fn empty() -> Self {
        Self { elements: Vec::new(), size: Size::AtMost(0), over: None, form: Form::Other }
    }

    /// The same, as often as the loops run that stand between the list's making and this place.
    /// `name` is the list's.
    fn repeated(mut self, cx: &Context<'a>, place: &'a Expr, made: &Stmt, name: &str) -> Option<Self> {
        for around in cx.ancestors(place) {
            if around.range().contains_range(made.range()) {
                return Some(self);
            }
            match around {
                AnyNodeRef::StmtFor(statement) => {
                    let size = if statement.is_async {
                        Size::Unbounded
                    } else {
                        match loop_size(cx, &statement.target, &statement.iter, place) {
                            Size::Unbounded if ends_at_count(statement) => Size::Chosen,
                            known => known,
                        }
                    };
                    self.size = self.size.times(size);
                    self.over = Some(&statement.iter);
                }
                AnyNodeRef::StmtWhile(statement) => {
                    let size = if bounds(&statement.test, name) { Size::Chosen } else { Size::Unbounded };
                    self.size = self.size.times(size);
                    self.over = None;
                }
                AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => return None,
                _ => {}
            }
        }
        Some(self)
    }
}

/// Whether a loop is left once it has gone round so often, `if number >= limit: break`, or has made so many.
fn ends_at_count(each: &ast::StmtFor) -> bool {
    let is_counted = |test: &Expr| {
        let Expr::Compare(compare) = test else { return false };
        let is_number = match &*compare.left {
            Expr::Name(name) => {
                matches!(&*each.target, Expr::Tuple(target)
                if matches!(target.elts.first(), Some(Expr::Name(first)) if first.id == name.id))
                    && matches!(&*each.iter, Expr::Call(call) if last_name(&call.func) == Some("enumerate"))
            }
            Expr::Call(call) => last_name(&call.func) == Some("len"),
            _ => false,
        };
        is_number && matches!(compare.ops.first(), Some(ast::CmpOp::Gt | ast::CmpOp::GtE | ast::CmpOp::Eq))
    };
    each.body.iter().any(|statement| {
        let Stmt::If(branch) = statement else { return false };
        matches!(branch.body.last(), Some(Stmt::Break(_))) && is_counted(&branch.test)
    })
}

/// Whether a loop's condition says how long a list may get: `len(tasks) < limit and …`.
fn bounds(test: &Expr, name: &str) -> bool {
    match test {
        Expr::BoolOp(all) if all.op == ast::BoolOp::And => all.values.iter().any(|one| bounds(one, name)),
        Expr::Compare(compare) => {
            let is_length = matches!(&*compare.left, Expr::Call(call)
                if matches!(&*call.func, Expr::Name(function) if function.id.as_str() == "len")
                    && call.arguments.args.iter().any(|of| mentions(of, name)));
            is_length
                && matches!(compare.ops.first(), Some(ast::CmpOp::Lt | ast::CmpOp::LtE | ast::CmpOp::NotEq))
        }
        _ => false,
    }
}

/// Whether a loop between the making of a list and the place where it is filled waits for something.
fn is_paced(cx: &Context<'_>, place: &Expr, made: &Stmt) -> bool {
    let frame = cx.semantic.frame(cx.semantic.scope_of(place));
    cx.ancestors(place).take_while(|around| !around.range().contains_range(made.range())).any(|around| {
        matches!(around, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_))
            && cx.inside(&around).any(|inner| {
                matches!(inner.ast, AnyNodeRef::ExprAwait(_)) && cx.semantic.frame(inner.scope) == frame
            })
    })
}

/// What a read of a list's name does.
enum ListUse<'a> {
    /// The name means something else there.
    OfAnother,
    /// `len(tasks)`, `if tasks:`.
    Looked,
    /// `*tasks`, or `tasks` as an argument.
    Taken(&'a ast::ExprName),
    /// `tasks.append(x)`, `tasks.extend(xs)`.
    Filled { method: &'static str, argument: &'a Expr },
}

fn use_of<'a>(cx: &Context<'a>, read: &Reference<'a>, binding: BindingId) -> Option<ListUse<'a>> {
    let semantic = cx.semantic;
    let name = read.name;
    match semantic.reaching(name.id.as_str(), semantic.id(name), read.scope) {
        Reaching::One(found) if found == binding => {}
        Reaching::One(_) => return Some(ListUse::OfAnother),
        Reaching::Many(all) if all.contains(&binding) => return None,
        _ => return Some(ListUse::OfAnother),
    }
    if semantic.frame(read.scope) != semantic.frame(semantic.binding(binding).scope) {
        return None;
    }
    match cx.parent(name) {
        AnyNodeRef::ExprStarred(_) => Some(ListUse::Taken(name)),
        AnyNodeRef::Arguments(arguments) => {
            let AnyNodeRef::ExprCall(call) = cx.parent(arguments) else { return None };
            match cx.symbol(&call.func).as_deref() {
                Some("builtins.len" | "builtins.bool") => Some(ListUse::Looked),
                Some("asyncio.wait" | "asyncio.as_completed") => Some(ListUse::Taken(name)),
                _ => None,
            }
        }
        AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtWhile(_) | AnyNodeRef::ElifElseClause(_) => {
            Some(ListUse::Looked)
        }
        AnyNodeRef::ExprUnaryOp(not) if not.op == ast::UnaryOp::Not => Some(ListUse::Looked),
        AnyNodeRef::ExprBoolOp(_) => Some(ListUse::Looked),
        AnyNodeRef::ExprIf(choice) if choice.test.range() == name.range() => Some(ListUse::Looked),
        AnyNodeRef::ExprAttribute(attribute) => {
            let method = match attribute.attr.as_str() {
                "append" => "append",
                "extend" => "extend",
                _ => return None,
            };
            let AnyNodeRef::ExprCall(call) = cx.parent(attribute) else { return None };
            let AnyNodeRef::StmtExpr(_) = cx.parent(call) else { return None };
            let [argument] = &*call.arguments.args else { return None };
            Some(ListUse::Filled { method, argument })
        }
        _ => None,
    }
}

/// The values of a mapping that are coroutines. A mapping of tasks is there before: they run already.
fn of_mapping<'a>(cx: &Context<'a>, made: &'a ast::ExprDictComp) -> Option<Collection<'a>> {
    let elements = elements(cx, &made.value)?;
    if elements.iter().any(|element| element.wrapper.is_some()) {
        return None;
    }
    let size = made.generators.iter().fold(Size::AtMost(1), |product, each| {
        product.times(loop_size(cx, &each.target, &each.iter, &made.value))
    });
    let over = made.generators.first().map(|each| &each.iter);
    Some(Collection { elements, size, over, form: Form::Other })
}

/// How often a loop runs `body`. `for _ in range(n)` starts a number of equal workers that somebody chose.
pub(super) fn loop_size(cx: &Context<'_>, target: &Expr, iter: &Expr, body: &Expr) -> Size {
    if is_equal_workers(cx, target, iter, body) {
        return Size::Chosen;
    }
    let known = size(cx, iter);
    if known != Size::Unbounded {
        return known;
    }
    if calls_items(target, iter, body) {
        return Size::Chosen;
    }
    if let Some(most) = looked_up(cx, target, body) {
        return Size::AtMost(most);
    }
    if parts::are_parts(cx, target, iter, body) { Size::Parts } else { Size::Unbounded }
}

/// `for _ in range(n)`, of which nothing is used.
fn is_equal_workers(cx: &Context<'_>, target: &Expr, iter: &Expr, body: &Expr) -> bool {
    let (Expr::Call(call), Expr::Name(target)) = (iter, target) else { return false };
    let used = any_over_expr(body, |expr| matches!(expr, Expr::Name(name) if name.id == target.id));
    !used && cx.symbol(&call.func).as_deref() == Some("builtins.range")
}

/// How many entries the mapping has that each item is looked up in, `PROMPTS[metric]`, where they are written down:
/// there are no more items than that, unless some come again.
fn looked_up(cx: &Context<'_>, target: &Expr, body: &Expr) -> Option<u64> {
    let Expr::Name(target) = target else { return None };
    let mut most = None;
    any_over_expr(body, |expr| {
        if let Expr::Subscript(entry) = expr
            && let (Expr::Name(mapping), Expr::Name(key)) = (&*entry.value, &*entry.slice)
            && key.id == target.id
            && let Some(binding) = cx.binding_read(mapping)
            && let BindingKind::Assignment { value: Expr::Dict(_), unpacked: None }
            | BindingKind::Annotated { value: Some(Expr::Dict(_)), .. } = binding.kind
            && let Size::AtMost(entries) = size(cx, &entry.value)
        {
            most = Some(entries);
        }
        most.is_some()
    });
    most
}

/// Whether `body` calls what a loop over callbacks gives it, or hands it to a function that does: there are as many as
/// the program has functions for them.
fn calls_items(target: &Expr, iter: &Expr, body: &Expr) -> bool {
    let of = match iter {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) => &method.value,
            _ => call.arguments.args.first().unwrap_or(iter),
        },
        iter => iter,
    };
    let is_item = |name: &ast::ExprName| {
        any_over_expr(target, |expr| matches!(expr, Expr::Name(item) if item.id == name.id))
    };
    // `for callback in self._on_connect`
    (speaks_of_callbacks(of) || speaks_of_callbacks(target))
        && any_over_expr(body, |expr| is_call_of(expr, &is_item))
}

/// Whether an expression calls an item, `callback(event)`, or a function for callbacks with one,
/// `self._call_handler(entry.handler, event)`.
fn is_call_of(expr: &Expr, is_item: &impl Fn(&ast::ExprName) -> bool) -> bool {
    let Expr::Call(call) = expr else { return false };
    let is_given = |value: &Expr| match value {
        Expr::Name(name) => is_item(name),
        Expr::Attribute(part) => part.value.as_name_expr().is_some_and(is_item),
        _ => false,
    };
    is_given(&call.func) && call.func.is_name_expr()
        || speaks_of_callbacks(&call.func)
            && call.arguments.iter_source_order().any(|argument| is_given(argument.value()))
}

/// Whether a name speaks of functions that the program calls when something happens.
fn speaks_of_callbacks(expr: &Expr) -> bool {
    const WORDS: &[&str] = &["callback", "cb", "handler", "hook", "listener", "middleware", "observer"];
    let Some(name) = last_name(expr) else { return false };
    name.split('_').any(|word| {
        let word = word.to_ascii_lowercase();
        WORDS.contains(&word.strip_suffix('s').unwrap_or(&word))
    })
}

/// The coroutine calls an element may be; `None` when it is, or may be, something else.
fn elements<'a>(cx: &Context<'a>, expr: &'a Expr) -> Option<Vec<Element<'a>>> {
    match expr {
        Expr::If(choice) => {
            let mut both = elements(cx, &choice.body)?;
            both.extend(elements(cx, &choice.orelse)?);
            Some(both)
        }
        Expr::Call(call) => {
            if !is_task_maker(cx, call) {
                return Some(vec![Element { callee: Callee::Called(expr), wrapper: None }]);
            }
            let inner = call.arguments.args.first()?;
            inner.is_call_expr().then(|| vec![Element { callee: Callee::Called(inner), wrapper: Some(call) }])
        }
        _ => None,
    }
}

/// Whether a call makes a task of the coroutine it is given.
pub(super) fn is_task_maker(cx: &Context<'_>, call: &ast::ExprCall) -> bool {
    matches!(
        cx.symbol(&call.func).as_deref(),
        Some("asyncio.create_task" | "asyncio.ensure_future" | "asyncio.AbstractEventLoop().create_task")
    )
}

/// The statement of a list and the call that takes it, with nothing in between that lets other tasks run or leaves.
/// `Err` says what there is.
pub(super) fn nothing_runs_between(
    cx: &Context<'_>,
    name: &str,
    made: &Stmt,
    at: &(impl Ranged + HasNodeIndex),
) -> Result<(), &'static str> {
    let semantic = cx.semantic;
    let frame = semantic.frame(semantic.scope_of(made));
    for (id, node) in semantic.nodes.iter().enumerate() {
        let range = node.ast.range();
        if range.start() < made.start() || range.start() >= at.start() || range.contains_range(at.range()) {
            continue;
        }
        if semantic.frame(node.scope) != frame {
            continue;
        }
        match node.ast {
            AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => {
                return Err("something else is awaited while the tasks run");
            }
            AnyNodeRef::ExprCall(call) if cx.symbol(&call.func).as_deref().is_some_and(runs_event_loop) => {
                return Err("the event loop runs in between, and the tasks with it");
            }
            AnyNodeRef::StmtFor(each) if each.is_async => {
                return Err("the tasks run while the loop waits for its next item");
            }
            AnyNodeRef::Comprehension(each) if each.is_async => {
                return Err("the tasks run while the loop waits for its next item");
            }
            AnyNodeRef::StmtWith(with) if with.is_async => {
                return Err("something else is awaited while the tasks run");
            }
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtRaise(_) => {
                let guarded = semantic.ancestors(id as NodeId).any(
                    |around| matches!(around.ast, AnyNodeRef::StmtIf(branch) if mentions(&branch.test, name)),
                );
                if !guarded {
                    return Err("the function may return while the tasks run");
                }
            }
            _ => {}
        }
    }
    // What stands around the call alone must not skip it, nor wait.
    for around in cx.ancestors(at) {
        if around.range().contains_range(made.range()) {
            return Ok(());
        }
        match around {
            AnyNodeRef::StmtWith(with) if with.is_async => {
                return Err("something else is awaited while the tasks run");
            }
            AnyNodeRef::StmtIf(branch) if !mentions(&branch.test, name) => {
                return Err("the tasks may be left to run without being gathered");
            }
            AnyNodeRef::ExceptHandlerExceptHandler(_) => {
                return Err("the tasks may be left to run without being gathered");
            }
            _ => {}
        }
    }
    Ok(())
}

fn mentions(expr: &Expr, name: &str) -> bool {
    any_over_expr(expr, |each| matches!(each, Expr::Name(each) if each.id.as_str() == name))
}
