//! What is known of the standard library and of the packages people use.

mod types;

pub(crate) use types::canonical;

/// Decorators after which a call still runs the function's own body, in the same colour.
pub(crate) const KEEPING_DECORATORS: &[&str] = &[
    "abc.abstractmethod",
    "abc.abstractproperty",
    "builtins.classmethod",
    "builtins.property",
    "builtins.staticmethod",
    "functools.cache",
    "functools.cached_property",
    "functools.lru_cache",
    "functools.wraps",
    "tenacity.retry",
    "typing.final",
    "typing.no_type_check",
    "typing.overload",
    "typing.override",
    "typing_extensions.deprecated",
    "typing_extensions.final",
    "typing_extensions.overload",
    "typing_extensions.override",
    "warnings.deprecated",
];

/// Decorators that make a context manager of a generator function.
pub(crate) const MANAGER_DECORATORS: &[&str] =
    &["contextlib.asynccontextmanager", "contextlib.contextmanager"];
