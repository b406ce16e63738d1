//! Objects that have one of the two protocols of `with` and `for`, and are used by the other.

use ruff_python_ast::Expr;

use super::apis::{Colour, Protocol, only_protocol};
use super::context::Context;
use super::project::protocol::{class_protocol, manager_colour};
use super::project::reduce::{ClassId, Decoration, Meaning};
use super::project::summary::conduct::last_name;
use super::semantic::BindingKind;

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
