//! From a raw symbol to what it means: through imports, classes, returns and what is known of libraries.

use std::cell::RefCell;
use std::hash::Hasher as _;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::modules::Modules;
use super::steps::{Step, closing_brace, push_step, steps};
use super::summary::{ClassSummary, FunctionSummary, Summary};
use crate::engine::apis;

/// How the symbol of a `functools.partial` begins; what it calls and a `)` follow.
pub(crate) const BOUND: &str = "functools.partial(";

/// How many definitions a symbol may lead through.
const MAX_STEPS: u32 = 40;

/// A function of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FunctionId {
    pub(crate) file: u32,
    pub(crate) index: u32,
}

/// A class of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClassId {
    pub(crate) file: u32,
    pub(crate) index: u32,
}

/// What a symbol stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    Module(u32),
    Function(FunctionId),
    /// The result of calling a coroutine function, not yet awaited.
    Coroutine(FunctionId),
    /// The result of calling a function decorated with `contextmanager` or `asynccontextmanager`.
    Manager(FunctionId),
    Class(ClassId),
    Instance(ClassId),
    /// Something outside of the project, in its canonical spelling.
    External(String),
    /// The file must be summarised before this can be said.
    Pending(u32),
    Unknown,
}

/// Summaries to resolve with: the project's, with one file's fresh one in front.
pub(crate) struct World<'w> {
    pub(crate) modules: &'w Modules,
    pub(crate) summaries: &'w [Option<Summary>],
    /// The file being looked at, its number and its fresh summary.
    pub(crate) own: Option<(u32, &'w Summary)>,
    memo: RefCell<Memo>,
    lineages: RefCell<FxHashMap<ClassId, Rc<Lineage>>>,
}

/// What was asked before: the file, its raw symbol, and what that means.
#[derive(Debug, Default)]
struct Memo {
    known: Vec<(u32, Box<str>, Meaning)>,
    /// The places in this list by the hashes of file and symbol; of equal hashes, the later have the next free number.
    places: FxHashMap<u64, u32>,
}

impl Memo {
    /// The place of a question, or the number under which it can be added.
    fn find(&self, symbol: &str, from: u32) -> Result<usize, u64> {
        let mut hasher = FxHasher::default();
        hasher.write_u32(from);
        hasher.write(symbol.as_bytes());
        let mut number = hasher.finish();
        while let Some(place) = self.places.get(&number) {
            let (file, known, _) = &self.known[*place as usize];
            if *file == from && **known == *symbol {
                return Ok(*place as usize);
            }
            number = number.wrapping_add(1);
        }
        Err(number)
    }

    fn add(&mut self, number: u64, symbol: &str, from: u32, meaning: Meaning) -> usize {
        let place = self.known.len();
        self.known.push((from, symbol.into(), meaning));
        self.places.insert(number, place as u32);
        place
    }
}

/// A class and its bases in the order they are asked, as far as they are in the project; the second part is the
/// first base outside of it, or `None` if all bases are known.
pub(crate) type Lineage = (Vec<ClassId>, Option<Meaning>);

impl std::fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}

impl<'w> World<'w> {
    pub(crate) fn new(
        modules: &'w Modules,
        summaries: &'w [Option<Summary>],
        own: Option<(u32, &'w Summary)>,
    ) -> Self {
        Self { modules, summaries, own, memo: RefCell::default(), lineages: RefCell::default() }
    }

    pub(crate) fn summary(&self, file: u32) -> Option<&'w Summary> {
        match self.own {
            Some((own, summary)) if own == file => Some(summary),
            _ => self.summaries.get(file as usize)?.as_ref(),
        }
    }

    pub(crate) fn function(&self, id: FunctionId) -> &'w FunctionSummary {
        &self.summary(id.file).expect("a function id names a summarised file").functions[id.index as usize]
    }

    pub(crate) fn class(&self, id: ClassId) -> &'w ClassSummary {
        &self.summary(id.file).expect("a class id names a summarised file").classes[id.index as usize]
    }

    /// The qualified name of a function: `pkg.mod.Class.method`.
    pub(crate) fn function_name(&self, id: FunctionId) -> String {
        join(self.modules.name(id.file), &self.function(id).qualname)
    }

    pub(crate) fn class_name(&self, id: ClassId) -> String {
        join(self.modules.name(id.file), &self.class(id).qualname)
    }

    /// The canonical spelling of a meaning; `None` for what is not known.
    pub(crate) fn spelling(&self, meaning: &Meaning) -> Option<String> {
        Some(match meaning {
            Meaning::Module(file) => self.modules.name(*file).to_owned(),
            Meaning::Function(id) => self.function_name(*id),
            Meaning::Coroutine(id) | Meaning::Manager(id) => format!("{}()", self.function_name(*id)),
            Meaning::Class(id) => self.class_name(*id),
            Meaning::Instance(id) => format!("{}()", self.class_name(*id)),
            Meaning::External(symbol) => symbol.clone(),
            Meaning::Pending(_) | Meaning::Unknown => return None,
        })
    }

    /// What a raw symbol of file `from` means.
    pub(crate) fn meaning(&self, symbol: &str, from: u32) -> Meaning {
        self.meaning_at(symbol, from, 0)
    }

    fn meaning_at(&self, symbol: &str, from: u32, depth: u32) -> Meaning {
        if depth > MAX_STEPS {
            return Meaning::Unknown;
        }
        if let Some(name) = symbol.strip_prefix("builtins.")
            && !name.contains(['.', '(', '['])
        {
            return Meaning::External(apis::canonical(symbol.to_owned()));
        }
        if self.is_foreign(symbol) {
            return Meaning::External(symbol.to_owned());
        }
        let mut memo = self.memo.borrow_mut();
        let number = match memo.find(symbol, from) {
            Ok(place) => return memo.known[place].2.clone(),
            Err(number) => number,
        };
        // Ends the recursion of a name that leads back to itself.
        let place = memo.add(number, symbol, from, Meaning::Unknown);
        drop(memo);
        let meaning = self.compute(symbol, from, depth + 1);
        self.memo.borrow_mut().known[place].2 = meaning.clone();
        meaning
    }

    /// Whether a raw symbol leads out of the project and means just what it says, which is true of most. May say no
    /// where it does.
    pub(crate) fn is_foreign(&self, symbol: &str) -> bool {
        let first = &symbol[..symbol.find(['.', '(', '[']).unwrap_or(symbol.len())];
        !first.starts_with(['{', '<', '?'])
            && !symbol.starts_with(BOUND)
            && first != "None"
            && !self.modules.has_top(first)
            && apis::is_canonical(symbol)
    }

    fn compute(&self, symbol: &str, from: u32, depth: u32) -> Meaning {
        if symbol == "None" || symbol == "?" {
            return Meaning::Unknown;
        }
        if symbol.starts_with('{') {
            return self.collection(symbol, from, depth);
        }
        if let Some(rest) = symbol.strip_prefix("<star ") {
            let Some((modules, name)) = rest.split_once('>') else { return Meaning::Unknown };
            // The last to bring a name is the one that counts.
            for module in modules.split(' ').rev() {
                match self.meaning_at(&format!("{module}{name}"), from, depth) {
                    Meaning::Unknown => {}
                    Meaning::External(_) if self.modules.resolve(module, Some(from)).is_none() => {
                        // A library's star import may bring anything.
                        return Meaning::Unknown;
                    }
                    found => return found,
                }
            }
            return Meaning::Unknown;
        }
        let head_end = symbol.find(['(', '[']).unwrap_or(symbol.len());
        let head = &symbol[..head_end];
        // Most symbols are of the file's own things.
        if let Some(own) = self.modules.without_submodules(from)
            && let Some(rest) = symbol.strip_prefix(own)
            && rest.starts_with('.')
        {
            return self.walk(Meaning::Module(from), &steps(rest), from, depth);
        }
        // The longest dotted prefix that is a module of the project.
        let mut prefix = head;
        loop {
            if let Some(file) = self.modules.resolve(prefix, Some(from)) {
                let steps = steps(&symbol[prefix.len()..]);
                return self.walk(Meaning::Module(file), &steps, from, depth);
            }
            match prefix.rfind('.') {
                Some(dot) => prefix = &prefix[..dot],
                None => break,
            }
        }
        let first = head.find('.').unwrap_or(head.len());
        let steps = steps(&symbol[first..]);
        self.walk(Meaning::External(head[..first].to_owned()), &steps, from, depth)
    }

    /// `{item}` followed by steps.
    fn collection(&self, symbol: &str, from: u32, depth: u32) -> Meaning {
        let Some(end) = closing_brace(symbol) else { return Meaning::Unknown };
        let (item, rest) = (&symbol[1..end], &symbol[end + 1..]);
        if rest.is_empty() {
            return Meaning::External(symbol.to_owned());
        }
        let (mapping, item) = match item.strip_prefix(':') {
            Some(item) => (true, item),
            None => (false, item),
        };
        let after = |taken: &str| rest.strip_prefix(taken).map(|rest| format!("{item}{rest}"));
        let reached = if mapping {
            after("[]")
                .or_else(|| after(".values().__iter__()"))
                .or_else(|| after(".items().__iter__()[1]"))
                .or_else(|| after(".get()"))
                .or_else(|| after(".pop()"))
                .or_else(|| after(".setdefault()"))
        } else {
            let unpacked = rest
                .strip_prefix('[')
                .and_then(|r| r.split_once(']'))
                .map(|(_, rest)| format!("{item}{rest}"));
            unpacked
                .or_else(|| after(".__iter__()"))
                .or_else(|| after(".pop()"))
                .or_else(|| after(".popleft()"))
        };
        match reached {
            Some(symbol) => self.meaning_at(&symbol, from, depth),
            None => Meaning::Unknown,
        }
    }

    fn walk(&self, start: Meaning, steps: &[Step<'_>], from: u32, depth: u32) -> Meaning {
        let mut at = match start {
            Meaning::External(name) => Meaning::External(apis::canonical(name)),
            other => other,
        };
        // The class through which the method that is at hand was reached.
        let mut through = None;
        for (index, step) in steps.iter().enumerate() {
            let rest = &steps[index + 1..];
            let receiver = through.take();
            through = match (&at, step) {
                (Meaning::Class(id) | Meaning::Instance(id), Step::Attribute(_)) => Some(*id),
                (Meaning::Function(_), Step::Call) => receiver,
                _ => None,
            };
            at = match (at, *step) {
                (Meaning::Module(file), Step::Attribute(name)) => {
                    match self.module_attribute(file, name, depth) {
                        Some(found) => found,
                        None => return Meaning::Unknown,
                    }
                }
                (Meaning::Class(id), Step::Call) => Meaning::Instance(id),
                (Meaning::Class(id), Step::Attribute("<injected>")) => Meaning::Instance(id),
                (Meaning::Class(id), Step::Attribute(name)) => self.class_attribute(id, name, false, depth),
                (Meaning::Instance(id), Step::Attribute("<super>")) => {
                    return self.super_attribute(id, rest, from, depth);
                }
                // `x.__aenter__()` stands for what `async with x` gives as well as for the call itself.
                (Meaning::Instance(id), Step::Attribute("__aenter__"))
                    if matches!(rest, [Step::Call, ..])
                        && rest.get(1) != Some(&Step::Attribute("__await__")) =>
                {
                    let entered = match self.class_attribute(id, "__aenter__", true, depth) {
                        Meaning::Function(f) => match self.call_result(f, depth) {
                            Meaning::Coroutine(f) => self.for_receiver(self.returned(f, depth), f, Some(id)),
                            other => other,
                        },
                        Meaning::External(symbol) => external_step(symbol, Step::Call),
                        other => return self.continue_from(other, rest, from, depth),
                    };
                    return self.continue_from(entered, &rest[1..], from, depth);
                }
                // `x.__iter__()` stands for an item of `x`.
                (Meaning::Instance(id), Step::Attribute(name @ ("__iter__" | "__aiter__")))
                    if matches!(rest, [Step::Call, ..])
                        && !matches!(rest.get(1), Some(Step::Attribute("__next__" | "__anext__"))) =>
                {
                    let item = match self.class_attribute(id, name, true, depth) {
                        Meaning::Function(f) => {
                            let given = self.for_receiver(self.call_result(f, depth), f, Some(id));
                            self.item_of(given, name, depth)
                        }
                        other => return self.continue_from(other, rest, from, depth),
                    };
                    return self.continue_from(item, &rest[1..], from, depth);
                }
                (Meaning::Instance(id), Step::Attribute(name)) => self.class_attribute(id, name, true, depth),
                (Meaning::Instance(id), Step::Call) => {
                    match self.class_attribute(id, "__call__", true, depth) {
                        Meaning::Function(f) => self.call_result(f, depth),
                        other => other,
                    }
                }
                (Meaning::Function(id), Step::Call) => {
                    self.for_receiver(self.call_result(id, depth), id, receiver)
                }
                (Meaning::Function(id), Step::Attribute("<injected>")) => {
                    return self.continue_from(self.injected(id, depth), rest, from, depth);
                }
                (Meaning::Function(id), Step::Attribute("<locals>")) => {
                    let Some(Step::Attribute(name)) = rest.first() else { return Meaning::Unknown };
                    let found = self.local_definition(id, name);
                    return self.continue_from(found, &rest[1..], from, depth);
                }
                (Meaning::Coroutine(id), Step::Attribute("__await__")) => {
                    // `.__await__()` is one step in two.
                    match rest.first() {
                        Some(Step::Call) => {
                            let result = self.for_receiver(self.returned(id, depth), id, receiver);
                            return self.continue_from(result, &rest[1..], from, depth);
                        }
                        _ => return Meaning::Unknown,
                    }
                }
                (Meaning::Manager(id), Step::Attribute("__enter__" | "__aenter__")) => match rest.first() {
                    Some(Step::Call) => {
                        let f = self.function(id);
                        let entered = match &f.yields {
                            Some(symbol) => self.meaning_at(symbol, id.file, depth),
                            None => Meaning::Unknown,
                        };
                        return self.continue_from(entered, &rest[1..], from, depth);
                    }
                    // The generator's code runs on entering.
                    _ => Meaning::Function(id),
                },
                // What it holds the project may know.
                (Meaning::External(symbol), _) if symbol.starts_with('{') => {
                    return self.continue_from(Meaning::External(symbol), &steps[index..], from, depth);
                }
                (Meaning::External(symbol), step) => external_step(symbol, step),
                (found @ Meaning::Pending(_), _) => return found,
                _ => return Meaning::Unknown,
            };
        }
        at
    }

    /// What an iterator of the project gives, which is what its `__next__` returns; `method` is the one that gave it.
    fn item_of(&self, iterator: Meaning, method: &str, depth: u32) -> Meaning {
        let Meaning::Instance(class) = iterator else { return iterator };
        let next = if method == "__iter__" { "__next__" } else { "__anext__" };
        match self.class_attribute(class, next, true, depth) {
            Meaning::Function(f) => match self.call_result(f, depth) {
                Meaning::Coroutine(f) => self.for_receiver(self.returned(f, depth), f, Some(class)),
                other => other,
            },
            _ => Meaning::Unknown,
        }
    }

    /// Goes on with the steps that are left from a meaning found elsewhere.
    fn continue_from(&self, at: Meaning, rest: &[Step<'_>], from: u32, depth: u32) -> Meaning {
        if rest.is_empty() {
            return at;
        }
        match at {
            Meaning::External(mut symbol) => {
                for step in rest {
                    push_step(&mut symbol, *step);
                }
                // A collection's item names things of the file that wrote it; a library's do not.
                self.meaning_at(&symbol, from, depth)
            }
            Meaning::Pending(_) | Meaning::Unknown => at,
            _ => self.walk(at, rest, from, depth),
        }
    }

    /// What a module's attribute means: its own, or one that a star import brings.
    fn module_attribute(&self, file: u32, name: &str, depth: u32) -> Option<Meaning> {
        // Modules that import everything of one another are looked at once each; the last to bring a name counts.
        let mut seen = vec![file];
        let mut queue = vec![file];
        while let Some(at) = queue.pop() {
            let Some(summary) = self.summary(at) else { return Some(Meaning::Pending(at)) };
            match self.own_name(at, summary, name, depth) {
                Some(Meaning::Unknown) if at == file => return None,
                None | Some(Meaning::Unknown) => {}
                found => return found,
            }
            for star in &summary.stars {
                if let Some(target) = self.modules.resolve(star, Some(at))
                    && !seen.contains(&target)
                {
                    seen.push(target);
                    queue.push(target);
                }
            }
        }
        None
    }

    /// What a name bound in a module means there, or the submodule of that name; `None` when there is neither.
    fn own_name(&self, file: u32, summary: &Summary, name: &str, depth: u32) -> Option<Meaning> {
        let is_ambiguous = summary.names.get(name).is_some_and(Option::is_none);
        if is_ambiguous {
            return Some(Meaning::Unknown);
        }
        if let Some(index) = summary.function(name) {
            return Some(Meaning::Function(FunctionId { file, index }));
        }
        if let Some(index) = summary.class(name) {
            return Some(Meaning::Class(ClassId { file, index }));
        }
        if let Some(symbol) = summary.names.get(name) {
            return Some(
                symbol.as_ref().map_or(Meaning::Unknown, |symbol| self.meaning_at(symbol, file, depth)),
            );
        }
        let submodule = format!("{}.{name}", self.modules.name(file));
        self.modules.resolve(&submodule, Some(file)).map(Meaning::Module)
    }

    /// Where the attributes of a class come from.
    pub(crate) fn lineage(&self, id: ClassId) -> Rc<Lineage> {
        if let Some(known) = self.lineages.borrow().get(&id) {
            return Rc::clone(known);
        }
        let lineage = Rc::new(self.compute_lineage(id));
        self.lineages.borrow_mut().insert(id, Rc::clone(&lineage));
        lineage
    }

    fn compute_lineage(&self, id: ClassId) -> Lineage {
        let mut order = Vec::new();
        let mut outside = None;
        let mut queue = vec![id];
        while let Some(id) = queue.pop() {
            if order.len() > 128 {
                break;
            }
            order.push(id);
            let class = self.class(id);
            for base in class.bases.iter().rev() {
                match self.meaning_at(base, id.file, 1) {
                    Meaning::Class(base) => queue.push(base),
                    Meaning::External(name) if is_plain_base(&name) => {}
                    other => outside = Some(other),
                }
            }
        }
        // A class that several bases share comes after all of them, as in Python's own order.
        let mut seen = FxHashSet::default();
        order.reverse();
        order.retain(|id| seen.insert(*id));
        order.reverse();
        (order, outside)
    }

    fn class_attribute(&self, id: ClassId, name: &str, on_instance: bool, depth: u32) -> Meaning {
        let lineage = self.lineage(id);
        for id in &lineage.0 {
            if let Some(found) = self.own_attribute(*id, name, on_instance, depth) {
                return found;
            }
        }
        match &lineage.1 {
            Some(Meaning::External(base)) => {
                let mut symbol = base.clone();
                if on_instance {
                    symbol.push_str("()");
                }
                symbol.push('.');
                symbol.push_str(name);
                self.meaning_at(&symbol, id.file, depth)
            }
            Some(found @ Meaning::Pending(_)) => found.clone(),
            _ => Meaning::Unknown,
        }
    }

    fn own_attribute(&self, id: ClassId, name: &str, on_instance: bool, depth: u32) -> Option<Meaning> {
        let class = self.class(id);
        let summary = self.summary(id.file)?;
        if let Some(index) = summary.method(&class.qualname, name) {
            let function = FunctionId { file: id.file, index };
            if on_instance && self.is_property(function) {
                return Some(self.call_result(function, depth));
            }
            return Some(Meaning::Function(function));
        }
        if let Some(symbol) = class.attributes.get(name) {
            return Some(match symbol {
                Some(symbol) => self.meaning_at(symbol, id.file, depth),
                None => Meaning::Unknown,
            });
        }
        let inner = summary.inner_class(&class.qualname, name)?;
        Some(Meaning::Class(ClassId { file: id.file, index: inner }))
    }

    fn super_attribute(&self, id: ClassId, rest: &[Step<'_>], from: u32, depth: u32) -> Meaning {
        let Some(Step::Attribute(name)) = rest.first() else { return Meaning::Unknown };
        let lineage = self.lineage(id);
        for base in lineage.0.iter().skip(1) {
            if let Some(found) = self.own_attribute(*base, name, true, depth) {
                return self.continue_from(found, &rest[1..], from, depth);
            }
        }
        match &lineage.1 {
            Some(Meaning::External(base)) => {
                let mut symbol = format!("{base}()");
                for step in rest {
                    push_step(&mut symbol, *step);
                }
                self.meaning_at(&symbol, from, depth)
            }
            Some(found @ Meaning::Pending(_)) => found.clone(),
            _ => Meaning::Unknown,
        }
    }

    fn call_result(&self, id: FunctionId, depth: u32) -> Meaning {
        let function = self.function(id);
        match self.decoration(id) {
            Decoration::Manager => return Meaning::Manager(id),
            Decoration::Opaque => return Meaning::Unknown,
            Decoration::Pending(file) => return Meaning::Pending(file),
            Decoration::Kept => {}
            // What a wrapper returns of what it is given is its own affair.
            Decoration::Wrapped if function.is_async && !function.is_generator => {}
            Decoration::Wrapped => return Meaning::Unknown,
        }
        if function.ambiguous {
            return Meaning::Unknown;
        }
        if function.is_generator {
            return Meaning::External(
                if function.is_async { "types.AsyncGeneratorType()" } else { "types.GeneratorType()" }
                    .to_owned(),
            );
        }
        if function.is_async {
            return Meaning::Coroutine(id);
        }
        self.returned(id, depth)
    }

    /// What FastAPI takes from a function that provides a parameter: what a generator yields, and what any other
    /// returns, awaited where that must be.
    fn injected(&self, id: FunctionId, depth: u32) -> Meaning {
        let function = self.function(id);
        let is_seen = matches!(self.decoration(id), Decoration::Kept | Decoration::Manager);
        if function.ambiguous || !is_seen {
            return Meaning::Unknown;
        }
        match &function.yields {
            Some(symbol) if function.is_generator => self.meaning_at(symbol, id.file, depth),
            _ if function.is_generator => Meaning::Unknown,
            _ => self.returned(id, depth),
        }
    }

    /// What a method gives when it is reached through a class: where that is an instance of the method's own class, it
    /// is most likely `self`, or made by `cls()`, and so one of the class below.
    fn for_receiver(&self, result: Meaning, method: FunctionId, receiver: Option<ClassId>) -> Meaning {
        let (Meaning::Instance(class), Some(receiver)) = (&result, receiver) else { return result };
        let owner = self.function(method).qualname.rsplit_once('.').map_or("", |(owner, _)| owner);
        let is_own = class.file == method.file && self.class(*class).qualname == owner;
        if is_own && *class != receiver && self.lineage(receiver).0.contains(class) {
            return Meaning::Instance(receiver);
        }
        result
    }

    /// What a function gives: returned when it is called, or for a coroutine function when it is awaited.
    pub(crate) fn returned(&self, id: FunctionId, depth: u32) -> Meaning {
        match &self.function(id).returns {
            Some(symbol) => self.meaning_at(symbol, id.file, depth),
            None => Meaning::Unknown,
        }
    }

    /// The property that reading an attribute runs: `symbol` is the receiver with the attribute.
    pub(crate) fn property(&self, symbol: &str, from: u32) -> Option<FunctionId> {
        let (receiver, name) = symbol.rsplit_once('.')?;
        let Meaning::Instance(class) = self.meaning(receiver, from) else { return None };
        let function = self.method(class, name)?;
        self.is_property(function).then_some(function)
    }

    /// The method of this name that an instance of the class has, own or inherited within the project.
    pub(crate) fn method(&self, class: ClassId, name: &str) -> Option<FunctionId> {
        for id in self.lineage(class).0.iter().copied() {
            let qualname = &self.class(id).qualname;
            let summary = self.summary(id.file)?;
            if let Some(index) = summary.method(qualname, name) {
                return Some(FunctionId { file: id.file, index });
            }
            if self.class(id).attributes.contains_key(name) {
                return None;
            }
        }
        None
    }

    /// A function or class defined in a function's own code.
    fn local_definition(&self, outer: FunctionId, name: &str) -> Meaning {
        let file = outer.file;
        let qualname = format!("{}.<locals>.{name}", self.function(outer).qualname);
        let Some(summary) = self.summary(file) else { return Meaning::Unknown };
        if let Some(index) = summary.function(&qualname) {
            return Meaning::Function(FunctionId { file, index });
        }
        summary.class(&qualname).map_or(Meaning::Unknown, |index| Meaning::Class(ClassId { file, index }))
    }

    fn is_property(&self, id: FunctionId) -> bool {
        self.function(id).decorators.iter().any(|decorator| {
            matches!(
                decorator.as_str(),
                "builtins.property"
                    | "functools.cached_property"
                    | "abc.abstractproperty"
                    | "django.utils.functional.cached_property"
            )
        })
    }

    /// What a function's decorators make of it.
    pub(crate) fn decoration(&self, id: FunctionId) -> Decoration {
        let function = self.function(id);
        let mut found = Decoration::Kept;
        for decorator in &function.decorators {
            let meaning = self.meaning_at(decorator, id.file, 1);
            let name = self.spelling(&meaning).unwrap_or_default();
            if apis::MANAGER_DECORATORS.contains(&name.as_str()) {
                return Decoration::Manager;
            }
            let called = name.strip_suffix("()").unwrap_or(&name);
            if !apis::KEEPING_DECORATORS.contains(&called) && !decorator.ends_with(".setter") {
                found = match self.wrapping(decorator, id) {
                    Decoration::Wrapped => Decoration::Wrapped,
                    other => return other,
                };
            }
        }
        found
    }

    /// What a decorator of the project makes of a function.
    fn wrapping(&self, decorator: &str, id: FunctionId) -> Decoration {
        let base = decorator.strip_suffix("()");
        let maker = match self.meaning_at(base.unwrap_or(decorator), id.file, 1) {
            Meaning::Function(maker) => maker,
            Meaning::Pending(file) => return Decoration::Pending(file),
            _ => return Decoration::Opaque,
        };
        let by = self.function(maker);
        let kept = if base.is_some() { by.wraps.made } else { by.wraps.itself };
        let is_kept = if self.function(id).is_async { kept.coroutines } else { kept.plain };
        if is_kept && !by.ambiguous && by.decorators.is_empty() {
            Decoration::Wrapped
        } else {
            Decoration::Opaque
        }
    }
}

/// What decorators make of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoration {
    /// Calling it still runs its body as written.
    Kept,
    /// Calling it runs its body in a wrapper of the project, which may do more.
    Wrapped,
    /// It is a context manager now.
    Manager,
    /// This file must be known first.
    Pending(u32),
    /// Nobody knows.
    Opaque,
}

fn external_step(mut symbol: String, step: Step<'_>) -> Meaning {
    push_step(&mut symbol, step);
    Meaning::External(apis::canonical(symbol))
}

/// Bases that bring no attributes a codemod asks about.
fn is_plain_base(name: &str) -> bool {
    matches!(
        name,
        "builtins.object"
            | "abc.ABC"
            | "typing.Generic"
            | "typing.Generic[]"
            | "typing.Protocol"
            | "typing.Protocol[]"
            | "enum.Enum"
            | "pydantic.BaseModel"
            | "builtins.Exception"
    )
}

fn join(module: &str, qualname: &str) -> String {
    if qualname.is_empty() { module.to_owned() } else { format!("{module}.{qualname}") }
}
