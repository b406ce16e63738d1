//! Whether two tasks can be between a read and its write at once: who reaches the place, and what keeps them apart.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::interleave::Race;
use super::places::{Accesses, Place, Root};
use crate::engine::context::Context;
use crate::engine::project::reduce::ClassId;
use crate::engine::project::summary::conduct::last_name;

/// Parts of names by which programs call what lets one task in at a time.
const LOCK_WORDS: &[&str] = &[
    "cond",
    "condition",
    "critical",
    "exclusive",
    "guard",
    "monitor",
    "mutex",
    "sem",
    "semaphore",
    "serial",
    "serialize",
    "single",
    "singleflight",
    "synchronized",
];

/// asyncio's locks and their like, by their symbols.
pub(super) const LOCKS: &[&str] = &[
    "anyio.Lock()",
    "asyncio.Condition()",
    "asyncio.Lock()",
    "asyncio.Semaphore()",
    "asyncio.locks.Lock()",
    "trio.Lock()",
];

/// Whether a name speaks of a lock: `_write_lock`, `mutex`, `LockGuard`.
fn is_lock_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("lock") && !lower.contains("block")
        || lower.split('_').any(|word| LOCK_WORDS.contains(&word))
}

/// Whether what a `with` enters may let only one task in at a time. When in doubt it does.
fn may_lock(cx: &Context<'_>, context: &Expr) -> bool {
    if last_name(context).is_some_and(is_lock_name) {
        return true;
    }
    match cx.symbol(context) {
        Some(symbol) => ["Lock", "Semaphore", "Condition"].iter().any(|name| symbol.contains(name)),
        None => !context.is_call_expr(),
    }
}

/// The blocks that may lock around a node, innermost first, up to its function.
fn locks_around<'c, 'a>(
    cx: &'c Context<'a>,
    node: AnyNodeRef<'a>,
) -> impl Iterator<Item = &'a ast::StmtWith> + use<'c, 'a> {
    let id = cx.semantic.id(&node).unwrap_or(0);
    cx.semantic
        .ancestors(id)
        .take_while(|around| !matches!(around.ast, AnyNodeRef::StmtFunctionDef(_)))
        .filter_map(|around| match around.ast {
            AnyNodeRef::StmtWith(with) => Some(with),
            _ => None,
        })
        .filter(move |with| {
            let in_body = with.body.first().is_some_and(|first| first.start() <= node.start());
            in_body && with.items.iter().any(|item| may_lock(cx, &item.context_expr))
        })
}

/// Whether a lock is held from the read to the write, or taken before the write and the check made again under it.
fn is_locked(cx: &Context<'_>, race: &Race<'_>) -> bool {
    locks_around(cx, race.write.at).any(|with| {
        let holds_both = with.range().contains_range(race.read.at.range());
        let asks_again = cx.inside(with).any(|node| {
            matches!(node.ast, AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtWhile(_) | AnyNodeRef::StmtMatch(_))
                && node.ast.start() <= race.write.at.start()
        });
        holds_both || asks_again
    })
}

/// Whether a function takes a lock by hand, or looks whether one is taken.
fn handles_locks(cx: &Context<'_>, function: &ast::StmtFunctionDef) -> bool {
    cx.inside(function).any(|node| {
        let AnyNodeRef::ExprCall(call) = node.ast else { return false };
        let Expr::Attribute(method) = &*call.func else { return false };
        match method.attr.as_str() {
            "acquire" | "acquire_nowait" | "flock" | "locked" | "lockf" => true,
            "enter_async_context" => call.arguments.args.iter().any(|entered| may_lock(cx, entered)),
            _ => false,
        }
    })
}

/// Whether, before the pause, something else that is shared was looked at and then changed without a pause between:
/// whoever comes second sees it.
fn is_guarded<'a>(
    cx: &Context<'a>,
    places: &FxHashMap<Place<'a>, Accesses<'a>>,
    race: &Race<'a>,
    pauses: &[AnyNodeRef<'a>],
) -> bool {
    let is_plain_read = |accesses: &Accesses<'a>, at: AnyNodeRef<'a>| {
        // `x += 1` looks at nothing.
        !accesses.writes.iter().any(|write| write.at.range() == at.range())
    };
    places.values().any(|accesses| {
        accesses.writes.iter().chain(&accesses.clears).any(|write| {
            // The target of an assignment stands before what it is assigned.
            let is_done = cx.statement(&write.at).is_some_and(|done| done.end() <= race.pause.start());
            let mut before = accesses.reads.iter().rev().filter(|read| read.at.end() <= write.at.start());
            let mut looked = || before.find(|read| is_plain_read(accesses, read.at));
            is_done
                && looked().is_some_and(|read| {
                    let between = |pause: &&AnyNodeRef<'_>| {
                        pause.start() >= read.at.end() && pause.end() <= write.at.start()
                    };
                    pauses.iter().filter(between).nth(1).is_none()
                })
        })
    })
}

/// Whether one of the things that the check asked is asked again between the pause and the write.
fn is_asked_again<'a>(
    cx: &Context<'a>,
    places: &FxHashMap<Place<'a>, Accesses<'a>>,
    race: &Race<'a>,
) -> bool {
    let Some(check) = test_of(cx, race.read.at) else { return false };
    let (after, before) = (race.pause.start(), race.write.at.start());
    places.values().any(|accesses| {
        let asked = accesses.reads.iter().any(|read| check.contains_range(read.at.range()));
        asked
            && accesses.reads.iter().any(|read| {
                let at = read.at.range();
                at.start() > after
                    && at.end() < before
                    && !check.contains_range(at)
                    && test_of(cx, read.at).is_some()
            })
    })
}

/// The test that a node is part of.
fn test_of(cx: &Context<'_>, node: AnyNodeRef<'_>) -> Option<TextRange> {
    for around in cx.ancestors(&node) {
        let test = match around {
            AnyNodeRef::StmtIf(statement) => Some(&*statement.test),
            AnyNodeRef::ElifElseClause(clause) => clause.test.as_ref(),
            AnyNodeRef::StmtWhile(statement) => Some(&*statement.test),
            AnyNodeRef::ExprIf(expr) => Some(&*expr.test),
            AnyNodeRef::StmtAssert(statement) => Some(&*statement.test),
            _ if around.is_statement() => return None,
            _ => None,
        };
        if let Some(test) = test.filter(|test| test.range().contains_range(node.range())) {
            return Some(test.range());
        }
    }
    None
}

/// The names of the functions and methods of this file that something calls with a lock held, directly or through
/// others.
fn called_under_locks<'a>(cx: &Context<'a>) -> FxHashSet<&'a str> {
    let mut called: FxHashSet<&str> = FxHashSet::default();
    let mut by_caller: Vec<(&str, &str)> = Vec::new();
    for call in cx.calls() {
        let Some(name) = last_name(call.func()) else { continue };
        if locks_around(cx, AnyNodeRef::ExprCall(call.expr)).next().is_some() {
            called.insert(name);
        } else if let Some(caller) = cx.enclosing_function(call.expr) {
            by_caller.push((caller.name.as_str(), name));
        }
    }
    loop {
        let before = called.len();
        for (caller, name) in &by_caller {
            if called.contains(caller) {
                called.insert(name);
            }
        }
        if called.len() == before {
            return called;
        }
    }
}

/// Whether a node stands in a loop of a background task: one that goes round for ever, or over a stream.
fn is_in_endless_loop(cx: &Context<'_>, node: AnyNodeRef<'_>) -> bool {
    cx.ancestors(&node).take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_))).any(|around| {
        match around {
            AnyNodeRef::StmtWhile(_) => true,
            AnyNodeRef::StmtFor(each) => each.is_async,
            _ => false,
        }
    })
}

/// Whether a function has a name of an entry point or of a step of an object's life.
fn is_step(function: &ast::StmtFunctionDef) -> bool {
    const STEPS: &[&str] = &[
        "aclose",
        "amain",
        "asyncSetUp",
        "asyncTearDown",
        "close",
        "disconnect",
        "lifespan",
        "main",
        "open",
        "run",
        "shutdown",
        "start",
        "startup",
        "stop",
        "connect",
        "terminate",
        "cleanup",
        "teardown",
        "setup",
        "restart",
        "reconnect",
        "initialize",
        "async_update",
    ];
    STEPS.contains(&function.name.trim_start_matches('_'))
}

/// Whether a function is one that a program runs once, or that nobody runs twice at a time: a test, a hook, an
/// iterator's next item.
fn runs_alone(function: &ast::StmtFunctionDef) -> bool {
    let name = function.name.as_str();
    let bare = name.trim_start_matches('_');
    let is_dunder = name.starts_with("__") && name.ends_with("__") && name != "__call__";
    let starts = [
        "test",
        "setup_",
        "teardown_",
        "on_start",
        "on_stop",
        "on_shutdown",
        "async_step_",
        "async_setup",
        "async_added",
        "async_will_",
    ];
    let alone_decorators = [
        "fixture",
        "cache",
        "once",
        "lock",
        "single",
        "serial",
        "synchron",
        "exclusive",
        "lifespan",
        "contextmanager",
    ];
    is_dunder
        || starts.iter().any(|start| bare.starts_with(start))
        || function.decorator_list.iter().any(|decorator| {
            last_name(&decorator.expression).is_some_and(|name| {
                alone_decorators.iter().any(|part| name.to_ascii_lowercase().contains(part))
            })
        })
}

/// Whether a function is a method of a class of which each object is made for one call: `Scan(config).main()` is all
/// that the file does with the class.
fn is_of_one_use(cx: &Context<'_>, function: &ast::StmtFunctionDef) -> bool {
    let semantic = cx.semantic;
    let class = semantic.enclosing_class(semantic.scope_of(function)).and_then(|scope| {
        semantic.id(function).and_then(|id| {
            semantic.ancestors(id).find_map(|around| match around.ast {
                AnyNodeRef::StmtClassDef(class) if semantic.scope(scope).parent == Some(0) => Some(class),
                _ => None,
            })
        })
    });
    let Some(class) = class else { return false };
    let mut uses = semantic.reads_of(class.name.as_str(), 0).peekable();
    uses.peek().is_some()
        && uses.all(|read| {
            let AnyNodeRef::ExprCall(made) = cx.parent(read.name) else { return false };
            let AnyNodeRef::ExprAttribute(method) = cx.parent(made) else { return false };
            matches!(cx.parent(method), AnyNodeRef::ExprCall(call) if call.func.range() == method.range())
        })
}

/// What keeps tasks apart in a function, whatever the place.
pub(super) struct Guards<'g, 'a> {
    cx: &'g Context<'a>,
    function: &'a ast::StmtFunctionDef,
    pauses: Vec<AnyNodeRef<'a>>,
    is_alone: bool,
    /// Its name is that of a step of an object's life.
    is_step: bool,
}

impl<'g, 'a> Guards<'g, 'a> {
    pub(super) fn new(
        cx: &'g Context<'a>,
        function: &'a ast::StmtFunctionDef,
        pauses: Vec<AnyNodeRef<'a>>,
    ) -> Self {
        let name = function.name.as_str();
        let is_alone = runs_alone(function)
            || is_lock_name(name)
            || handles_locks(cx, function)
            || is_of_one_use(cx, function)
            || called_under_locks(cx).contains(name);
        let is_step = is_step(function);
        Self { cx, function, pauses, is_alone, is_step }
    }

    /// Whether no second task can come between, or would be told. With `is_asked_for` the name of a step of an
    /// object's life does not say that only one task takes it.
    pub(super) fn keep_apart(
        &self,
        places: &FxHashMap<Place<'a>, Accesses<'a>>,
        place: &Place<'a>,
        race: &Race<'a>,
        is_asked_for: bool,
    ) -> bool {
        let cx = self.cx;
        let per_task = place.key.is_some_and(|key| matches!(key, "task" | "current_task" | "self"));
        self.is_alone
            || self.is_step && !is_asked_for
            || per_task
            || is_locked(cx, race)
            || is_guarded(cx, places, race, &self.pauses)
            || is_asked_again(cx, places, race)
            || is_in_endless_loop(cx, race.write.at)
    }

    /// Why several tasks are thought to reach a place; `None` if nothing says so.
    pub(super) fn evidence(&self, place: &Place<'a>) -> Option<String> {
        let cx = self.cx;
        let name = self.function.name.as_str();
        match place.root {
            Root::Global(_) => Some("it is a variable of the module, for all tasks".to_owned()),
            Root::Class(_) => Some("it belongs to the class, for all tasks".to_owned()),
            Root::Outer(..) => {
                is_spawned_often(cx, name).then(|| format!("`{name}` is started as several tasks"))
            }
            Root::Receiver(class) => {
                let qualname = &cx.semantic.scope(class).qualname;
                let summary = cx.world.summary(cx.file)?;
                let id = ClassId { file: cx.file, index: summary.class(qualname)? };
                let has_lock = |class: &ClassId| {
                    let mut symbols = cx.world.class(*class).attributes.values().flatten();
                    symbols.any(|symbol| LOCKS.contains(&symbol.as_str()))
                };
                if cx.world.lineage(id).0.iter().any(has_lock) {
                    return Some(format!("`{qualname}` has a lock for several tasks"));
                }
                if is_spawned_often(cx, name) {
                    return Some(format!("`{name}` is started as several tasks"));
                }
                let symbol = format!("{}.{qualname}()", cx.source.module);
                let is_single = summary.names.values().flatten().any(|value| *value == symbol);
                is_single.then(|| format!("the module has one `{qualname}` for all tasks"))
            }
        }
    }
}

/// Whether a function or method of this name is started as a task in a loop or comprehension, or several times by
/// one `gather`.
fn is_spawned_often(cx: &Context<'_>, name: &str) -> bool {
    const STARTS: &[&str] =
        &["create_task", "ensure_future", "gather", "gather_bounded", "start_soon", "wait"];
    cx.calls().any(|call| {
        if last_name(call.func()) != Some(name) {
            return false;
        }
        let (mut is_many, mut is_task) = (false, false);
        for around in cx.ancestors(call.expr) {
            match around {
                AnyNodeRef::ExprCall(outer) => {
                    let starter = last_name(&outer.func);
                    is_task |= starter.is_some_and(|name| STARTS.contains(&name));
                    is_many |= starter == Some("gather") && outer.arguments.args.len() > 1;
                }
                AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprGenerator(_) | AnyNodeRef::ExprSetComp(_) => {
                    is_many = true;
                }
                AnyNodeRef::StmtFor(each) => is_many |= !each.is_async,
                AnyNodeRef::StmtFunctionDef(_) => break,
                _ => {}
            }
        }
        is_many && is_task
    })
}

/// Whether what is written comes from something that was awaited after the read.
pub(super) fn is_loaded<'a>(cx: &Context<'a>, function: &'a ast::StmtFunctionDef, race: &Race<'a>) -> bool {
    let mut loaded: FxHashSet<&str> = FxHashSet::default();
    let is_from = |value: &Expr, loaded: &FxHashSet<&str>| {
        value.is_await_expr()
            || cx.inside(value).any(|node| match node.ast {
                AnyNodeRef::ExprAwait(_) => true,
                AnyNodeRef::ExprName(name) => loaded.contains(name.id.as_str()),
                _ => false,
            })
            || value.as_name_expr().is_some_and(|name| loaded.contains(name.id.as_str()))
    };
    let write = race.write.at.range();
    for node in cx.inside(function) {
        let (targets, value): (&[Expr], &Expr) = match node.ast {
            AnyNodeRef::StmtAssign(s) => (&s.targets, &s.value),
            AnyNodeRef::StmtAnnAssign(s) => match &s.value {
                Some(value) => (std::slice::from_ref(&*s.target), value),
                None => continue,
            },
            AnyNodeRef::StmtFor(s) => (std::slice::from_ref(&*s.target), &*s.iter),
            AnyNodeRef::ExprNamed(s) => (std::slice::from_ref(&*s.target), &*s.value),
            AnyNodeRef::WithItem(item) => {
                if item.start() > race.read.at.end() {
                    collect(item.optional_vars.as_deref(), &mut loaded);
                }
                continue;
            }
            AnyNodeRef::ExprCall(call) if race.write.at.range() == call.range() => {
                return call.arguments.args.iter().any(|argument| is_from(argument, &loaded));
            }
            _ => continue,
        };
        if targets.iter().any(|target| target.range() == write) {
            return is_from(value, &loaded);
        }
        if value.start() >= race.read.at.start() && is_from(value, &loaded) {
            targets.iter().for_each(|target| collect(Some(target), &mut loaded));
        }
    }
    false
}

fn collect<'a>(target: Option<&'a Expr>, names: &mut FxHashSet<&'a str>) {
    match target {
        Some(Expr::Name(name)) => {
            names.insert(name.id.as_str());
        }
        Some(Expr::Tuple(tuple)) => tuple.elts.iter().for_each(|item| collect(Some(item), names)),
        Some(Expr::Starred(starred)) => collect(Some(&starred.value), names),
        _ => {}
    }
}

/// Whether a function gives what it checks and writes: one that others call whenever they need it.
pub(super) fn is_getter<'a>(cx: &Context<'a>, function: &'a ast::StmtFunctionDef, race: &Race<'a>) -> bool {
    let written = cx.text(race.write.whole);
    let value = match cx.statement(&race.write.at) {
        Some(AnyNodeRef::StmtAssign(statement)) => {
            statement.value.as_name_expr().map(|name| name.id.as_str())
        }
        _ => None,
    };
    cx.inside(function).any(|node| {
        let AnyNodeRef::StmtReturn(ast::StmtReturn { value: Some(returned), .. }) = node.ast else {
            return false;
        };
        cx.text(&**returned) == written
            || value.is_some() && returned.as_name_expr().map(|name| name.id.as_str()) == value
    })
}

/// The value that a statement writes to the place.
pub(super) fn written_value<'a>(cx: &Context<'a>, race: &Race<'a>) -> Option<&'a Expr> {
    match cx.statement(&race.write.at)? {
        AnyNodeRef::StmtAssign(statement) => Some(&statement.value),
        AnyNodeRef::StmtAnnAssign(statement) => statement.value.as_deref(),
        AnyNodeRef::StmtAugAssign(statement) => Some(&statement.value),
        _ => None,
    }
}
