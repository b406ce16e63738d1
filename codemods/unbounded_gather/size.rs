//! How many items a collection can have: what decides whether running one coroutine for each is a mistake.

use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_text_size::Ranged;

use crate::engine::context::Context;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::semantic::{Binding, BindingKind};

/// How far a value may be from its use.
const MAX_DEPTH: u32 = 12;

/// What is known of the number of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Never more than this.
    AtMost(u64),
    /// A number somebody chose on purpose: a batch, a number of workers.
    Chosen,
    /// As many as the program has of its parts: few, though nothing says how many.
    Parts,
    /// Nothing bounds it.
    Unbounded,
}

impl Size {
    /// Whether nothing is wrong with starting that many at once.
    pub(crate) fn is_fine(self, limit: u64) -> bool {
        match self {
            Self::AtMost(most) => most <= limit,
            Self::Chosen => true,
            Self::Parts | Self::Unbounded => false,
        }
    }

    /// One after the other.
    pub(super) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::AtMost(a), Self::AtMost(b)) => Self::AtMost(a.saturating_add(b)),
            (Self::Unbounded, _) | (_, Self::Unbounded) => Self::Unbounded,
            (Self::Parts, _) | (_, Self::Parts) => Self::Parts,
            _ => Self::Chosen,
        }
    }

    /// One inside the other.
    pub(super) fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::AtMost(a), Self::AtMost(b)) => Self::AtMost(a.saturating_mul(b)),
            (Self::Unbounded, _) | (_, Self::Unbounded) => Self::Unbounded,
            (Self::Parts, _) | (_, Self::Parts) => Self::Parts,
            _ => Self::Chosen,
        }
    }

    /// Side by side, as in `zip`: the shorter one ends it.
    fn at_most(self, other: Self) -> Self {
        match (self, other) {
            (Self::AtMost(a), Self::AtMost(b)) => Self::AtMost(a.min(b)),
            (Self::AtMost(a), _) | (_, Self::AtMost(a)) => Self::AtMost(a),
            (Self::Chosen, _) | (_, Self::Chosen) => Self::Chosen,
            (Self::Parts, _) | (_, Self::Parts) => Self::Parts,
            _ => Self::Unbounded,
        }
    }

    /// Either of the two.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::AtMost(a), Self::AtMost(b)) => Self::AtMost(a.max(b)),
            (Self::Unbounded, _) | (_, Self::Unbounded) => Self::Unbounded,
            (Self::Parts, _) | (_, Self::Parts) => Self::Parts,
            _ => Self::Chosen,
        }
    }
}

/// How many items iterating over an expression gives.
pub(crate) fn size(cx: &Context<'_>, expr: &Expr) -> Size {
    size_at(cx, expr, 0)
}

fn size_at(cx: &Context<'_>, expr: &Expr, depth: u32) -> Size {
    if depth > MAX_DEPTH {
        return Size::Unbounded;
    }
    let depth = depth + 1;
    match expr {
        Expr::List(ast::ExprList { elts, .. })
        | Expr::Tuple(ast::ExprTuple { elts, .. })
        | Expr::Set(ast::ExprSet { elts, .. }) => {
            elts.iter().fold(Size::AtMost(0), |sum, item| sum.plus(item_size(cx, item, depth)))
        }
        Expr::Dict(dict) => dict.items.iter().fold(Size::AtMost(0), |sum, item| {
            let one = if item.key.is_some() { Size::AtMost(1) } else { size_at(cx, &item.value, depth) };
            sum.plus(one)
        }),
        Expr::StringLiteral(text) => Size::AtMost(text.value.to_str().chars().count() as u64),
        Expr::ListComp(ast::ExprListComp { generators, .. })
        | Expr::SetComp(ast::ExprSetComp { generators, .. })
        | Expr::Generator(ast::ExprGenerator { generators, .. })
        | Expr::DictComp(ast::ExprDictComp { generators, .. }) => generators
            .iter()
            .fold(Size::AtMost(1), |product, each| product.times(size_at(cx, &each.iter, depth))),
        Expr::If(choice) => size_at(cx, &choice.body, depth).or(size_at(cx, &choice.orelse, depth)),
        Expr::BoolOp(choice) if choice.op == ast::BoolOp::Or => choice
            .values
            .iter()
            .map(|value| size_at(cx, value, depth))
            .reduce(Size::or)
            .unwrap_or(Size::Unbounded),
        Expr::BinOp(sum) if sum.op == Operator::Add => {
            size_at(cx, &sum.left, depth).plus(size_at(cx, &sum.right, depth))
        }
        Expr::BinOp(product) if product.op == Operator::Mult => {
            let times = number(cx, &product.right, depth).map_or(Size::Unbounded, Size::AtMost);
            size_at(cx, &product.left, depth).times(times)
        }
        Expr::Starred(starred) => size_at(cx, &starred.value, depth),
        Expr::Named(named) => size_at(cx, &named.value, depth),
        Expr::Subscript(item) => match &*item.slice {
            Expr::Slice(slice) => slice_size(cx, &item.value, slice, depth),
            _ => by_name(expr),
        },
        Expr::Call(call) => call_size(cx, call, depth),
        Expr::Name(name) => {
            let known = match cx.binding_read(name) {
                Some(binding) => binding_size(cx, name, binding, depth),
                None => by_name(expr),
            };
            match known {
                Size::Unbounded => turned_away(cx, name, depth).unwrap_or(known),
                known => known,
            }
        }
        Expr::Attribute(attribute) if is_set_up(attribute.attr.as_str()) => Size::Chosen,
        Expr::Attribute(_) => class_size(cx, expr).unwrap_or_else(|| by_name(expr)),
        _ => Size::Unbounded,
    }
}

fn item_size(cx: &Context<'_>, item: &Expr, depth: u32) -> Size {
    if item.is_starred_expr() { size_at(cx, item, depth) } else { Size::AtMost(1) }
}

/// How many there are at most where the function does not go on with more: `if len(files) > 5: raise …` before, in the
/// same suite or in the function's own.
fn turned_away(cx: &Context<'_>, name: &ast::ExprName, depth: u32) -> Option<Size> {
    let function = cx.enclosing_function(name)?;
    let before = |suite: &'_ [ast::Stmt]| {
        suite.iter().take_while(|statement| statement.end() <= name.start()).find_map(|statement| {
            let ast::Stmt::If(branch) = statement else { return None };
            let leaves = branch.body.last().is_some_and(|last| {
                matches!(last, ast::Stmt::Raise(_) | ast::Stmt::Return(_) | ast::Stmt::Continue(_))
            });
            let Expr::Compare(compare) = &*branch.test else { return None };
            let Expr::Call(length) = &*compare.left else { return None };
            let is_length = last_name(&length.func) == Some("len")
                && length.arguments.args.first().is_some_and(|of| cx.text(of) == name.id.as_str());
            let is_more = matches!(compare.ops.first(), Some(ast::CmpOp::Gt | ast::CmpOp::GtE));
            let most = compare.comparators.first()?;
            (leaves && is_length && is_more)
                .then(|| number(cx, most, depth).map_or(Size::Chosen, Size::AtMost))
        })
    };
    before(cx.suite(name)).or_else(|| before(&function.body))
}

/// A class that is iterated over is an enum: its members are written down.
fn class_size(cx: &Context<'_>, expr: &Expr) -> Option<Size> {
    use crate::engine::project::reduce::Meaning;
    matches!(cx.meaning(expr), Meaning::Class(_)).then_some(Size::AtMost(1))
}

/// `self.plugins`: what an object is set up with, and not what it is given to work on. The clients of a server come
/// and go.
fn is_set_up(name: &str) -> bool {
    const PARTS: &[&str] = &[
        "adapters",
        "backends",
        "connectors",
        "coordinators",
        "drivers",
        "extensions",
        "integrations",
        "platforms",
        "plugins",
        "providers",
        "servers",
        "shards",
        "toolsets",
    ];
    name.rsplit('_').next().is_some_and(|word| PARTS.contains(&word))
}

/// A name that says its value was cut to size by somebody.
fn by_name(expr: &Expr) -> Size {
    let Some(name) = last_name(expr) else { return Size::Unbounded };
    let name = name.to_ascii_lowercase();
    let is_one = name.split('_').any(|word| matches!(word, "batch" | "chunk" | "window" | "minibatch"));
    if is_one { Size::Chosen } else { Size::Unbounded }
}

fn binding_size(cx: &Context<'_>, name: &ast::ExprName, binding: &Binding<'_>, depth: u32) -> Size {
    let named = || by_name(&Expr::Name(name.clone()));
    match binding.kind {
        BindingKind::Assignment { value, unpacked: None }
        | BindingKind::Annotated { value: Some(value), .. } => {
            if !value.is_tuple_expr() && !value.is_call_expr() && grows(cx, binding) {
                return named();
            }
            match size_at(cx, value, depth) {
                Size::Unbounded => named(),
                known => known,
            }
        }
        // `for batch in batched(xs, 50)`.
        BindingKind::Loop { iter, plain: true, .. } => {
            let Expr::Call(call) = iter else { return named() };
            let symbol = cx.symbol(&call.func);
            let cuts = matches!(
                symbol.as_deref(),
                Some(
                    "itertools.batched"
                        | "more_itertools.batched"
                        | "more_itertools.chunked"
                        | "more_itertools.ichunked"
                        | "more_itertools.sliced"
                        | "toolz.partition_all"
                )
            );
            if !cuts {
                return named();
            }
            let count = call.arguments.find_argument_value("n", 1);
            count.and_then(|count| number(cx, count, depth)).map_or(Size::Chosen, Size::AtMost)
        }
        BindingKind::Class => Size::AtMost(1),
        // A function of its own for each batch: `async def _batch(levels):` in the function that cuts them.
        BindingKind::Parameter { .. } if takes_batches(cx, name) => Size::Chosen,
        _ => named(),
    }
}

/// Whether the function around a name is nested in another one and called after batches.
fn takes_batches(cx: &Context<'_>, name: &ast::ExprName) -> bool {
    cx.enclosing_function(name).is_some_and(|function| {
        let is_nested = cx.enclosing_function(function).is_some();
        is_nested && function.name.split('_').any(|word| matches!(word, "batch" | "chunk"))
    })
}

/// Whether something is added to a collection after the statement that makes it.
fn grows(cx: &Context<'_>, binding: &Binding<'_>) -> bool {
    use ruff_python_ast::AnyNodeRef;
    cx.semantic.reads_of(binding.name, binding.scope).any(|read| match cx.parent(read.name) {
        AnyNodeRef::ExprAttribute(attribute) => {
            matches!(
                attribute.attr.as_str(),
                "append" | "extend" | "insert" | "add" | "update" | "setdefault"
            )
        }
        AnyNodeRef::ExprSubscript(item) => item.ctx == ast::ExprContext::Store,
        _ => false,
    })
}

fn call_size(cx: &Context<'_>, call: &ast::ExprCall, depth: u32) -> Size {
    let arguments = &call.arguments.args;
    if let Expr::Attribute(method) = &*call.func {
        match (method.attr.as_str(), &*method.value) {
            ("items" | "keys" | "values" | "copy", of) if arguments.is_empty() => {
                return size_at(cx, of, depth);
            }
            ("split", Expr::StringLiteral(text)) => {
                return Size::AtMost(text.value.to_str().split_whitespace().count().max(1) as u64);
            }
            ("most_common", _) => return count(cx, arguments.first(), depth),
            _ => {}
        }
    }
    let symbol = cx.symbol(&call.func);
    match symbol.as_deref() {
        Some("builtins.range") => range_size(cx, arguments, depth),
        Some(
            "builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.frozenset" | "builtins.dict"
            | "builtins.sorted" | "builtins.reversed" | "builtins.enumerate" | "builtins.iter",
        ) => match &**arguments {
            [] => Size::AtMost(0),
            [of, ..] => size_at(cx, of, depth),
        },
        Some("builtins.zip") => {
            arguments.iter().map(|of| size_at(cx, of, depth)).reduce(Size::at_most).unwrap_or(Size::AtMost(0))
        }
        Some("builtins.filter" | "builtins.map" | "itertools.starmap") => {
            arguments.get(1).map_or(Size::Unbounded, |of| size_at(cx, of, depth))
        }
        Some("itertools.chain") => {
            arguments.iter().fold(Size::AtMost(0), |sum, of| sum.plus(size_at(cx, of, depth)))
        }
        Some("itertools.islice") => count(cx, arguments.get(if arguments.len() > 2 { 2 } else { 1 }), depth),
        Some("random.sample" | "random.choices") => {
            let chosen = call.arguments.find_argument_value("k", 1);
            count(cx, chosen, depth)
        }
        Some("heapq.nlargest" | "heapq.nsmallest") => count(cx, arguments.first(), depth),
        _ => by_name_of_call(call),
    }
}

/// `next_batch()` gives a batch.
fn by_name_of_call(call: &ast::ExprCall) -> Size {
    by_name(&call.func)
}

/// As many as a constant says, or as somebody chose.
fn count(cx: &Context<'_>, given: Option<&Expr>, depth: u32) -> Size {
    match given {
        Some(given) if !given.is_none_literal_expr() => {
            number(cx, given, depth).map_or(Size::Chosen, Size::AtMost)
        }
        _ => Size::Unbounded,
    }
}

fn range_size(cx: &Context<'_>, arguments: &[Expr], depth: u32) -> Size {
    let (start, stop, step) = match arguments {
        [stop] => (None, stop, None),
        [start, stop] => (Some(start), stop, None),
        [start, stop, step] => (Some(start), stop, Some(step)),
        _ => return Size::Unbounded,
    };
    let step = step.map_or(Some(1), |step| number(cx, step, depth));
    let start = start.map_or(Some(0), |start| number(cx, start, depth));
    match (number(cx, stop, depth), start, step) {
        (Some(stop), Some(start), Some(step)) if step > 0 => {
            Size::AtMost(stop.saturating_sub(start).div_ceil(step))
        }
        _ => chosen_count(cx, start_of(arguments), stop, depth),
    }
}

/// Where a range begins, if it says so.
fn start_of(arguments: &[Expr]) -> Option<&Expr> {
    arguments.first().filter(|_| arguments.len() > 1)
}

/// `num_workers`, `self.concurrency`, `args.parallel`: a number that is a limit itself. `start + limit` is one where
/// the range begins at `start`, and so is the length of a batch.
fn chosen_count(cx: &Context<'_>, start: Option<&Expr>, stop: &Expr, depth: u32) -> Size {
    const SAYS: &[&str] =
        &["worker", "concurren", "conn", "parallel", "limit", "pool", "thread", "batch", "chunk", "consumer"];
    match stop {
        Expr::BinOp(sum) if sum.op == Operator::Add => {
            let sides = [&*sum.left, &*sum.right];
            let is_start = |side: &Expr| start.is_some_and(|start| cx.text(side) == cx.text(start));
            let chosen = sides.iter().any(|side| !is_start(side) && says(side, SAYS))
                || sides.iter().any(|side| chosen_count(cx, start, side, depth) == Size::Chosen);
            if chosen { Size::Chosen } else { Size::Unbounded }
        }
        Expr::Call(call) if cx.symbol(&call.func).as_deref() == Some("builtins.len") => {
            match call.arguments.args.first().map(|of| size_at(cx, of, depth)) {
                Some(size @ (Size::Chosen | Size::Parts)) => size,
                _ => Size::Unbounded,
            }
        }
        _ if says(stop, SAYS) => Size::Chosen,
        _ => Size::Unbounded,
    }
}

fn says(expr: &Expr, words: &[&str]) -> bool {
    last_name(expr).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
    })
}

fn slice_size(cx: &Context<'_>, of: &Expr, slice: &ast::ExprSlice, depth: u32) -> Size {
    let whole = || size_at(cx, of, depth);
    let Some(upper) = slice.upper.as_deref() else {
        // `xs[-20:]` is the last twenty.
        return match slice.lower.as_deref() {
            Some(Expr::UnaryOp(minus)) if minus.op == ast::UnaryOp::USub => {
                count(cx, Some(&minus.operand), depth)
            }
            _ => whole(),
        };
    };
    match (slice.lower.as_deref(), upper) {
        (_, Expr::UnaryOp(_)) => whole(),
        (None, upper) => count(cx, Some(upper), depth),
        // `xs[i : i + 50]`.
        (Some(lower), Expr::BinOp(sum)) if sum.op == Operator::Add => {
            let is_start = |side: &Expr| cx.text(side) == cx.text(lower);
            match (is_start(&sum.left), is_start(&sum.right)) {
                (true, _) => count(cx, Some(&sum.right), depth),
                (_, true) => count(cx, Some(&sum.left), depth),
                _ => Size::Chosen,
            }
        }
        (Some(lower), upper) => match (number(cx, lower, depth), number(cx, upper, depth)) {
            (Some(lower), Some(upper)) => Size::AtMost(upper.saturating_sub(lower)),
            (None, Some(upper)) => Size::AtMost(upper),
            _ => Size::Chosen,
        },
    }
}

/// The greatest value an expression can have, through names of constants.
fn number(cx: &Context<'_>, expr: &Expr, depth: u32) -> Option<u64> {
    if depth > MAX_DEPTH {
        return None;
    }
    let depth = depth + 1;
    match expr {
        Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(value), .. }) => value.as_u64(),
        Expr::Name(name) => match cx.binding_read(name)?.kind {
            BindingKind::Assignment { value, unpacked: None }
            | BindingKind::Annotated { value: Some(value), .. } => number(cx, value, depth),
            _ => None,
        },
        Expr::BinOp(operation) => {
            let (left, right) = (number(cx, &operation.left, depth)?, number(cx, &operation.right, depth)?);
            match operation.op {
                Operator::Add => left.checked_add(right),
                Operator::Mult => left.checked_mul(right),
                Operator::FloorDiv => left.checked_div(right),
                _ => None,
            }
        }
        Expr::Call(call) => match cx.symbol(&call.func).as_deref() {
            Some("builtins.min") => call.arguments.args.iter().filter_map(|one| number(cx, one, depth)).min(),
            Some("builtins.len") => match size_at(cx, call.arguments.args.first()?, depth) {
                Size::AtMost(most) => Some(most),
                _ => None,
            },
            Some("builtins.int") => number(cx, call.arguments.args.first()?, depth),
            _ => None,
        },
        _ => None,
    }
}
