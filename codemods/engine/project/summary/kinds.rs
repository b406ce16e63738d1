//! Sorts of values, as far as tests such as `isinstance(x, str)` tell them apart.

use ruff_python_ast::{self as ast, Expr};
use serde::{Deserialize, Serialize};

use crate::engine::semantic::{BindingKind, Reaching, ScopeId, Semantic};

/// A set of sorts of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kinds(u16);

impl Kinds {
    pub(super) const NONE: Self = Self(1);
    pub(super) const BOOL: Self = Self(1 << 1);
    pub(super) const TEXT: Self = Self(1 << 2);
    const BYTES: Self = Self(1 << 3);
    const INT: Self = Self(1 << 4);
    const FLOAT: Self = Self(1 << 5);
    const MAPPING: Self = Self(1 << 6);
    /// Lists, tuples and sets.
    const ITEMS: Self = Self(1 << 7);
    const PATH: Self = Self(1 << 8);
    /// A file in memory.
    const MEMORY: Self = Self(1 << 9);
    /// A function or a class.
    pub(crate) const FUNCTION: Self = Self(1 << 10);
    /// An instance of any other class.
    pub(crate) const OTHER: Self = Self(1 << 11);
    const ALL: Self = Self((1 << 12) - 1);
    /// Everything that is no file in memory.
    pub(super) const STORED: Self = Self(Self::ALL.0 & !Self::MEMORY.0);

    /// The letters that stand for one sort each, in the order of the bits.
    const LETTERS: &str = "nBtbifdlpmco";

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What a letter stands for.
    pub(super) fn of_letter(letter: char) -> Option<Self> {
        Self::LETTERS.find(letter).map(|bit| Self(1 << bit))
    }

    /// How many letters any set is written with.
    pub(super) const WRITTEN: usize = 3;

    /// The set in letters.
    pub(super) fn written(self) -> String {
        format!("{:03x}", self.0)
    }

    /// What was written.
    pub(super) fn read(written: &str) -> Option<Self> {
        u16::from_str_radix(written, 16).ok().map(Self)
    }

    /// The letter of a single sort.
    pub(super) fn letter(self) -> Option<char> {
        Self::LETTERS.chars().nth(self.0.trailing_zeros() as usize)
    }

    /// What a literal is.
    pub(super) fn of_literal(value: &Expr) -> Option<Self> {
        Some(match value {
            Expr::NoneLiteral(_) => Self::NONE,
            Expr::BooleanLiteral(_) => Self::BOOL,
            Expr::StringLiteral(_) | Expr::FString(_) => Self::TEXT,
            Expr::BytesLiteral(_) => Self::BYTES,
            Expr::NumberLiteral(number) => match number.value {
                ast::Number::Int(_) => Self::INT,
                _ => Self::FLOAT,
            },
            Expr::Dict(_) | Expr::DictComp(_) => Self::MAPPING,
            Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) | Expr::ListComp(_) | Expr::SetComp(_) => {
                Self::ITEMS
            }
            Expr::Lambda(_) => Self::FUNCTION,
            _ => return None,
        })
    }

    /// What an instance with this symbol is; of classes but the best known ones only if `is_made`, that is if the
    /// symbol is not what an annotation says, which may be an alias of many types.
    pub(crate) fn of_symbol(symbol: &str, is_made: bool) -> Option<Self> {
        if let Some(item) = symbol.strip_prefix('{') {
            return Some(if item.starts_with(':') { Self::MAPPING } else { Self::ITEMS });
        }
        Some(match symbol {
            "builtins.str()" => Self::TEXT,
            "builtins.bytes()" => Self::BYTES,
            "builtins.int()" => Self::INT,
            "builtins.float()" => Self::FLOAT,
            "builtins.bool()" => Self::BOOL,
            "builtins.dict()" => Self::MAPPING,
            "builtins.list()" | "builtins.tuple()" | "builtins.set()" | "builtins.frozenset()" => Self::ITEMS,
            _ => {
                let (class, rest) = symbol.split_once("()")?;
                match class {
                    "pathlib.Path" => {
                        let keeps = |step: &str| {
                            matches!(
                                step,
                                "" | "__truediv__()"
                                    | "absolute()"
                                    | "expanduser()"
                                    | "joinpath()"
                                    | "parent"
                                    | "resolve()"
                                    | "with_name()"
                                    | "with_suffix()"
                            )
                        };
                        return rest.split('.').all(keeps).then_some(Self::PATH);
                    }
                    "io.BytesIO" | "io.StringIO" | "tempfile.SpooledTemporaryFile" => {
                        return matches!(rest, "" | ".__enter__()").then_some(Self::MEMORY);
                    }
                    _ => {}
                }
                let is_instance = is_made && rest.is_empty() && names_class(class);
                return is_instance.then_some(Self::OTHER);
            }
        })
    }

    /// What an expression is, and whether it is certainly neither `None` nor false.
    pub(super) fn of(value: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> Option<(Self, bool)> {
        if let Some(kinds) = Self::of_literal(value) {
            return Some((kinds, is_something(value)));
        }
        match value {
            Expr::Name(name) => {
                let text = name.id.as_str();
                let Reaching::One(binding) = semantic.reaching(text, semantic.id(name), scope) else {
                    return None;
                };
                let made = match semantic.binding(binding).kind {
                    BindingKind::Assignment { value, unpacked: None } => Some(value),
                    BindingKind::With { context, plain: true, .. } => Some(context),
                    BindingKind::Annotated { .. } | BindingKind::Parameter { .. } => None,
                    _ => return None,
                };
                let is_something = made.is_some_and(|made| is_something(made) || names_class_call(made));
                let kinds = made.and_then(|made| {
                    let is_text = matches!(made, Expr::Call(call) if is_method_of_text(&call.func));
                    if is_text { Some(Self::TEXT) } else { Self::of_literal(made) }
                });
                let is_made = made.is_some_and(names_class_call);
                kinds
                    .or_else(|| Self::of_symbol(&semantic.binding_symbol(binding)?, is_made))
                    .map(|kinds| (kinds, is_something))
            }
            Expr::Attribute(_) => {
                let symbol = semantic.symbol(value, scope)?;
                let is_plain = symbol.starts_with("builtins.");
                Some((Self::of_symbol(&symbol, false).filter(|_| is_plain)?, false))
            }
            // `", ".join(names)`
            Expr::Call(call) if is_method_of_text(&call.func) => Some((Self::TEXT, false)),
            Expr::Call(_) if names_class_call(value) => {
                Some((Self::of_symbol(&semantic.symbol(value, scope)?, true)?, true))
            }
            Expr::BinOp(operation) if operation.op == ast::Operator::Div => {
                let (kinds, _) = Self::of(&operation.left, semantic, scope)?;
                (kinds == Self::PATH).then_some((kinds, true))
            }
            _ => None,
        }
    }

    /// What passes the test `isinstance(x, class)`, or fails it.
    pub(super) fn tested(class: &Expr, holds: bool, semantic: &Semantic<'_>, scope: ScopeId) -> Option<Self> {
        let (may, must) = Self::of_class(class, semantic, scope)?;
        Some(if holds { may } else { Self::ALL.without(must) })
    }

    /// Whether anything may be of these.
    pub(super) fn says_nothing(self) -> bool {
        self == Self::ALL
    }

    /// What passes `callable(x)`, or fails it.
    pub(super) fn callable(holds: bool) -> Self {
        if holds { Self::FUNCTION.or(Self::OTHER) } else { Self::ALL.without(Self::FUNCTION) }
    }

    /// What has the method of this name, or has not; `None` where that does not tell sorts apart.
    pub(super) fn with_method(name: &str, holds: bool) -> Option<Self> {
        matches!(name, "read" | "seek" | "write" | "getvalue")
            .then(|| if holds { Self::MEMORY.or(Self::OTHER) } else { Self::ALL.without(Self::MEMORY) })
    }

    /// What may be, and what certainly is, an instance of a class or of one of several.
    fn of_class(class: &Expr, semantic: &Semantic<'_>, scope: ScopeId) -> Option<(Self, Self)> {
        let both = |one: (Self, Self), other: (Self, Self)| (one.0.or(other.0), one.1.or(other.1));
        match class {
            Expr::Tuple(tuple) => tuple.elts.iter().try_fold((Self(0), Self(0)), |found, each| {
                Some(both(found, Self::of_class(each, semantic, scope)?))
            }),
            Expr::BinOp(union) if union.op == ast::Operator::BitOr => {
                let left = Self::of_class(&union.left, semantic, scope)?;
                Some(both(left, Self::of_class(&union.right, semantic, scope)?))
            }
            Expr::NoneLiteral(_) => Some((Self::NONE, Self::NONE)),
            _ => {
                let symbol = semantic.symbol(class, scope)?;
                let (may, must) = match &*symbol {
                    "builtins.str" => (Self::TEXT, Self::TEXT),
                    "builtins.bytes" => (Self::BYTES, Self::BYTES),
                    "builtins.bytearray" => (Self::BYTES, Self(0)),
                    "builtins.int" => (Self::INT.or(Self::BOOL), Self::INT.or(Self::BOOL)),
                    "builtins.float" => (Self::FLOAT, Self::FLOAT),
                    "builtins.bool" => (Self::BOOL, Self::BOOL),
                    // A class of one's own is often one of these too.
                    "builtins.dict" => (Self::MAPPING.or(Self::OTHER), Self::MAPPING),
                    "builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.frozenset" => {
                        (Self::ITEMS.or(Self::OTHER), Self(0))
                    }
                    "pathlib.Path" | "pathlib.PurePath" => (Self::PATH, Self::PATH),
                    "os.PathLike" => (Self::PATH.or(Self::OTHER), Self::PATH),
                    "io.BytesIO" | "io.StringIO" => (Self::MEMORY, Self(0)),
                    "io.IOBase" => (Self::MEMORY.or(Self::OTHER), Self::MEMORY),
                    "io.BufferedIOBase" | "io.RawIOBase" | "io.TextIOBase" => {
                        (Self::MEMORY.or(Self::OTHER), Self(0))
                    }
                    name if name.starts_with("builtins.") || name.contains(['(', '[', '{', '<']) => {
                        return None;
                    }
                    name if name.starts_with("io.") || name.starts_with("typing.") => return None,
                    name if name.starts_with("collections.abc.") => return None,
                    name if names_class(name) => (Self::OTHER, Self(0)),
                    _ => return None,
                };
                Some((may, must))
            }
        }
    }
}

/// Whether a dotted name ends as those of classes do.
fn names_class(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name).trim_start_matches('_');
    let mut letters = last.chars();
    // `PATH_TYPES` is none.
    letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
}

/// Whether an expression calls something that is named as classes are.
pub(super) fn names_class_call(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    match &*call.func {
        Expr::Name(name) => names_class(name.id.as_str()),
        Expr::Attribute(attribute) => names_class(attribute.attr.as_str()),
        _ => false,
    }
}

/// Whether a literal is certainly neither `None` nor false.
pub(super) fn is_something(value: &Expr) -> bool {
    match value {
        Expr::BooleanLiteral(literal) => literal.value,
        Expr::StringLiteral(text) => !text.value.is_empty(),
        Expr::FString(_) | Expr::Lambda(_) => true,
        Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(value), .. }) => {
            value.as_u8() != Some(0)
        }
        Expr::Tuple(tuple) => !tuple.elts.is_empty(),
        Expr::List(list) => !list.elts.is_empty(),
        Expr::Set(_) => true,
        Expr::Dict(dict) => !dict.items.is_empty(),
        _ => false,
    }
}

/// Whether this is a method of a written text that gives another.
fn is_method_of_text(func: &Expr) -> bool {
    let Expr::Attribute(method) = func else { return false };
    matches!(&*method.value, Expr::StringLiteral(_) | Expr::FString(_))
        && matches!(method.attr.as_str(), "format" | "join" | "lower" | "replace" | "strip" | "upper")
}
