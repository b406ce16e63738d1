//! A service that is asked for one item after the other where it takes many at once.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::apis;
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::project::following::reaches;
use crate::engine::project::marks::Lead;
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::semantic::BindingKind;
use crate::unbounded_gather::size::size;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "unbatched-api-calls",
    summary: "ask a service for many items in one call where it takes them",
    rationale: "\
A loop that asks a model or a service for one item at a time pays the way there and back, and often the price and the
rate limit, once for each. Embeddings and moderation take lists: a hundred texts are one request. So do functions of the
project that have a sibling for many, `analyze` and `analyze_batch`.

How to put the items together, and how many are too many for one call, only the program's author knows: the finding says
what takes many, and changes nothing. A loop over batches, and the sibling itself, are left alone.",
    applicability: Applicability::Suggested,
    enabled: Enabled::Pedantic,
    aliases: &[],
    leads: &[Lead::Await, Lead::Coroutine],
    examples: r#"
# embeddings and moderation
! reported `input` takes a list
 import openai

 client = openai.AsyncOpenAI()


 async def embed(texts):
     vectors = []
     for text in texts:
         response = await client.embeddings.create(model="small", input=text)
         vectors.append(response.data[0].embedding)
     return vectors, [await client.moderations.create(input=text) for text in texts]
# a sibling in the project
! reported `analyze_batch`
@ app/service.py
 class Service:
     async def analyze(self, text):
         return await self.post("/one", text)

     async def analyze_batch(self, texts):
         return await self.post("/many", texts)

     async def post(self, path, body):
         return path, body
@ app/main.py
 from app.service import Service


 async def analyze_all(texts):
     service = Service()
     results = []
     for text in texts:
         results.append(await service.analyze(text.strip()))
     return results
@ app/__init__.py
# all at once is one call for each as well
! reported `batch_score`
 import asyncio


 async def score(item):
     return item


 async def batch_score(items):
     return list(items)


 async def score_all(items):
     return await asyncio.gather(*[score(item) for item in items])
# a few items, items that come in time, and a store that is no service
 import openai

 client = openai.AsyncOpenAI()


 async def insert(row):
     return row


 async def insert_batch(rows):
     return list(rows)


 async def embed(feed, rows):
     for text in ["a", "b"]:
         await client.embeddings.create(model="small", input=text)
     async for text in feed:
         await client.embeddings.create(model="small", input=text)
     for row in rows:
         await insert(row)
# batches, other arguments, and the sibling itself
 import openai

 client = openai.AsyncOpenAI()


 async def analyze(text):
     return text


 async def analyze_batch(texts):
     return [await analyze(text) for text in texts]


 async def embed(texts, text):
     for batch in texts:
         await client.embeddings.create(model="small", input=batch)
     for start in range(0, len(texts), 100):
         await client.embeddings.create(model="small", input=texts[start:start + 100])
     for attempt in range(3):
         await client.embeddings.create(model="small", input=text)
     for text in texts:
         await client.chat.completions.create(model="gpt", messages=[text])
         await analyze(text)
     return await client.embeddings.create(model="small", input=texts)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    for call in cx.calls().filter(|call| cx.runs(call.expr) != Runs::Elsewhere) {
        let Some(around) = loop_around(cx, &call) else { continue };
        if !takes_one_item(cx, &call, &around) {
            continue;
        }
        let Some(advice) = advice(cx, &call, fixes.is_probe()) else { continue };
        let name = cx.text(call.func());
        let name = name.rsplit('.').next().unwrap_or(name);
        let message = format!("`{name}` is called for one item after the other: {advice}");
        fixes.at(call, message).because("how to put the items together the program has to say").report();
    }
}

/// A loop or comprehension: what is given a new item each time, and where from.
struct Loop<'a> {
    range: TextRange,
    targets: Vec<&'a Expr>,
}

/// So few items are not worth a batch.
const FEW: u64 = 10;

/// The innermost loop or comprehension of the function that runs the call again and again; `None` for one over a few
/// items, and for one that waits for each of them to come.
fn loop_around<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Option<Loop<'a>> {
    let around = cx.ancestors(call.expr);
    let mut around =
        around.take_while(|node| !matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)));
    let is_long = |iter: &Expr| !size(cx, iter).is_fine(FEW);
    around.find_map(|node| match node {
        AnyNodeRef::StmtFor(each) if each.iter.end() <= call.start() => {
            let targets =
                if !each.is_async && is_long(&each.iter) { vec![&*each.target] } else { Vec::new() };
            Some(Loop { range: each.range(), targets })
        }
        AnyNodeRef::ExprListComp(ast::ExprListComp { generators, .. })
        | AnyNodeRef::ExprSetComp(ast::ExprSetComp { generators, .. })
        | AnyNodeRef::ExprGenerator(ast::ExprGenerator { generators, .. }) => {
            let long = generators.iter().filter(|part| !part.is_async && is_long(&part.iter));
            Some(Loop { range: node.range(), targets: long.map(|part| &part.target).collect() })
        }
        _ => None,
    })
}

/// What takes many of what this call takes one of. In a probe, whatever other files may say more of does.
fn advice(cx: &Context<'_>, call: &Call<'_, '_>, is_probe: bool) -> Option<String> {
    call.symbol()?;
    match cx.meaning(call.func()) {
        Meaning::External(symbol) if is_probe && !symbol.starts_with("builtins.") => Some(symbol),
        Meaning::External(symbol) => apis::batch(&symbol).map(str::to_owned),
        Meaning::Function(id) if cx.world.function(id).is_async => {
            let sibling = sibling(cx, id)?;
            let is_inside = cx.enclosing_function(call.expr).is_some_and(|f| f.name.as_str() == sibling);
            (!is_inside).then(|| format!("`{sibling}` takes many"))
        }
        _ => None,
    }
}

/// What functions that ask a model are called after, whatever client they use.
const MODEL_WORDS: &[&str] = &[
    "analyze",
    "classify",
    "complete",
    "embed",
    "encode",
    "generate",
    "moderate",
    "predict",
    "rerank",
    "score",
    "summarize",
    "translate",
];

/// The function beside this one that does the same for many, where it asks a service.
fn sibling(cx: &Context<'_>, id: FunctionId) -> Option<String> {
    let function = cx.world.function(id);
    let summary = cx.world.summary(id.file)?;
    let (owner, name) = match function.qualname.rsplit_once('.') {
        Some((owner, name)) => (format!("{owner}."), name),
        None => (String::new(), function.qualname.as_str()),
    };
    let asks = MODEL_WORDS.iter().any(|word| name.contains(word))
        || reaches(&cx.world, id, |symbol| apis::remote(symbol).is_some());
    if !asks {
        return None;
    }
    let names = [format!("{name}_batch"), format!("batch_{name}")];
    let own = cx.world.function_name(id);
    names.into_iter().find(|sibling| {
        let index = summary.function(&format!("{owner}{sibling}"));
        // One that calls this for each of its items saves nothing.
        index.is_some_and(|index| {
            let sibling = FunctionId { file: id.file, index };
            let calls_it = cx.world.function(sibling).calls.iter().any(|call| {
                matches!(cx.world.meaning(&call.symbol, id.file), Meaning::Function(callee) if callee == id)
            });
            !calls_it && !reaches(&cx.world, sibling, |symbol| symbol == own)
        })
    })
}

/// Whether an argument is an item of the loop, or made of one, and not a batch of them.
fn takes_one_item(cx: &Context<'_>, call: &Call<'_, '_>, around: &Loop<'_>) -> bool {
    const MANY: &[&str] = &["batch", "batches", "chunk", "chunks", "group", "page", "window"];
    let mut takes = false;
    for node in cx.inside(&call.expr.arguments) {
        match node.ast {
            AnyNodeRef::ExprSlice(_) => return false,
            AnyNodeRef::ExprName(name) => {
                let text = name.id.as_str();
                if text.to_ascii_lowercase().split('_').any(|word| MANY.contains(&word)) {
                    return false;
                }
                takes |= is_item(cx, name, around);
            }
            _ => {}
        }
    }
    takes
}

/// Whether a name is a target of the loop, or is given a value made of one in it.
fn is_item(cx: &Context<'_>, name: &ast::ExprName, around: &Loop<'_>) -> bool {
    let is_target = |name: &ast::ExprName| {
        cx.binding_read(name).is_some_and(|binding| {
            let at = cx.semantic.node(binding.node).ast.range();
            around.targets.iter().any(|target| target.range().contains_range(at))
        })
    };
    let Some(binding) = cx.binding_read(name) else { return false };
    let is_inside = around.range.contains_range(cx.semantic.node(binding.node).ast.range());
    is_target(name)
        || is_inside
            && match binding.kind {
                BindingKind::Assignment { value, .. } => cx
                    .inside(value)
                    .any(|node| matches!(node.ast, AnyNodeRef::ExprName(read) if is_target(read))),
                _ => false,
            }
}
