//! Whether a collection holds what a program is made of, its handlers or clients, say, and not what it works on.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{self as ast, Expr};

use crate::engine::context::Context;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::semantic::{Binding, BindingKind};

/// How many names a collection may go through before it is gone over.
const MAX_NAMES: u32 = 4;

/// What programs are put together from: somebody wrote each of them down, or set it up.
const PARTS: &[&str] = &[
    "adapter",
    "backend",
    "callback",
    "check",
    "condition",
    "connector",
    "coordinator",
    "datasource",
    "dependant",
    "dependency",
    "dependent",
    "evaluator",
    "exporter",
    "extension",
    "fn",
    "func",
    "function",
    "guardrail",
    "handler",
    "hook",
    "integration",
    "interceptor",
    "iterator",
    "itr",
    "launcher",
    "listener",
    "llm",
    "manager",
    "method",
    "middleware",
    "module",
    "observer",
    "platform",
    "plugin",
    "processor",
    "proposer",
    "provider",
    "receiver",
    "replica",
    "scanner",
    "scorer",
    "server",
    "shard",
    "sink",
    "strategy",
    "subscriber",
    "tool",
    "toolkit",
    "toolset",
    "transport",
    "validator",
    "worker",
];

/// What may be a part or data, and is a part where it is what does the work: `agent.run(question)`.
const ACTORS: &[&str] = &[
    "actor",
    "agent",
    "client",
    "component",
    "device",
    "driver",
    "engine",
    "instance",
    "judge",
    "metric",
    "model",
    "queue",
    "reader",
    "runner",
    "service",
    "session",
    "store",
    "writer",
];

/// Whether a loop goes over parts of the program: `for target in iter`, with `body` run for each.
pub(super) fn are_parts(cx: &Context<'_>, target: &Expr, iter: &Expr, body: &Expr) -> bool {
    let source = source(cx, iter);
    let called = is_of_functions(cx, source) || is_written_out(cx, source) || has_default(cx, source);
    if called || names_part(source) || is_configured(source) {
        return true;
    }
    let is_item = |name: &str| {
        any_over_expr(target, |expr| matches!(expr, Expr::Name(item) if item.id.as_str() == name))
    };
    if any_over_expr(target, |expr| expr.is_name_expr() && names_part(expr)) {
        return true;
    }
    // Of what an object is given to work on, its connections or members, nobody knows how many there will be.
    let acts = any_over_expr(target, |expr| expr.is_name_expr() && names_one_of(expr, ACTORS));
    if is_held(source) && (acts || names_one_of(source, ACTORS)) {
        return true;
    }
    // `reward_funcs[index](…)`
    any_over_expr(body, |expr| match expr {
        Expr::Call(call) => match &*call.func {
            Expr::Subscript(part) => names_part(&part.value) && is_reached(&part.slice, &is_item),
            _ => false,
        },
        _ => false,
    })
}

/// Whether the functions given to `map`, or another thing that takes all of a collection, get parts of the program.
pub(super) fn names_part_of(cx: &Context<'_>, iter: &Expr) -> bool {
    names_part(source(cx, iter))
}

/// `item`, `item.client`, `item[0]`, `self._servers[item]`: what an item is, holds, or is the key of.
fn is_reached(expr: &Expr, is_item: &impl Fn(&str) -> bool) -> bool {
    match expr {
        Expr::Name(name) => is_item(name.id.as_str()),
        Expr::Attribute(part) => is_reached(&part.value, is_item),
        Expr::Subscript(part) => {
            is_reached(&part.value, is_item) || is_held(&part.value) && is_reached(&part.slice, is_item)
        }
        _ => false,
    }
}

/// `self.x`, `self.x.y`: what an object keeps.
fn is_held(expr: &Expr) -> bool {
    match expr {
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(object) => object.id.as_str() == "self",
            inner => is_held(inner),
        },
        _ => false,
    }
}

/// What is gone over, without what only hands it on: `list(self.x.values())`, and through names.
fn source<'a>(cx: &Context<'a>, iter: &'a Expr) -> &'a Expr {
    let mut expr = iter;
    let mut names = 0;
    loop {
        let inner = match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method)
                    if matches!(method.attr.as_str(), "values" | "items" | "keys" | "copy") =>
                {
                    Some(&*method.value)
                }
                Expr::Name(function)
                    if matches!(
                        function.id.as_str(),
                        "list" | "tuple" | "set" | "sorted" | "reversed" | "enumerate" | "zip" | "iter"
                    ) =>
                {
                    call.arguments.args.first()
                }
                Expr::Name(function) if function.id.as_str() == "cast" => call.arguments.args.get(1),
                _ => None,
            },
            Expr::Subscript(part) if !part.slice.is_slice_expr() => Some(&*part.value),
            Expr::Named(named) => Some(&*named.value),
            Expr::Name(name) if names < MAX_NAMES && !names_part(expr) => {
                names += 1;
                cx.binding_read(name).and_then(|binding| match binding.kind {
                    // One of each.
                    BindingKind::Assignment { value: Expr::ListComp(made), unpacked: None }
                    | BindingKind::Annotated { value: Some(Expr::ListComp(made)), .. } => {
                        match made.generators.as_slice() {
                            [only] => Some(&only.iter),
                            _ => None,
                        }
                    }
                    BindingKind::Assignment { value, unpacked: None }
                    | BindingKind::Annotated { value: Some(value), .. } => {
                        let hands_on = value.is_attribute_expr() || value.is_call_expr();
                        (hands_on && is_kept_or_copied(value)).then_some(value)
                    }
                    _ => None,
                })
            }
            _ => None,
        };
        match inner {
            Some(inner) => expr = inner,
            None => return expr,
        }
    }
}

/// Whether a value is an attribute, or a copy of one: what a call makes is nobody's part.
fn is_kept_or_copied(value: &Expr) -> bool {
    match value {
        Expr::Attribute(_) => is_held(value),
        Expr::Call(call) => {
            let of = match &*call.func {
                Expr::Attribute(method) => Some(&*method.value),
                _ => call.arguments.args.first(),
            };
            let hands_on = matches!(
                last_name(&call.func),
                Some("cast" | "copy" | "items" | "keys" | "list" | "sorted" | "tuple" | "values" | "zip")
            );
            hands_on && of.is_some_and(is_kept_or_copied)
        }
        _ => false,
    }
}

/// `*urls`: whoever calls the function writes them out.
fn is_written_out(cx: &Context<'_>, source: &Expr) -> bool {
    let Expr::Name(name) = source else { return false };
    cx.binding_read(name)
        .is_some_and(|binding| matches!(binding.kind, BindingKind::Parameter { variadic: true, .. }))
}

/// A parameter that has items by default, `topics=("news", "finance")`, or an attribute that keeps one: what it takes
/// is a setting.
fn has_default(cx: &Context<'_>, source: &Expr) -> bool {
    let has_items = |binding: &Binding<'_>| match binding.kind {
        BindingKind::Parameter { default: Some(default), .. } => match default {
            Expr::Tuple(tuple) => !tuple.elts.is_empty(),
            Expr::List(list) => !list.elts.is_empty(),
            Expr::Set(set) => !set.elts.is_empty(),
            _ => false,
        },
        _ => false,
    };
    let is_default = |name: &ast::ExprName| cx.binding_read(name).is_some_and(has_items);
    match source {
        Expr::Name(name) => is_default(name),
        Expr::Attribute(attribute) if is_held(source) => {
            let mut stores = cx.semantic.stores_of(attribute.attr.as_str()).peekable();
            stores.peek().is_some()
                && stores.all(|store| matches!(store.value, Some(Expr::Name(name)) if is_default(name)))
        }
        _ => false,
    }
}

/// A parameter of functions, or of coroutines that the caller has made: `list[Callable[…]]`, `Iterable[Awaitable[T]]`.
fn is_of_functions(cx: &Context<'_>, source: &Expr) -> bool {
    let Expr::Name(name) = source else { return false };
    let annotation = match cx.binding_read(name).map(|binding| binding.kind) {
        Some(BindingKind::Parameter { parameter, .. }) => parameter.annotation.as_deref(),
        Some(BindingKind::Annotated { annotation, .. }) => Some(annotation),
        _ => None,
    };
    annotation.is_some_and(|annotation| {
        any_over_expr(annotation, |expr| {
            matches!(last_name(expr), Some("Awaitable" | "Callable" | "Coroutine" | "Future" | "Task"))
        })
    })
}

/// `self._config_nodes`, `settings.sources`: what somebody wrote down for the program.
fn is_configured(source: &Expr) -> bool {
    let says = |name: &str| {
        words(name).any(|word| matches!(&*word, "cfg" | "config" | "configs" | "configured" | "settings"))
    };
    match source {
        Expr::Attribute(attribute) => says(attribute.attr.as_str()) || is_configured(&attribute.value),
        Expr::Name(name) => says(name.id.as_str()),
        _ => false,
    }
}

/// Whether a list's name says that what the program calls back is in it: `live_handlers`, `callbacks`.
pub(super) fn names_callbacks(name: &str) -> bool {
    let is_one = |word: &str| ["callback", "handler", "listener"].iter().any(|noun| word.ends_with(noun));
    words(name).any(|word| is_one(word.strip_suffix('s').unwrap_or(&word)))
}

/// `self._post_processors`, `handler`; `tool_calls` are what a model asks for in one answer.
fn names_part(expr: &Expr) -> bool {
    let asked = |name: &str| name.ends_with("tool_calls") || name.ends_with("function_calls");
    names_one_of(expr, PARTS) || last_name(expr).is_some_and(asked)
}

/// Whether the last word of a name, in the singular, is one of these.
fn names_one_of(expr: &Expr, nouns: &[&str]) -> bool {
    let name = match expr {
        Expr::Name(_) | Expr::Attribute(_) => last_name(expr),
        _ => None,
    };
    // `servers_to_connect` are servers.
    let name = name.and_then(|name| name.split("_to_").next());
    let Some(last) = name.and_then(|name| words(name).last()) else { return false };
    let plural = last.strip_suffix('s').unwrap_or(&last);
    let of_ies = last.strip_suffix("ies").map(|stem| format!("{stem}y"));
    nouns.contains(&&*last) || nouns.contains(&plural) || of_ies.is_some_and(|noun| nouns.contains(&&*noun))
}

/// The words of `tool_calls` and of `toolCalls`.
fn words(name: &str) -> impl Iterator<Item = String> {
    name.split('_').flat_map(|part| {
        let mut words = Vec::new();
        let mut start = 0;
        for (at, pair) in part.as_bytes().windows(2).enumerate() {
            if pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase() {
                words.push(part[start..=at].to_ascii_lowercase());
                start = at + 1;
            }
        }
        words.push(part[start..].to_ascii_lowercase());
        words.into_iter().filter(|word| !word.is_empty())
    })
}
