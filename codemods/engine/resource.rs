//! Local names that hold something which must be closed, and what becomes of it.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::apis::{self, Entering, Resource};
use super::context::{Call, Context, Runs};
use super::project::reduce::Meaning;
use super::semantic::{BindingId, BindingKind, Reaching, ScopeId, ScopeKind};

/// How many functions of the file a resource is followed through as an argument.
const MAX_CALLS: u32 = 3;

/// Something that a coroutine opens and keeps in a name of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opened<'c, 'a> {
    pub(crate) resource: &'static Resource,
    pub(crate) call: Call<'c, 'a>,
    /// The whole right side of the assignment: the call, awaited if it must be.
    pub(crate) value: &'a Expr,
    /// The name that holds it.
    pub(crate) name: &'a ast::ExprName,
    /// The name of what is of no use without it: the reader of a writer.
    pub(crate) partner: Option<&'a ast::ExprName>,
    binding: BindingId,
    pub(crate) function: &'a ast::StmtFunctionDef,
    scope: ScopeId,
}

/// What a function does with a resource that stays its own.
#[derive(Debug, Default)]
pub(crate) struct Uses<'a> {
    pub(crate) reads: Vec<&'a ast::ExprName>,
    /// Calls of the methods that close it.
    pub(crate) closes: Vec<&'a ast::ExprCall>,
    /// Reads of names that hold something which needs it: a response that is not read yet.
    pub(crate) borrowers: Vec<&'a ast::ExprName>,
    /// Whether something that needs it is handed out: a response that the caller is to read.
    pub(crate) lends: bool,
}

/// What coroutines open and bind to a local name, in the order of the calls.
pub(crate) fn opened<'c, 'a>(cx: &'c Context<'a>) -> impl Iterator<Item = Opened<'c, 'a>> {
    cx.calls().filter(|call| call.may_be(apis::OPENERS)).filter_map(|call| opened_by(cx, call))
}

fn opened_by<'c, 'a>(cx: &'c Context<'a>, call: Call<'c, 'a>) -> Option<Opened<'c, 'a>> {
    if cx.runs(call.expr) != Runs::OnLoop {
        return None;
    }
    let mut value = call.whole;
    let mut around = cx.parent(call.expr);
    if let AnyNodeRef::ExprAwait(_) = around {
        around = cx.parent(&around);
        value = match around {
            AnyNodeRef::StmtAssign(statement) => &statement.value,
            AnyNodeRef::StmtAnnAssign(statement) => statement.value.as_deref()?,
            _ => return None,
        };
    }
    let target = match around {
        AnyNodeRef::StmtAssign(statement) => match statement.targets.as_slice() {
            [target] => target,
            _ => return None,
        },
        AnyNodeRef::StmtAnnAssign(statement) => &*statement.target,
        _ => return None,
    };
    let (name, partner) = match target {
        Expr::Name(name) => (name, None),
        // `reader, writer = await asyncio.open_connection(…)`.
        Expr::Tuple(tuple) => match tuple.elts.as_slice() {
            [Expr::Name(reader), Expr::Name(name)] => (name, Some(reader)),
            _ => return None,
        },
        _ => return None,
    };
    let resource = apis::resource(&call.symbol()?)?;
    let is_pair = resource.opened_by.starts_with("asyncio.open_");
    if resource.is_awaited != value.is_await_expr() || is_pair != target.is_tuple_expr() {
        return None;
    }
    let keywords = call.expr.arguments.keywords.iter();
    let mut names = keywords.map(|keyword| keyword.arg.as_deref());
    if names.any(|name| name.is_none_or(|name| resource.borrowed_with.contains(&name))) {
        return None;
    }
    let scope = cx.semantic.scope_of(name);
    let ScopeKind::Function(function) = cx.semantic.scope(scope).kind else { return None };
    let text = name.id.as_str();
    let is_own = !cx.semantic.scope(scope).declares_outer(text);
    let id = cx.semantic.id(name)?;
    let mut bindings = cx.semantic.bindings_of(text, scope).iter().copied();
    let binding = bindings.find(|binding| cx.semantic.binding(*binding).node == id)?;
    let last = resource.opened_by.rsplit('.').next().unwrap_or_default();
    if !is_own || cx.is_replaced(last) {
        return None;
    }
    Some(Opened { resource, call, value, name, partner, binding, function, scope })
}

impl<'a> Opened<'_, 'a> {
    /// The qualified name of the function that opens it, without the module.
    pub(crate) fn qualname<'c>(&self, cx: &'c Context<'_>) -> &'c str {
        &cx.semantic.scope(self.scope).qualname
    }

    /// What the function does with it; `None` when it is given away: returned, stored, yielded, closed over, passed to
    /// something that may keep it, or entered with a `with` later.
    pub(crate) fn uses(&self, cx: &Context<'a>) -> Option<Uses<'a>> {
        let mut uses = Uses::default();
        let name = self.name.id.as_str();
        for read in cx.semantic.reads_of(name, self.scope) {
            if cx.semantic.frame(read.scope) != self.scope {
                return None;
            }
            match cx.semantic.reaching(name, Some(read.node), read.scope) {
                Reaching::One(binding) if binding == self.binding => {}
                Reaching::One(_) => continue,
                Reaching::Unbound | Reaching::Many(_) => return None,
            }
            uses.reads.push(read.name);
            match self.use_of(cx, read.name, 0)? {
                Used::Closed(call) => uses.closes.push(call),
                Used::Asked(call) => match self.borrowed(cx, call) {
                    Some(Borrowed::By(name)) => uses.borrowers.extend(cx.reads_of(name)),
                    Some(Borrowed::Outside) => uses.lends = true,
                    None => {}
                },
                Used::Looked => {}
            }
        }
        if let Some(partner) = self.partner {
            let is_ours = |read: &&'a ast::ExprName| {
                cx.binding_read(read).is_none_or(|binding| cx.semantic.id(partner) == Some(binding.node))
            };
            let reads: Vec<_> = cx.reads_of(partner).into_iter().filter(is_ours).collect();
            let is_kept = |read: &&'a ast::ExprName| {
                cx.semantic.frame(cx.semantic.scope_of(*read)) == self.scope
                    && self.use_of(cx, read, 0).is_some()
            };
            if !reads.iter().all(is_kept) {
                return None;
            }
            uses.borrowers.extend(reads);
        }
        Some(uses)
    }

    /// What one read does; `None` when it gives the resource away.
    fn use_of(&self, cx: &Context<'a>, read: &'a ast::ExprName, calls: u32) -> Option<Used<'a>> {
        match cx.parent(read) {
            AnyNodeRef::ExprAttribute(attribute) => {
                if attribute.ctx == ExprContext::Store {
                    return Some(Used::Looked);
                }
                match cx.parent(attribute) {
                    AnyNodeRef::ExprCall(call) if call.func.range() == attribute.range() => {
                        if self.resource.closes.contains(&attribute.attr.as_str()) {
                            return Some(Used::Closed(call));
                        }
                        Some(Used::Asked(call))
                    }
                    _ if is_value(attribute.attr.as_str()) => Some(Used::Looked),
                    // A method that somebody else is to call: `stack.push_async_callback(session.close)`.
                    AnyNodeRef::Arguments(_)
                    | AnyNodeRef::Keyword(_)
                    | AnyNodeRef::StmtAssign(_)
                    | AnyNodeRef::StmtReturn(_)
                    | AnyNodeRef::ExprDict(_)
                    | AnyNodeRef::ExprList(_)
                    | AnyNodeRef::ExprTuple(_) => None,
                    _ => Some(Used::Looked),
                }
            }
            AnyNodeRef::ExprSubscript(item) if item.value.range() == read.range() => Some(Used::Looked),
            AnyNodeRef::StmtFor(each) if each.iter.range() == read.range() => Some(Used::Looked),
            AnyNodeRef::Comprehension(part) if part.iter.range() == read.range() => Some(Used::Looked),
            AnyNodeRef::StmtIf(_)
            | AnyNodeRef::ElifElseClause(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtAssert(_)
            | AnyNodeRef::ExprCompare(_)
            | AnyNodeRef::InterpolatedElement(_) => Some(Used::Looked),
            AnyNodeRef::ExprUnaryOp(not) if not.op == ast::UnaryOp::Not => Some(Used::Looked),
            AnyNodeRef::Arguments(arguments) => {
                let AnyNodeRef::ExprCall(call) = cx.parent(arguments) else { return None };
                self.argument(cx, call, read, calls)
            }
            _ => None,
        }
    }

    /// Where what a method of the resource gives goes on needing it after its statement.
    fn borrowed(&self, cx: &Context<'a>, call: &'a ast::ExprCall) -> Option<Borrowed<'a>> {
        let Expr::Attribute(method) = &*call.func else { return None };
        let mut at = AnyNodeRef::from(call);
        while let AnyNodeRef::ExprAwait(_) = cx.parent(&at) {
            at = cx.parent(&at);
        }
        // A coroutine that is not awaited here has not even begun.
        let is_pending = !at.is_expr_await() && self.resource.entering != Entering::Plain;
        if !is_pending && !self.resource.lends.contains(&method.attr.as_str()) {
            return None;
        }
        let leaves = |around: AnyNodeRef<'_>| {
            matches!(
                around,
                AnyNodeRef::StmtReturn(_)
                    | AnyNodeRef::ExprYield(_)
                    | AnyNodeRef::ExprTuple(_)
                    | AnyNodeRef::ExprList(_)
                    | AnyNodeRef::ExprDict(_)
            )
        };
        match cx.parent(&at) {
            AnyNodeRef::StmtAssign(assignment) => match assignment.targets.as_slice() {
                [Expr::Name(name)] => {
                    let is_outside = |read: &&ast::ExprName| {
                        leaves(cx.parent(*read))
                            || cx.semantic.frame(cx.semantic.scope_of(*read)) != self.scope
                    };
                    let is_outside = cx.reads_of(name).iter().any(is_outside);
                    Some(if is_outside { Borrowed::Outside } else { Borrowed::By(name) })
                }
                [Expr::Attribute(_) | Expr::Subscript(_)] => Some(Borrowed::Outside),
                _ => None,
            },
            around => leaves(around).then_some(Borrowed::Outside),
        }
    }

    /// What a call does with the resource that it is given.
    fn argument(
        &self,
        cx: &Context<'a>,
        call: &'a ast::ExprCall,
        read: &'a ast::ExprName,
        calls: u32,
    ) -> Option<Used<'a>> {
        const LOOKERS: &[&str] =
            &["builtins.print", "builtins.repr", "builtins.str", "builtins.isinstance", "builtins.id"];
        let position = call.arguments.args.iter().position(|argument| argument.range() == read.range())?;
        if let Some(symbol) = cx.symbol(&call.func)
            && (LOOKERS.contains(&&*symbol) || apis::FILE_CONSUMERS.contains(&(&*symbol, position)))
        {
            return Some(Used::Looked);
        }
        // A coroutine of this file that is awaited here, and only uses what it is given.
        let Meaning::Function(id) = cx.meaning(&call.func) else { return None };
        let is_waited_for = matches!(cx.parent(call), AnyNodeRef::ExprAwait(_));
        if id.file != cx.file || !is_waited_for || calls >= MAX_CALLS {
            return None;
        }
        let summary = cx.world.function(id);
        let is_it = |(_, scope): &&(&ast::StmtFunctionDef, ScopeId)| {
            cx.semantic.scope(*scope).qualname == summary.qualname
        };
        let (function, scope) = cx.semantic.functions.iter().find(is_it)?;
        if !summary.is_async || summary.is_generator || summary.ambiguous || !cx.is_certainly(&call.func, id)
        {
            return None;
        }
        let is_method = call.func.is_attribute_expr() && summary.qualname.contains('.');
        let parameters = &function.parameters;
        let all: Vec<&str> =
            parameters.posonlyargs.iter().chain(&parameters.args).map(|each| each.name().as_str()).collect();
        let name = *all.get(position + usize::from(is_method))?;
        let [only] = cx.semantic.bindings_of(name, *scope) else { return None };
        if !matches!(cx.semantic.binding(*only).kind, BindingKind::Parameter { .. }) {
            return None;
        }
        for read in cx.semantic.reads_of(name, *scope) {
            let is_own = cx.semantic.frame(read.scope) == *scope;
            match self.use_of(cx, read.name, calls + 1).filter(|_| is_own)? {
                // Whoever closes it there has taken it over.
                Used::Closed(_) => return None,
                Used::Asked(call) if matches!(self.borrowed(cx, call), Some(Borrowed::Outside)) => {
                    return None;
                }
                Used::Asked(_) | Used::Looked => {}
            }
        }
        Some(Used::Looked)
    }
}

/// Whether an attribute of a resource tells something of it, and is no method.
fn is_value(attribute: &str) -> bool {
    attribute.starts_with("is_")
        || matches!(attribute, "base_url" | "closed" | "cookies" | "headers" | "mode" | "name" | "timeout")
}

/// Who goes on needing a resource.
enum Borrowed<'a> {
    /// What this name holds.
    By(&'a ast::ExprName),
    /// Something outside of the function.
    Outside,
}

/// What one read of the name does.
enum Used<'a> {
    /// This call closes it.
    Closed(&'a ast::ExprCall),
    /// One of its methods is called.
    Asked(&'a ast::ExprCall),
    /// Anything that leaves no trace.
    Looked,
}

/// The statement of its own that a call is, awaited or not.
pub(crate) fn own_statement<'a>(cx: &Context<'a>, call: &'a ast::ExprCall) -> Option<AnyNodeRef<'a>> {
    let mut around = cx.parent(call);
    if let AnyNodeRef::ExprAwait(_) = around {
        around = cx.parent(&around);
    }
    matches!(around, AnyNodeRef::StmtExpr(_)).then_some(around)
}

/// The position in a suite of the statement that holds a range.
pub(crate) fn position_in(suite: &[Stmt], range: TextRange) -> Option<usize> {
    suite.iter().position(|statement| statement.range().contains_range(range))
}

/// Whether a statement has its lines to itself.
pub(crate) fn stands_alone(cx: &Context<'_>, statement: &(impl Ranged + HasNodeIndex)) -> bool {
    let source = cx.source;
    let tail = source.slice(TextRange::new(statement.end(), source.line_end(statement.end()))).trim();
    source.starts_line(statement.start()) && (tail.is_empty() || tail.starts_with('#'))
}
