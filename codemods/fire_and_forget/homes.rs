//! Where the tasks of a file are kept, and under which names.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::fate::{Maker, maker, receiver_class};
use crate::engine::context::{Call, Context};
use crate::engine::fix::FixBuilder;
use crate::engine::semantic::{BindingKind, NodeId, ScopeId, ScopeKind};
use crate::engine::settings::PythonVersion;

/// A name for a task made by this statement: `task`, unless that means something there already.
pub(super) fn task_name(cx: &Context<'_>, statement: &Stmt) -> String {
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
        let hides = cx.semantic.lookup(name, scope).is_some_and(|found| found != scope);
        !hides
            && !cx.semantic.scope(scope).declares_outer(name)
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
    if bindings.is_empty() {
        return false;
    }
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
pub(super) struct Homes<'c, 'a> {
    pub(super) cx: &'c Context<'a>,
    found: Vec<Home<'a>>,
    /// A function of the file's that makes a task of its argument and keeps it.
    spawner: Option<&'a ast::StmtFunctionDef>,
    /// The helper must hand keyword arguments on.
    options: bool,
}

impl<'c, 'a> Homes<'c, 'a> {
    pub(super) fn new(cx: &'c Context<'a>, options: bool) -> Self {
        let mut homes = Self { cx, found: Vec::new(), spawner: None, options };
        for call in cx.calls() {
            let Expr::Attribute(method) = call.func() else { continue };
            if method.attr.as_str() != "add_done_callback" {
                continue;
            }
            let discard = match call.expr.arguments.args.first() {
                Some(Expr::Attribute(discard)) => discard,
                // `lambda task: tasks.discard(task)`
                Some(Expr::Lambda(ast::ExprLambda { body, .. })) => match &**body {
                    Expr::Call(ast::ExprCall { func, .. }) if func.is_attribute_expr() => {
                        let Expr::Attribute(discard) = &**func else { continue };
                        discard
                    }
                    _ => continue,
                },
                _ => continue,
            };
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
    pub(super) fn set(&self, fix: &mut FixBuilder<'_>, at: &Expr) -> Option<String> {
        let cx = self.cx;
        let scope = cx.semantic.scope_of(at);
        // A module's code runs from top to bottom: what it uses must stand above.
        let is_module_code = cx.semantic.frame(scope) == 0;
        let is_there = |home: &&Home<'_>| {
            home.is_visible(cx, scope) && (!is_module_code || home.bound_at(cx) < at.start())
        };
        let known = self.found.iter().filter(is_there).max_by_key(|home| home.class);
        if let Some(home) = known {
            let text = cx.text(home.expr);
            if home.has_other_uses {
                fix.demote(format!(
                    "`{text}` serves more than keeping tasks: what reads it would see this one too"
                ));
            }
            return Some(text.to_owned());
        }
        if is_module_code && fix.definitions_start() > at.start() {
            fix.withhold("imports follow, and the set would be made below them");
            return None;
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
    pub(super) fn spawn(&self, fix: &mut FixBuilder<'_>, maker: &'a Expr, call: Option<&Call<'_, 'a>>) {
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
    /// Where the module binds the set's name, in bytes from the start; 0 for an instance's.
    fn bound_at(&self, cx: &Context<'_>) -> TextSize {
        let Expr::Name(name) = self.expr else { return TextSize::new(0) };
        let binding = cx.semantic.bindings_of(name.id.as_str(), 0).first();
        binding.map_or(TextSize::new(0), |id| cx.semantic.node(cx.semantic.binding(*id).node).ast.start())
    }

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
            }) || cx.semantic.bindings_of(attr, class).iter().any(|binding| {
                // A dataclass's `tasks: set[Task] = field(default_factory=set)`.
                matches!(cx.semantic.binding(*binding).kind, BindingKind::Annotated { annotation, value: Some(value) }
                    if cx.text(annotation).to_lowercase().starts_with("set[") && cx.text(value).contains("default_factory=set"))
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
