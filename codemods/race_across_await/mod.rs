//! Shared state that is read, and written after an `await` from what was read.

mod examples;
mod interleave;
mod loaded;
mod places;
mod remedy;
mod shared;

use std::cell::Cell;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Operator};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::Fixes;
use crate::engine::flow::Flow;
use crate::engine::semantic::ScopeId;
use interleave::{Asks, Kind, Race, Search, asks_how_much, counts};
use places::{Accesses, Place, Root};
use shared::Guards;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "race-across-await",
    summary: "hold a lock from reading shared state to writing it back where an `await` stands between",
    rationale: "\
Between two `await`s a task has the event loop for itself: `counter += 1` cannot be torn apart, whatever is said of
threads. An `await` gives the loop away, and what was read before it may be out of date when it is written back:

```python
total = 0

async def add(source):
    global total
    total += await source.count()   # line 5
```

Task A reads `total` (0) at line 5 and suspends there for its count; task B reads the same 0 and suspends; A goes on and
writes 0 + 3, B goes on and writes 0 + 4: the total is 4. The same happens with a check:

```python
async def get(key):
    if key not in cache:                  # line 2
        cache[key] = await load(key)      # line 3
    return cache[key]
```

Task A finds the key missing at line 2 and suspends at line 3; task B comes by, finds it missing too and loads it once
more. Of two connections opened so one is never closed; of two tokens fetched so one may be void.

The remedy is an `asyncio.Lock` held from the read to the write, in every function that writes: `async with lock:` around
both lines. Often it is enough to await first (`count = await source.count(); total += count`), or to keep the task that
loads in the cache and let everybody await that.

Found are module variables, attributes of `self` and their elements. It is reported by default where several tasks are seen
to reach them: the state belongs to the module or class, the class has a lock, the function is started as several tasks;
and of what is loaded twice, only what its name or the call that makes it show to be one of a kind: a connection, a
client, a session, a task, a token. A text or number that is read twice is as good as if it were read once. With
`--select race-across-await` these are included, and objects that may well belong to one task each. Silent are: both
sides under one lock, a second look after the `await`, a flag or task set before it, constructors and other functions that run once, a
background task's own loop, and what is awaited without ever waiting.",
    applicability: Applicability::Suggested,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: examples::EXAMPLES,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for (function, scope) in candidates(cx) {
        let places = places::of_function(cx, function, scope);
        let is_rewritten = |(_, accesses): &(&Place<'_>, &Accesses<'_>)| {
            !accesses.writes.is_empty() && !accesses.reads.is_empty()
        };
        let mut rewritten: Vec<_> = places.iter().filter(is_rewritten).collect();
        if rewritten.is_empty() {
            continue;
        }
        let Some(flow) = Flow::new(cx.semantic, function) else { continue };
        let pauses = interleave::pauses(cx, &flow);
        if !pauses.contains(&true) {
            continue;
        }
        rewritten.sort_by_key(|(_, accesses)| accesses.writes[0].whole.start());
        let budget = Cell::new(interleave::MAX_SEARCHES);
        let search = |accesses| Search::new(cx, &flow, &pauses, scope, accesses, &budget).race();
        let races: Vec<_> =
            rewritten.into_iter().filter_map(|(place, accesses)| Some((place, search(accesses)?))).collect();
        if races.is_empty() {
            continue;
        }
        let points = flow.points.iter().zip(&pauses);
        let pause_nodes = points.filter(|(_, pauses)| **pauses).map(|(point, _)| point.node).collect();
        let guards = Guards::new(cx, function, pause_nodes);
        for (place, race) in races {
            report(cx, fixes, function, &places, &guards, place, &race);
        }
    }
}

/// Says what was found, if it is certain enough.
fn report<'a>(
    cx: &Context<'a>,
    fixes: &mut Fixes<'_>,
    function: &'a ast::StmtFunctionDef,
    places: &FxHashMap<Place<'a>, Accesses<'a>>,
    guards: &Guards<'_, 'a>,
    place: &Place<'a>,
    race: &Race<'a>,
) {
    let Some(harm) = harm(cx, function, race) else { return };
    // `async def connect(self): … return self._connection` may be asked for whenever one is needed.
    let is_asked_for = fixes.is_pedantic() && matches!(harm, Harm::Loaded { is_given: true, .. });
    if guards.keep_apart(places, place, race, is_asked_for) {
        return;
    }
    let evidence = guards.evidence(place);
    let is_common = matches!(place.root, Root::Global(_) | Root::Class(_));
    let is_default = match harm {
        Harm::Lost { at_once } => evidence.is_some() || at_once && matches!(place.root, Root::Receiver(_)),
        Harm::Loaded { is_given, is_single } => is_single && (is_common || is_given && evidence.is_some()),
        Harm::Spent => evidence.is_some(),
        // Each task may well have an item of its own.
        Harm::Done => false,
    };
    let is_plausible = match harm {
        Harm::Lost { .. } | Harm::Spent => true,
        Harm::Loaded { is_given, .. } => is_given || place.key.is_some(),
        Harm::Done => evidence.is_some(),
    };
    // A variable of the function around is shared only if that is seen.
    let is_seen = evidence.is_some() || !matches!(place.root, Root::Outer(..));
    let is_wanted = is_default && !is_test(cx) || fixes.is_pedantic() && is_plausible && is_seen;
    if !is_wanted {
        return;
    }
    let row = |at: AnyNodeRef<'_>| cx.source.row(at.start());
    let (read, pause, write) = (row(race.read.at), row(race.pause), row(race.write.at));
    let name = match race.write.at {
        AnyNodeRef::ExprCall(call) => match (&*call.func, &*call.arguments.args) {
            (Expr::Attribute(method), [item, ..]) => {
                format!("{}` of `{}", cx.text(item), cx.text(&*method.value))
            }
            _ => cx.text(race.write.whole).to_owned(),
        },
        _ => cx.text(race.write.whole).split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let message = match harm {
        Harm::Lost { .. } => {
            format!(
                "`{name}` is read at line {read} and written from that at line {write}, across an `await`"
            )
        }
        Harm::Spent => {
            format!("`{name}` is checked at line {read} and changed at line {write}, with an `await` between")
        }
        Harm::Loaded { .. } | Harm::Done => {
            format!("`{name}` is checked at line {read} and set at line {write}, with an `await` between")
        }
    };
    let outcome = match harm {
        Harm::Lost { .. } => {
            format!("each writes what it made of the old value at line {write}, and one change is lost")
        }
        Harm::Loaded { .. } => format!("both load it, and the second replaces it at line {write}"),
        Harm::Spent => format!("both change it at line {write}, where there was enough for one"),
        Harm::Done => format!("both do it, and set it at line {write}"),
    };
    let verb = match harm {
        Harm::Lost { .. } => "reads it",
        Harm::Spent => "finds enough",
        Harm::Loaded { .. } | Harm::Done => "finds it missing",
    };
    let why = evidence.map_or(String::new(), |evidence| format!(" ({evidence})"));
    let schedule = format!(
        "task A {verb} at line {read} and suspends at line {pause}; task B {verb} too; {outcome}{why}"
    );
    remedy::suggest(cx, fixes, place, race, message, schedule);
}

/// Whether the file is one of tests, which run one after another.
fn is_test(cx: &Context<'_>) -> bool {
    cx.source
        .module
        .split('.')
        .any(|part| matches!(part, "test" | "tests" | "conftest") || part.starts_with("test_"))
}

/// What two tasks do to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    /// A change is lost. `at_once`: one statement reads, awaits and writes.
    Lost { at_once: bool },
    /// Something is loaded twice. `is_given`: the function returns it. `is_single`: there is to be one of it, and not
    /// one value as good as the other.
    Loaded { is_given: bool, is_single: bool },
    /// What there is enough of for one is taken by both.
    Spent,
    /// Something that is to be done once is done twice.
    Done,
}

/// What a race does; `None` for one that does nothing that matters.
fn harm<'a>(cx: &Context<'a>, function: &'a ast::StmtFunctionDef, race: &Race<'a>) -> Option<Harm> {
    let value = shared::written_value(cx, race);
    if race.kind == Kind::Update {
        let statement = cx.statement(&race.write.at)?;
        // A list that grows in place is the same list for all.
        let grows = matches!(statement, AnyNodeRef::StmtAugAssign(update) if match update.op {
            Operator::BitOr | Operator::BitAnd | Operator::BitXor => true,
            _ => remedy::is_mutable(cx, race.write.at),
        });
        // What is handed on with the call belongs to one task.
        let is_handed_on = value.is_some_and(|value| {
            let target = cx.text(race.write.whole);
            cx.inside(value).any(|node| {
                matches!(node.ast, AnyNodeRef::ExprCall(call) if call.arguments.args.iter().any(|a| cx.text(a) == target))
            })
        });
        let at_once = statement.range().contains_range(race.read.at.range());
        return (!(grows || at_once && is_handed_on)).then_some(Harm::Lost { at_once });
    }
    if race.asks != Asks::Absence {
        let is_counted = cx.statement(&race.write.at).and_then(|update| counts(cx, update)).is_some();
        return (is_counted && asks_how_much(cx, race.read.at)).then_some(Harm::Spent);
    }
    match value {
        Some(Expr::BooleanLiteral(value)) => value.value.then_some(Harm::Done),
        _ if shared::is_loaded(cx, function, race) => {
            let is_given = shared::is_getter(cx, function, race);
            Some(Harm::Loaded { is_given, is_single: loaded::is_single(cx, race, value) })
        }
        // `seen.add(url)`
        None if matches!(race.write.at, AnyNodeRef::ExprCall(_)) => Some(Harm::Done),
        _ => None,
    }
}

/// The coroutine functions that write something shared and await something.
fn candidates<'a>(cx: &Context<'a>) -> Vec<(&'a ast::StmtFunctionDef, ScopeId)> {
    let semantic = cx.semantic;
    let awaiting: FxHashSet<ScopeId> = [&semantic.awaits, &semantic.loops, &semantic.withs]
        .into_iter()
        .flatten()
        .map(|id| semantic.node(*id))
        .filter(|node| match node.ast {
            AnyNodeRef::StmtFor(each) => each.is_async,
            AnyNodeRef::StmtWith(with) => with.is_async,
            node => node.is_expr_await(),
        })
        .map(|node| semantic.frame(node.scope))
        .collect();
    if awaiting.is_empty() {
        return Vec::new();
    }
    let mut writing: FxHashSet<ScopeId> = FxHashSet::default();
    let adds = |call: &&ast::ExprCall| {
        call.func.as_attribute_expr().is_some_and(|method| method.attr.as_str() == "add")
    };
    let adding = semantic.calls.iter().map(|(_, call)| *call).filter(adds);
    writing.extend(adding.map(|call| semantic.frame(semantic.scope_of(call))));
    writing.extend(semantic.each(&semantic.stores).map(|node| semantic.frame(node.scope)));
    writing.extend(semantic.bindings.iter().filter_map(|binding| {
        let frame = semantic.frame(semantic.node(binding.node).scope);
        semantic.scope(frame).declares_outer(binding.name).then_some(frame)
    }));
    let is_candidate = |scope: &ScopeId| writing.contains(scope) && awaiting.contains(scope);
    let functions = semantic.functions.iter();
    functions.filter(|(function, scope)| function.is_async && is_candidate(scope)).copied().collect()
}
