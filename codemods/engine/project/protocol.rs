//! Which of the two protocols of `with` and `for` an object has, when it has only one of them.

use rustc_hash::FxHashMap;

use super::reduce::{ClassId, FunctionId, Meaning, World};
use super::summary::Summary;
use crate::engine::apis::{Colour, Protocol, only_protocol};

/// The only protocol that instances of a class of the project have.
pub(crate) fn class_protocol(world: &World<'_>, class: ClassId, protocol: Protocol) -> Option<Colour> {
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
pub(crate) fn manager_colour(world: &World<'_>, function: FunctionId) -> Option<Colour> {
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
