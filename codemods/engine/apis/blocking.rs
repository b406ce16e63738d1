//! What blocks the thread that calls it, for how long, and what to do instead: one table, asked by symbol.
//!
//! The entries stand in the files of this folder, grouped by what they have in common. A symbol is written as
//! `semantic::symbols` writes it, after the aliases of `types`: `time.sleep`, `requests.Session().get`,
//! `threading.Lock().__enter__` for a `with`. Two endings stand for more than one name:
//!
//! * `boto3.client().*`: every method (attribute, for properties) directly on it;
//! * `stripe.**`: every dotted path below it; a call or an item in between is another object.
//!
//! `with x` is a call of `x.__enter__` and `x.__exit__`, going over `x` one of `x.__iter__`.
//!
//! `tests/apis/check.py` asserts that each checked entry exists in the package it names.

mod ai;
mod cloud;
mod databases;
mod files;
mod http;
mod models;
mod services;
mod stdlib;

use std::sync::LazyLock;

pub(crate) use files::FILE_CONSUMERS;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::settings::Settings;

/// The codemod that a blocking call belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    TimeSleep,
    RequestsToHttpx,
    FileIo,
    Subprocess,
    Socket,
    Fd,
    Input,
    ThreadWait,
    Database,
    /// A client of a library that has an asynchronous twin.
    SyncClient,
    /// Work for the processor.
    Starvation,
    /// Everything else.
    Call,
}

impl Kind {
    /// The name of the codemod.
    pub(crate) fn codemod(self) -> &'static str {
        match self {
            Self::TimeSleep => "time-sleep",
            Self::RequestsToHttpx => "requests-to-httpx",
            Self::FileIo => "blocking-file-io",
            Self::Subprocess => "blocking-subprocess",
            Self::Socket => "blocking-socket",
            Self::Fd => "blocking-fd",
            Self::Input => "blocking-input",
            Self::ThreadWait => "blocking-thread-wait",
            Self::Database => "blocking-database",
            Self::SyncClient => "sync-client",
            Self::Starvation => "event-loop-starvation",
            Self::Call => "blocking-call",
        }
    }
}

/// What a call waits for, and so how long it can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wait {
    /// For another thread, process or person: there is no limit.
    Unbounded,
    /// For the network: milliseconds to minutes.
    Network,
    /// For the contents of files, or many of them: microseconds to seconds.
    Disk,
    /// For one look at the file system (`stat`, `mkdir`): microseconds, unless the disk is far away.
    Metadata,
    /// For something that is ready at once in most programs: a lock held for moments, a queue with room.
    Moment,
    /// For the processor.
    Cpu,
}

/// How an entry is used so that it blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// It is called, be it by `with` or by `for`.
    Call,
    /// It is read.
    Property,
}

/// An argument with which a call does not wait: `block=False`, `timeout=0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unless {
    pub(crate) argument: &'static str,
    /// From 0; `usize::MAX` for an argument that is only given by keyword.
    pub(crate) position: usize,
    /// As they are written in the source.
    pub(crate) values: &'static [&'static str],
}

/// Names that block in the same way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    pub(crate) wait: Wait,
    pub(crate) shape: Shape,
    /// What the asynchronous way is, to stand after "use"; empty where it is a thread.
    pub(crate) advice: &'static str,
    /// The codes of the same mistake in ruff and flake8-async.
    pub(crate) noqa: &'static [&'static str],
    pub(crate) unless: &'static [Unless],
    /// The object may only be used by the thread that made it: no fix moves the call into another.
    pub(crate) thread_bound: bool,
    /// Where the fact comes from.
    pub(crate) source: &'static str,
    /// Whether the entry was looked up in the package; an entry that was not is pedantic.
    pub(crate) checked: bool,
    /// What the names are attributes of.
    pub(crate) on: &'static str,
    /// Names, separated by blanks.
    pub(crate) names: &'static str,
    /// Names that a pattern in `names` would match and that do not block, separated by blanks.
    pub(crate) but: &'static str,
}

/// An entry of the table.
#[derive(Debug)]
pub(crate) struct Blocking {
    pub(crate) symbol: String,
    pub(crate) group: &'static Group,
}

/// What is known of a symbol that blocks, be it from the table or from the configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict<'s> {
    pub(crate) kind: Kind,
    pub(crate) wait: Wait,
    /// What the asynchronous way is, to stand after "use"; empty where it is a thread.
    pub(crate) advice: &'s str,
    /// The entry of the table; `None` for what the configuration says.
    pub(crate) entry: Option<&'static Blocking>,
}

impl Group {
    /// A group of calls for `..Group::new(…)`: for a thread, checked, and blocking whatever the arguments.
    const fn new(kind: Kind, wait: Wait, source: &'static str) -> Self {
        Self {
            kind,
            wait,
            shape: Shape::Call,
            advice: "",
            noqa: &[],
            unless: &[],
            thread_bound: false,
            source,
            checked: true,
            on: "",
            names: "",
            but: "",
        }
    }
}

impl Blocking {
    /// Whether only those who ask for it want to hear of it.
    pub(crate) fn is_pedantic(&self) -> bool {
        matches!(self.group.wait, Wait::Metadata | Wait::Moment) || !self.group.checked
    }

    /// Whether a call with these arguments waits. `argument` gives the source text of an argument by its name
    /// and position (from 0), if the call has it.
    pub(crate) fn waits_with(&self, argument: impl Fn(&str, usize) -> Option<String>) -> bool {
        !self.group.unless.iter().any(|unless| {
            argument(unless.argument, unless.position)
                .is_some_and(|text| unless.values.contains(&text.as_str()))
        })
    }
}

impl Verdict<'_> {
    /// Whether only those who ask for it want to hear of it.
    pub(crate) fn is_pedantic(&self) -> bool {
        self.entry.is_some_and(Blocking::is_pedantic)
    }

    /// Whether a call with these arguments waits; see [`Blocking::waits_with`].
    pub(crate) fn waits_with(&self, argument: impl Fn(&str, usize) -> Option<String>) -> bool {
        self.entry.is_none_or(|entry| entry.waits_with(argument))
    }

    /// The same for a call as a summary keeps it.
    pub(crate) fn waits_with_constants(&self, constants: &[(String, String)]) -> bool {
        self.waits_with(|name, position| {
            let is_meant = |given: &str| given == name || given == position.to_string();
            constants.iter().find(|(given, _)| is_meant(given)).map(|(_, text)| text.clone())
        })
    }

    /// How it is used so that it blocks.
    pub(crate) fn shape(&self) -> Shape {
        self.entry.map_or(Shape::Call, |entry| entry.group.shape)
    }

    /// Whether the object may only be used by the thread that made it.
    pub(crate) fn is_thread_bound(&self) -> bool {
        self.entry.is_some_and(|entry| entry.group.thread_bound)
    }
}

/// All groups, in the order in which they are shown.
fn groups() -> impl Iterator<Item = &'static Group> {
    [
        stdlib::GROUPS,
        files::GROUPS,
        http::GROUPS,
        databases::GROUPS,
        cloud::GROUPS,
        ai::GROUPS,
        models::GROUPS,
        services::GROUPS,
    ]
    .into_iter()
    .flatten()
}

struct Table {
    entries: FxHashMap<&'static str, Blocking>,
    patterns: FxHashMap<&'static str, Vec<Blocking>>,
    /// `sklearn.*().fit`: the method of an instance of any class of a package, by the package's name.
    instances: FxHashMap<&'static str, Vec<Blocking>>,
    /// `transformers.*.from_pretrained`: the same of the classes themselves.
    classes: FxHashMap<&'static str, Vec<Blocking>>,
    /// The first names of all symbols: most symbols are out of the question at once.
    heads: FxHashSet<&'static str>,
    properties: FxHashSet<&'static str>,
    /// The names of all arguments that change a verdict, and the values with which they do.
    arguments: FxHashSet<&'static str>,
    values: FxHashSet<&'static str>,
    /// The last names of what minds whether its file is in memory.
    of_memory: FxHashSet<&'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

impl Table {
    fn new() -> Self {
        let mut table = Self {
            entries: FxHashMap::default(),
            patterns: FxHashMap::default(),
            instances: FxHashMap::default(),
            classes: FxHashMap::default(),
            heads: FxHashSet::default(),
            properties: FxHashSet::default(),
            arguments: FxHashSet::default(),
            values: FxHashSet::default(),
            of_memory: FxHashSet::default(),
        };
        for group in groups() {
            table.heads.insert(head(group.on));
            table.arguments.extend(group.unless.iter().map(|unless| unless.argument));
            table.values.extend(group.unless.iter().flat_map(|unless| unless.values));
            if minds_memory(group) {
                table.of_memory.extend(group.names.split_ascii_whitespace());
            }
            for name in group.names.split_ascii_whitespace() {
                let symbol = format!("{}.{name}", group.on);
                if group.shape == Shape::Property {
                    table.properties.insert(name);
                }
                let of_any_class = [(&mut table.instances, ".*()"), (&mut table.classes, ".*")];
                let any = of_any_class.into_iter().find(|(_, on)| group.on.ends_with(on));
                if let Some((table, _)) = any {
                    table.entry(head(group.on)).or_default().push(Blocking { symbol, group });
                    continue;
                }
                // The table lives as long as the program.
                let key: &'static str = Box::leak(symbol.clone().into_boxed_str());
                match key.strip_suffix(".*").or_else(|| key.strip_suffix(".**")) {
                    Some(stem) => {
                        table.patterns.entry(stem).or_default().push(Blocking { symbol, group });
                    }
                    None => {
                        table.entries.insert(key, Blocking { symbol, group });
                    }
                }
            }
        }
        table
    }

    fn find(&self, symbol: &str) -> Option<&Blocking> {
        if !self.heads.contains(head(symbol)) {
            return None;
        }
        if let Some(entry) = self.entries.get(symbol).or_else(|| self.of_a_class(symbol)) {
            return Some(entry);
        }
        let mut end = symbol.len();
        while let Some(dot) = symbol[..end].rfind('.') {
            let rest = &symbol[dot + 1..];
            // Beyond a call or an item there is another object.
            if rest.contains(['(', '[']) {
                return None;
            }
            let last = rest.rsplit('.').next().unwrap_or(rest);
            let found = self.patterns.get(&symbol[..dot]).into_iter().flatten().find(|entry| {
                let deep = entry.symbol.ends_with(".**");
                (deep || !rest.contains('.'))
                    && !rest.split('.').any(|name| name.starts_with('_'))
                    && !entry.group.but.split_ascii_whitespace().any(|name| name == last)
            });
            if found.is_some() {
                return found;
            }
            end = dot;
        }
        None
    }
}

impl Table {
    /// The entry for a method that any class of a package, or an instance of one, has under this name.
    fn of_a_class(&self, symbol: &str) -> Option<&Blocking> {
        let (receiver, name) = symbol.rsplit_once('.')?;
        let is_class = |path: &str| {
            let last = path.rsplit('.').next().unwrap_or(path);
            last.starts_with(|c: char| c.is_ascii_uppercase()) && !path.contains(['(', '['])
        };
        let (made, entries) = match receiver.strip_suffix("()") {
            Some(made) => (made.strip_suffix(".from_pretrained").unwrap_or(made), &self.instances),
            None => (receiver, &self.classes),
        };
        let has_name = |entry: &&Blocking| entry.symbol.rsplit('.').next() == Some(name) && is_class(made);
        entries.get(head(symbol))?.iter().find(has_name)
    }
}

fn head(symbol: &str) -> &str {
    &symbol[..symbol.find(['.', '(', '[']).unwrap_or(symbol.len())]
}

/// Whether the table has entries in this top-level module.
pub(crate) fn is_known_module(head: &str) -> bool {
    TABLE.heads.contains(head)
}

/// Whether an argument of this name, or at this position written as a number, can keep a call from waiting.
pub(crate) fn may_change_verdict(argument: &str) -> bool {
    // Whether others may use what `sqlite3.connect` gives decides where the call may be made.
    argument == "check_same_thread"
        || TABLE.arguments.contains(argument)
        || argument.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether any call does not wait because an argument has this value, as it is written.
pub(crate) fn may_free(value: &str) -> bool {
    TABLE.values.contains(value)
}

/// What the table says of a canonical symbol.
pub(crate) fn blocking(symbol: &str) -> Option<&'static Blocking> {
    TABLE.find(symbol)
}

/// Whether a call of this symbol does not block when it is given a file in memory.
pub(crate) fn minds_memory_files(symbol: &str) -> bool {
    let last = &symbol[symbol.rfind('.').map_or(0, |dot| dot + 1)..];
    TABLE.of_memory.contains(last) && TABLE.find(symbol).is_some_and(|entry| minds_memory(entry.group))
}

fn minds_memory(group: &Group) -> bool {
    group.unless.iter().any(|unless| unless.values.contains(&"io.BytesIO()"))
}

/// The argument, by its name and position from 0, that must not be a file in memory for a call of a symbol to block.
pub(crate) fn memory_argument(symbol: &str) -> Option<(&'static str, usize)> {
    let mut unless = TABLE.find(symbol)?.group.unless.iter();
    unless
        .find(|unless| unless.values.contains(&"io.BytesIO()"))
        .map(|unless| (unless.argument, unless.position))
}

/// Whether something of this name blocks when it is read.
pub(crate) fn is_property_name(name: &str) -> bool {
    TABLE.properties.contains(name)
}

/// What the configuration and the table say of a canonical symbol: `not-blocking` before `blocking-calls` before
/// the table. Patterns are matched against the symbol and against its qualified name, without parentheses.
pub(crate) fn verdict<'s>(symbol: &str, settings: &'s Settings) -> Option<Verdict<'s>> {
    if !settings.not_blocking.is_empty() || !settings.blocking_calls.is_empty() {
        let qualified = symbol.replace("()", "");
        let is_meant = |pattern: &str| is_match(pattern, symbol) || is_match(pattern, &qualified);
        if settings.not_blocking.iter().any(|pattern| is_meant(pattern)) {
            return None;
        }
        if let Some((_, advice)) = settings.blocking_calls.iter().find(|(pattern, _)| is_meant(pattern)) {
            return Some(Verdict { kind: Kind::Call, wait: Wait::Unbounded, advice, entry: None });
        }
    }
    let entry = blocking(symbol)?;
    Some(Verdict {
        kind: entry.group.kind,
        wait: entry.group.wait,
        advice: entry.group.advice,
        entry: Some(entry),
    })
}

/// `fnmatch` without character classes: `*` is any text, `?` any one character.
fn is_match(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                p = star + 1;
                t = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// The whole table as text, for people and for the script that checks it: one entry per line with its codemod,
/// wait, shape, the codes of other tools, whether it was checked and the source of the fact, separated by tabs, in the
/// order of the symbols.
#[must_use]
pub fn blocking_table() -> String {
    let mut lines: Vec<String> = TABLE
        .entries
        .values()
        .chain(
            [&TABLE.patterns, &TABLE.instances, &TABLE.classes]
                .into_iter()
                .flat_map(|each| each.values().flatten()),
        )
        .map(|entry| {
            let group = entry.group;
            let checked = if group.checked { "checked" } else { "unchecked" };
            let (wait, shape) = (format!("{:?}", group.wait), format!("{:?}", group.shape));
            let (wait, shape, noqa) = (wait.to_lowercase(), shape.to_lowercase(), group.noqa.join(" "));
            let (symbol, codemod, source) = (&entry.symbol, group.kind.codemod(), group.source);
            format!("{symbol}\t{codemod}\t{wait}\t{shape}\t{noqa}\t{checked}\t{source}\n")
        })
        .collect();
    lines.sort_unstable();
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_fnmatch_does() {
        assert!(is_match("legacy.*", "legacy.db.load"));
        assert!(is_match("*.load_data", "pkg.load_data"));
        assert!(is_match("a?c", "abc"));
        assert!(is_match("*", ""));
        assert!(!is_match("legacy.*", "legacy"));
        assert!(!is_match("a*b", "abc"));
    }

    #[test]
    fn a_symbol_is_found_by_name_or_by_pattern() {
        assert_eq!(blocking("time.sleep").map(|entry| entry.group.kind), Some(Kind::TimeSleep));
        assert!(blocking("boto3.client().put_object").is_some());
        assert!(blocking("boto3.client().get_paginator").is_none());
        assert!(blocking("boto3.client()._make_api_call").is_none());
        assert!(blocking("boto3.client().put_object().get").is_none());
        assert!(blocking("time.monotonic").is_none());
        assert!(blocking("sklearn.linear_model.Ridge().fit").is_some());
        assert!(blocking("sklearn.linear_model.Ridge().coef_").is_none());
        assert!(blocking("sklearn.datasets.load_iris().fit").is_none());
        assert!(blocking("sklearn.linear_model.Ridge().fit().predict").is_none());
        assert!(blocking("transformers.AutoModel.from_pretrained().generate").is_some());
        assert!(blocking("transformers.AutoModel.from_pretrained").is_some());
        assert!(blocking("transformers.AutoModel.register").is_none());
    }

    #[test]
    fn the_configuration_comes_first() {
        let settings = Settings {
            not_blocking: vec!["requests.Session.*".to_owned()],
            blocking_calls: vec![("legacy.*".to_owned(), "`modern.load`".to_owned())],
            ..Settings::default()
        };
        assert!(verdict("requests.Session().get", &settings).is_none());
        assert!(verdict("requests.get", &settings).is_some());
        assert_eq!(verdict("legacy.db.load", &settings).map(|found| found.advice), Some("`modern.load`"));
    }

    #[test]
    fn no_symbol_is_listed_twice() {
        let mut seen = FxHashMap::default();
        for group in groups() {
            for name in group.names.split_ascii_whitespace() {
                let symbol = format!("{}.{name}", group.on);
                assert!(seen.insert(symbol.clone(), ()).is_none(), "`{symbol}` is listed twice");
            }
        }
    }
}
