//! Clients on the event loop whose library has an asynchronous twin.

mod anthropic;
mod elasticsearch;
mod openai;
mod others;
mod psycopg;
mod pymongo;
mod redis;

use crate::engine::apis::Kind;
use crate::engine::apis::twins::{Library, describe};
use crate::engine::blocked::{blocked, display_name, entered, gone_over, read_properties, says};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::{Fixes, Found};
use crate::engine::project::plans::SharedPart;
use crate::engine::twin::{Plan, plans};
use ruff_text_size::{Ranged, TextRange};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "sync-client",
    summary: "use the asynchronous twin of a client on the event loop",
    rationale: "\
`openai.OpenAI`, `redis.Redis`, `pymongo.MongoClient`, a SQLAlchemy `Session` and many others wait for their server in
the thread that calls them, on the event loop with everybody else. Their libraries have a twin that is awaited:
`AsyncOpenAI`, `redis.asyncio.Redis`, `AsyncMongoClient`, `AsyncSession`.

Clients of OpenAI, Anthropic, Groq, Cohere, Ollama, Tavily, redis, pymongo, psycopg 3, Elasticsearch and Qdrant become
their twins: where they are made, imported and annotated, `with` and `for` around them, the calls that are awaited and
those that are not, pages, streams, cursors and pipelines, and how they are closed. That is done for all uses of a
client or for none: they must be known of the twin, and on the event loop where they wait. A client that a module keeps
under a name, or that the objects of a class keep in an attribute, becomes its twin at once in all files that use it or
are handed it, if all that may be it is seen; other objects must stay in one file.
It is not safe: other tasks run while the call is awaited, and a client that is kept belongs to the event loop that uses
it first.

Else the client stays and the call runs in a thread, with the reason. That is not safe either: a thread cannot be
cancelled. Sessions that must not be used by several threads are reported.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: concat!(
        include_str!("examples/clients.txt"),
        include_str!("examples/libraries.txt"),
        include_str!("examples/across_files.txt"),
        include_str!("examples/refused.txt"),
    ),
    run,
};

/// The libraries whose clients become their twins.
pub(crate) const LIBRARIES: &[&Library] = &[
    &openai::OPENAI,
    &anthropic::ANTHROPIC,
    &redis::REDIS,
    &pymongo::PYMONGO,
    &psycopg::PSYCOPG,
    &elasticsearch::ELASTICSEARCH,
    &others::OTHERS,
];

/// The tables as text.
pub(crate) fn table() -> String {
    describe(LIBRARIES)
}

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    let calls = blocked(cx, Kind::SyncClient, pedantic);
    let loops = gone_over(cx, Kind::SyncClient, pedantic);
    let properties = read_properties(cx, Kind::SyncClient, pedantic);
    let blocks = entered(cx, Kind::SyncClient, pedantic);
    let shared: Vec<&SharedPart> = cx.project.shared_parts(cx.file, cx.source.text, CODEMOD.name).collect();
    shared.iter().for_each(|part| part.report(fixes));
    let is_shared = |range: TextRange| shared.iter().any(|part| part.mends(range));
    if calls.is_empty() && loops.is_empty() && properties.is_empty() && blocks.is_empty() {
        return;
    }
    let plans =
        if fixes.is_probe() { Vec::new() } else { plans(cx, LIBRARIES, (CODEMOD.name, CODEMOD.aliases)) };
    for found in calls.into_iter().filter(|found| !is_shared(found.call.range())) {
        let plan = plans.iter().find(|plan| plan.covers(found.call.whole));
        match plan.map(|plan| (plan, plan.refusal())) {
            Some((plan, None)) => become_twin(found.found(fixes), plan),
            Some((_, Some(why))) => found.into_thread_since(fixes, Some(why)),
            None => found.into_thread(fixes),
        }
    }
    let steps = loops.into_iter().map(|(iter, _, verdict)| {
        (iter, says("going over this", &verdict), "each step may ask the server", verdict.advice)
    });
    let doors = blocks.into_iter().map(|(context, verdict)| {
        let symbol = cx.symbol(context).map(|symbol| display_name(&format!("{symbol}.__enter__")));
        (context, says(&symbol.unwrap_or_default(), &verdict), "it waits for the server", verdict.advice)
    });
    for (at, message, what, twin) in steps.chain(doors).filter(|(at, ..)| !is_shared(at.range())) {
        let found = fixes.at(at, message);
        match plans.iter().find(|plan| plan.covers(at)).map(|plan| (plan, plan.refusal())) {
            Some((plan, None)) => become_twin(found, plan),
            Some((_, Some(why))) => found.because(format!("{what}; {twin} is no way here: {why}")).report(),
            None => found.because(format!("{what}; use {twin}")).report(),
        }
    }
    for (attribute, name, verdict) in properties {
        let reason = format!("reading it asks the server; use {}", verdict.advice);
        fixes.at(attribute, says(&name, &verdict)).because(reason).report();
    }
}

fn become_twin(found: Found<'_, '_>, plan: &Plan<'_, '_>) {
    found.because(plan.doubt()).unsafe_fix(format!("use `{}`", plan.twin()), |fix| plan.write(fix));
}
