//! Which of the two protocols of `with` and `for` an object has, when it has only one of them.

use ruff_python_ast::Expr;
use rustc_hash::FxHashMap;

use super::conduct::last_name;
use super::reduce::{ClassId, Decoration, FunctionId, Meaning, World};
use super::summary::Summary;
use crate::engine::apis::{Colour, Protocol, only_protocol};
use crate::engine::context::Context;
use crate::engine::semantic::BindingKind;

/// How many names and attributes an object is followed through to where it is made.
const MAX_DEPTH: u32 = 8;

/// An object that has one protocol only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OneSided {
    pub(crate) colour: Colour,
    /// Whether the code that makes the object is seen; otherwise an annotation says what it is.
    pub(crate) is_seen: bool,
    /// What it is called: `aiohttp.ClientSession`, the name of a class or of a function of the project.
    pub(crate) name: String,
}

impl Context<'_> {
    /// The only protocol that the value of an expression has, if it is used by the other one; `None` when that is not
    /// certain, and when the code around asks what the value is.
    pub(crate) fn one_sided(&self, expr: &Expr, protocol: Protocol, used: Colour) -> Option<OneSided> {
        let meaning = self.meaning(expr);
        let colour = match &meaning {
            Meaning::Instance(class) => {
                let colour = class_protocol(&self.world, *class, protocol)?;
                let other = match colour {
                    Colour::Sync => Colour::Async,
                    Colour::Async => Colour::Sync,
                };
                let is_own = self.is_made_of(expr, *class);
                // An object of a subclass may have the other one too.
                if !is_own && self.has_override(*class, protocol.method(other)) {
                    return None;
                }
                colour
            }
            Meaning::Manager(function) if protocol == Protocol::Manager => {
                manager_colour(&self.world, *function)?
            }
            Meaning::External(symbol) => only_protocol(symbol, protocol)?,
            _ => return None,
        };
        // Most of what is gone over is a list, by a plain `for`.
        if colour == used || self.is_asked_about(expr) {
            return None;
        }
        let name = match (&meaning, expr) {
            (Meaning::External(symbol), _) if !symbol.starts_with(['{']) && !is_vague(symbol) => {
                symbol.strip_suffix("()").unwrap_or(symbol).replace("()", "").replace("builtins.", "")
            }
            (Meaning::Instance(class), _) => {
                let name = &self.world.class(*class).qualname;
                name.rsplit('.').next().unwrap_or(name).to_owned()
            }
            _ => last_name(expr).unwrap_or("it").to_owned(),
        };
        Some(OneSided { colour, is_seen: self.is_seen_made(expr, 0), name })
    }

    /// Whether the expression is a call of this very class.
    fn is_made_of(&self, expr: &Expr, class: ClassId) -> bool {
        match expr {
            Expr::Call(call) => self.meaning(&call.func) == Meaning::Class(class),
            _ => false,
        }
    }

    /// Whether the code that makes the value is seen, and not only an annotation that says what it is.
    fn is_seen_made(&self, expr: &Expr, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let depth = depth + 1;
        match expr {
            Expr::Call(call) => match self.meaning(&call.func) {
                Meaning::Class(_) => true,
                Meaning::Function(id) => {
                    let function = self.world.function(id);
                    let is_made = function.is_generator || self.world.decoration(id) == Decoration::Manager;
                    is_made && self.is_certainly(&call.func, id)
                }
                Meaning::External(symbol) => match &*call.func {
                    Expr::Attribute(method) if symbol.contains("()") => {
                        self.is_seen_made(&method.value, depth)
                    }
                    _ => true,
                },
                _ => false,
            },
            Expr::Await(awaited) => self.is_seen_made(&awaited.value, depth),
            Expr::Name(name) => match self.binding_read(name).map(|binding| binding.kind) {
                Some(
                    BindingKind::Assignment { value, .. }
                    | BindingKind::With { context: value, plain: true, .. },
                ) => self.is_seen_made(value, depth),
                _ => false,
            },
            Expr::Attribute(attribute) => {
                if matches!(self.meaning(expr), Meaning::External(symbol) if symbol.contains("()."))
                    && !attribute.value.is_name_expr()
                {
                    return self.is_seen_made(&attribute.value, depth);
                }
                let stores = self.semantic.attribute_stores.iter();
                let mut stores =
                    stores.filter(|store| store.target.attr.as_str() == attribute.attr.as_str()).peekable();
                stores.peek().is_some()
                    && stores.all(|store| {
                        let is_plain = store.annotation.is_none() && store.entered.is_none();
                        is_plain && store.value.is_some_and(|value| self.is_seen_made(value, depth))
                    })
            }
            Expr::List(_)
            | Expr::Dict(_)
            | Expr::Set(_)
            | Expr::Tuple(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_)
            | Expr::Generator(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_) => true,
            _ => false,
        }
    }

    /// Whether the function around asks what the value is: `isinstance(x, …)`, `hasattr(x, "__aiter__")`,
    /// `inspect.isasyncgen(x)`.
    fn is_asked_about(&self, expr: &Expr) -> bool {
        if !matches!(expr, Expr::Name(_) | Expr::Attribute(_)) {
            return false;
        }
        let here = self.semantic.frame(self.semantic.scope_of(expr));
        let text = self.text(expr);
        self.calls().any(|call| {
            let asks = last_name(call.func()).is_some_and(|name| {
                name.starts_with("is") || matches!(name, "hasattr" | "getattr" | "callable" | "type")
            });
            asks && call.expr.arguments.args.first().is_some_and(|first| self.text(first) == text)
                && self.semantic.frame(self.semantic.scope_of(call.expr)) == here
        })
    }
}

/// Symbols that name what something is and not where it comes from.
fn is_vague(symbol: &str) -> bool {
    symbol.starts_with("types.") || symbol.starts_with("builtins.") && symbol != "builtins.open()"
}

/// The only protocol that instances of a class of the project have.
pub(super) fn class_protocol(world: &World<'_>, class: ClassId, protocol: Protocol) -> Option<Colour> {
    let known = world.lineage(class);
    let (lineage, outside) = &*known;
    let (plain, asynchronous) = (protocol.method(Colour::Sync), protocol.method(Colour::Async));
    let outer = match outside {
        None => None,
        Some(Meaning::External(base)) => Some(only_protocol(&format!("{base}()"), protocol)?),
        Some(_) => return None,
    };
    let mut has = [outer == Some(Colour::Sync), outer == Some(Colour::Async)];
    for id in lineage {
        let class = world.class(*id);
        let is_open = class.bases.iter().any(|base| base.contains("Protocol") || base.contains("pydantic"));
        if is_open || !world.keeps_its_methods(*id, plain) || !world.keeps_its_methods(*id, asynchronous) {
            return None;
        }
        let defines = |name: &str| {
            world.summary(id.file).is_some_and(|summary| summary.method(&class.qualname, name).is_some())
        };
        has[0] |= defines(plain) || protocol == Protocol::Iterator && defines("__getitem__");
        has[1] |= defines(asynchronous);
    }
    match has {
        [true, false] => Some(Colour::Sync),
        [false, true] => Some(Colour::Async),
        _ => None,
    }
}

/// Whether a call of a dunder method, `pkg.Feed().__aiter__`, is one that the object lacks, which has the other.
pub(super) fn lacks(world: &World<'_>, symbol: &str, file: u32) -> bool {
    let Some((made, method)) = symbol.rsplit_once('.') else { return false };
    let (protocol, asked) = match method {
        "__enter__" => (Protocol::Manager, Colour::Sync),
        "__aenter__" => (Protocol::Manager, Colour::Async),
        "__iter__" => (Protocol::Iterator, Colour::Sync),
        "__aiter__" => (Protocol::Iterator, Colour::Async),
        _ => return false,
    };
    let has = match world.meaning(made, file) {
        Meaning::Instance(class) => class_protocol(world, class, protocol),
        Meaning::Manager(function) if protocol == Protocol::Manager => manager_colour(world, function),
        Meaning::External(symbol) => only_protocol(&symbol, protocol),
        _ => None,
    };
    has.is_some_and(|has| has != asked)
}

/// Which of the two kinds of context managers a decorated generator function makes.
pub(super) fn manager_colour(world: &World<'_>, function: FunctionId) -> Option<Colour> {
    let summary = world.function(function);
    if !summary.is_generator || summary.ambiguous {
        return None;
    }
    let decorators = summary.decorators.iter();
    decorators.into_iter().find_map(|decorator| {
        match world.spelling(&world.meaning(decorator, function.file))?.as_str() {
            "contextlib.asynccontextmanager" => Some(Colour::Async),
            "contextlib.contextmanager" => Some(Colour::Sync),
            _ => None,
        }
    })
}

/// What the names of a project's functions and classes may have one protocol only, by their last names: whether as
/// managers and as iterators, of which colour.
#[derive(Debug, Default)]
pub(super) struct Names<'s>(FxHashMap<&'s str, u8>);

const METHODS: [(Protocol, Colour); 4] = [
    (Protocol::Manager, Colour::Sync),
    (Protocol::Manager, Colour::Async),
    (Protocol::Iterator, Colour::Sync),
    (Protocol::Iterator, Colour::Async),
];

impl<'s> Names<'s> {
    pub(super) fn new(summaries: &'s [Option<Summary>]) -> Self {
        let mut names: FxHashMap<&str, u8> = FxHashMap::default();
        for function in summaries.iter().flatten().flat_map(|summary| &summary.functions) {
            let (owner, name) = function.qualname.rsplit_once('.').unwrap_or(("", &function.qualname));
            if let Some(bit) = METHODS.iter().position(|(protocol, colour)| protocol.method(*colour) == name)
            {
                let class = owner.rsplit('.').next().unwrap_or(owner);
                *names.entry(class).or_default() |= 1 << bit;
            } else if function.is_generator {
                let bits = if function.is_async { 0b1010 } else { 0b0101 };
                *names.entry(name).or_default() |= bits;
            }
        }
        Self(names)
    }

    /// Whether a call of a dunder method of this symbol may be one that the object lacks, which has the other.
    pub(super) fn may_lack(&self, symbol: &str) -> bool {
        let Some((made, method)) = symbol.strip_suffix("__").and_then(|s| s.rsplit_once("().__")) else {
            return false;
        };
        let bit = match method {
            "enter" => 1,
            "aenter" => 0,
            "iter" => 3,
            "aiter" => 2,
            _ => return false,
        };
        let name = &made[made.rfind('.').map_or(0, |dot| dot + 1)..];
        self.0.get(name).is_some_and(|bits| bits & 1 << bit != 0)
    }
}
