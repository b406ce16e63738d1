//! What other files need to know of one file: its names, functions, classes and calls, as plain data (here), and how
//! that is gathered from its tree (`gather`, and what it asks). Nothing here knows of any other file.

pub(crate) mod alike;
pub(crate) mod conduct;
mod debugging;
mod derived;
mod exits;
mod gather;
pub(crate) mod kinds;
pub(crate) mod locks;
mod making;
mod once;
mod parameters;
pub(crate) mod passing;
pub(crate) mod proviso;
mod questions;
pub(crate) mod quiet;
mod receiver;
mod tested;
mod wrapping;

use std::hash::Hasher as _;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};

use crate::engine::apis;
use alike::Alike;
use conduct::Conduct;
use locks::Locks;
use passing::Passed;
use proviso::Proviso;
use wrapping::Wraps;

/// What other files need to know of one file. Small, plain data; symbols are raw, that is as this file's names
/// give them (see `semantic::symbols`), and `None` where they are not certain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Whether a codemod found something without looking at other files.
    pub has_findings: bool,
    /// Whether it makes running loops run again: `nest_asyncio.apply()`.
    pub(super) nests_loops: bool,
    pub(crate) names: FxHashMap<String, Option<String>>,
    pub(crate) stars: Vec<String>,
    pub(crate) functions: Vec<FunctionSummary>,
    pub(crate) classes: Vec<ClassSummary>,
    #[serde(skip)]
    function_index: Index,
    #[serde(skip)]
    class_index: Index,
}

/// The places of things in their list, by the hashes of their names: the names themselves stand in the list.
#[derive(Debug, Clone, Default)]
struct Index(Vec<(u64, u32)>);

impl Index {
    fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut entries: Vec<(u64, u32)> = names.map(hash_of).zip(0..).collect();
        entries.sort_unstable();
        entries.shrink_to_fit();
        Self(entries)
    }

    /// The places of what may have a name with this hash, the last first.
    fn places(&self, hash: u64) -> impl Iterator<Item = u32> {
        let end = self.0.partition_point(|(entry, _)| *entry <= hash);
        self.0[..end].iter().rev().take_while(move |(entry, _)| *entry == hash).map(|(_, place)| *place)
    }
}

fn hash_of(qualname: &str) -> u64 {
    let (owner, name) = qualname.rsplit_once('.').unwrap_or(("", qualname));
    hash_of_member(owner, name)
}

/// The hash of `owner.name`, without making that text: members are asked for more than anything else.
fn hash_of_member(owner: &str, name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(owner.as_bytes());
    hasher.write(name.as_bytes());
    hasher.finish()
}

fn is_member(qualname: &str, owner: &str, name: &str) -> bool {
    qualname.strip_prefix(owner).and_then(|rest| rest.strip_prefix('.')) == Some(name)
}

/// A function or method; the code at module level is one too, with an empty name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct FunctionSummary {
    pub(crate) qualname: String,
    pub(crate) row: u32,
    pub(crate) is_async: bool,
    pub(crate) is_generator: bool,
    /// Its own code awaits something: other tasks may run before it is over.
    pub(crate) waits: bool,
    /// Raw symbols, a call's parentheses included; `?` where unknown.
    pub(crate) decorators: Vec<String>,
    /// What calling (for a coroutine function: awaiting) it gives.
    pub(crate) returns: Option<String>,
    /// Every path through it ends in `return value` or raises.
    pub(crate) always_returns: bool,
    /// What it yields first, for context managers.
    pub(crate) yields: Option<String>,
    pub(crate) calls: Vec<CallSummary>,
    /// What some of the calls depend on; see [`CallSummary::under`].
    pub(crate) provisos: Vec<Proviso>,
    /// Those of the calls of a dataclass's `__post_init__`, by position, that run under a condition: what the fields
    /// are given decides, and that cannot be followed.
    pub(crate) fields_decide: Vec<u32>,
    /// Those of the calls, by position, that it awaits whenever it runs.
    pub(crate) always_awaits: Vec<u32>,
    /// What its own code does that matters where many of it run at once.
    pub(crate) conduct: Vec<Conduct>,
    /// The exception classes that its own handlers name, builtins left out.
    pub(crate) catches: Vec<String>,
    /// Another definition of the same name exists, of the other colour.
    pub(crate) ambiguous: bool,
    /// The parameters that it uses only as classes that are alike can be used.
    pub(crate) alike: Alike,
    /// Which functions it gives back as they are, or wrapped: of decorators.
    pub(crate) wraps: Wraps,
    /// What it does with locks; only of functions that take one.
    pub(crate) locks: Option<Box<Locks>>,
}

/// How the value of a call is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Usage {
    Awaited,
    Dropped,
    /// Given to another call, returned, put into a collection: it may well be awaited there.
    PassedOn,
    Other,
    /// Not a call of the function's own: it is handed to something that calls it later, on the loop.
    Callback,
    /// The read of an attribute, which calls a function if the attribute is a property.
    Read,
    /// `for x in f()` or `with f():`, which runs a generator's body.
    Entered,
}

impl FunctionSummary {
    /// Whether the result of a function without parameters is kept for the rest of the program.
    fn keeps_its_result(&self) -> bool {
        let keeps = |decorator: &String| {
            let name = decorator.split('(').next().unwrap_or(decorator);
            matches!(name, "functools.cache" | "functools.lru_cache")
        };
        !self.qualname.contains("<locals>") && self.decorators.iter().any(keeps)
    }
}

impl Usage {
    /// Whether what a call of this external symbol gives, used in this way, is to be awaited and is not.
    pub(super) fn leaves_unawaited(self, symbol: &str) -> bool {
        matches!(self, Self::Dropped | Self::Other) && apis::pending(symbol).is_some()
    }
}

/// The symbols of one file's calls: the same few are called again and again.
#[derive(Debug, Default)]
pub(super) struct Texts(FxHashSet<Arc<str>>);

impl Texts {
    pub(super) fn share(&mut self, symbol: &str) -> Arc<str> {
        if let Some(known) = self.0.get(symbol) {
            return Arc::clone(known);
        }
        let text: Arc<str> = symbol.into();
        self.0.insert(Arc::clone(&text));
        text
    }
}

/// A call in a function's own code (not in functions inside it).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CallSummary {
    /// Raw; equal ones of a file are the same text.
    pub(crate) symbol: Arc<str>,
    pub(crate) row: u32,
    pub(crate) usage: Usage,
    /// Arguments with a constant value that can change whether the call blocks: `("timeout", "0")`; one given by
    /// position has its number, from 0, as its name. Dotted names such as `os.WNOHANG` count as constants.
    pub(crate) constants: Box<[(String, String)]>,
    pub(crate) passed: Passed,
    /// Which of its function's provisos must hold for it to be made, a bit for each.
    pub(super) under: u64,
}

impl CallSummary {
    pub(super) fn new(symbol: Arc<str>, row: u32, usage: Usage, passed: Passed) -> Self {
        Self { symbol, row, usage, constants: Box::default(), passed, under: 0 }
    }

    /// What its function must be given for it to be made.
    pub(super) fn proviso(&self, function: &FunctionSummary) -> Option<Proviso> {
        if self.under == 0 {
            return None;
        }
        let is_one = |bit: &usize| self.under >> bit & 1 == 1;
        let clauses = (0..function.provisos.len()).filter(is_one).map(|bit| function.provisos[bit].clone());
        Proviso::all(clauses.collect())
    }

    /// A call that somebody asks about, and that stands in no function.
    pub(crate) fn asked(symbol: String, usage: Usage, passed: Passed) -> Self {
        Self::new(symbol.into(), 0, usage, passed)
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ClassSummary {
    pub(crate) qualname: String,
    pub(crate) row: u32,
    /// Raw symbols; `?` where unknown.
    pub(crate) bases: Vec<String>,
    pub(crate) decorators: Vec<String>,
    /// The names of the methods that `abstractmethod` decorates.
    pub(crate) abstracts: Vec<String>,
    /// Attributes assigned in the body or in any method; `None` where assignments differ or are unknown.
    pub(crate) attributes: FxHashMap<String, Option<String>>,
}

impl Summary {
    /// Makes of a summary that was just read what it was: look-up tables are not stored, and equal symbols are one text.
    pub(crate) fn settle(&mut self) {
        if !self.is_indexed() {
            self.index();
            self.share_symbols();
        }
    }

    pub(super) fn index(&mut self) {
        self.function_index = Index::of(self.functions.iter().map(|function| function.qualname.as_str()));
        self.class_index = Index::of(self.classes.iter().map(|class| class.qualname.as_str()));
    }

    fn share_symbols(&mut self) {
        let mut texts = Texts::default();
        for call in self.functions.iter_mut().flat_map(|function| &mut function.calls) {
            call.symbol = texts.share(&call.symbol);
        }
    }

    fn is_indexed(&self) -> bool {
        self.function_index.0.len() == self.functions.len() && self.class_index.0.len() == self.classes.len()
    }

    /// Asks for the module's file: a fix made here may want to know what it defines.
    pub(crate) fn needs(&mut self, module: &str) {
        let Some(top) = self.functions.first_mut() else { return };
        let (symbol, usage) = (format!("{module}.__name__").into(), Usage::Other);
        top.calls.push(CallSummary::new(symbol, top.row, usage, Passed::nothing()));
    }

    /// The names of the functions that may give a coroutine: coroutine functions, and those that hand one on.
    pub(crate) fn coroutine_names(&self) -> impl Iterator<Item = &str> {
        let gives = |function: &&FunctionSummary| {
            function.is_async || function.always_returns && function.returns.is_some()
        };
        let last = |function: &'_ FunctionSummary| function.qualname.rfind('.').map_or(0, |dot| dot + 1);
        self.functions.iter().filter(gives).map(move |function| &function.qualname[last(function)..])
    }

    /// The function of this qualified name.
    ///
    /// Of a property that is the one that reads it, and not the ones that set or delete it.
    pub(crate) fn function(&self, qualname: &str) -> Option<u32> {
        self.function_where(hash_of(qualname), |found| found == qualname)
    }

    /// The method of this name in the body of a class, by the class's qualified name; see [`Self::function`].
    pub(crate) fn method(&self, class: &str, name: &str) -> Option<u32> {
        self.function_where(hash_of_member(class, name), |found| is_member(found, class, name))
    }

    fn function_where(&self, hash: u64, is_it: impl Fn(&str) -> bool) -> Option<u32> {
        let reads = |at: &u32| {
            let mut decorators = self.functions[*at as usize].decorators.iter();
            !decorators.any(|decorator| decorator.ends_with(".setter") || decorator.ends_with(".deleter"))
        };
        let is_it = |at: &u32| is_it(&self.functions[*at as usize].qualname);
        let mut places = self.function_index.places(hash).filter(is_it);
        let last = places.next()?;
        if reads(&last) { Some(last) } else { places.find(reads).or(Some(last)) }
    }

    /// The class of this qualified name.
    pub(crate) fn class(&self, qualname: &str) -> Option<u32> {
        self.class_index.places(hash_of(qualname)).find(|at| self.classes[*at as usize].qualname == qualname)
    }

    /// The class of this name in the body of another, by that one's qualified name.
    pub(crate) fn inner_class(&self, class: &str, name: &str) -> Option<u32> {
        let is_it = |at: &u32| is_member(&self.classes[*at as usize].qualname, class, name);
        self.class_index.places(hash_of_member(class, name)).find(is_it)
    }
}
