//! Clients on the event loop whose library has an asynchronous twin.

use crate::engine::apis::Kind;
use crate::engine::blocked::{blocked, gone_over, read_properties, says};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::Fixes;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "sync-client",
    summary: "keep clients that have an asynchronous twin from blocking the event loop",
    rationale: "\
`openai.OpenAI`, `redis.Redis`, `pymongo.MongoClient`, a SQLAlchemy `Session` and many others wait for their server in
the thread that calls them, on the event loop with everybody else. Their libraries have a twin that is awaited:
`AsyncOpenAI`, `redis.asyncio.Redis`, `AsyncMongoClient`, `AsyncSession`. The twin is the better answer where all uses of
a client are in coroutines; the finding names it.

The fix keeps the client and runs the call in a thread, whatever else uses the client. It is not safe: a thread cannot
be cancelled, and other tasks run while it works. Sessions that must not be used by several threads are reported.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    examples: r#"
# a model is asked in a thread
! unsafe use `openai.AsyncOpenAI`
 import asyncio
 from openai import OpenAI

 client = OpenAI()


 async def answer(question):
-    reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
+    reply = await asyncio.to_thread(client.chat.completions.create, model="m", messages=[{"role": "user", "content": question}])
     return reply.choices[0].message.content
# a client kept by an object
! unsafe use `redis.asyncio.Redis`
 import asyncio
 import redis


 class Cache:
     def __init__(self, url):
         self.redis = redis.Redis.from_url(url)

     async def get(self, key):
-        return self.redis.get(key)
+        return await asyncio.to_thread(self.redis.get, key)
# documents of a cursor are reported
! reported AsyncMongoClient
 import pymongo


 async def names(users: pymongo.collection.Collection):
     return [user["name"] for user in users.find({})]
# a session is reported
! reported sqlalchemy.ext.asyncio
 from sqlalchemy.orm import Session


 async def rename(session: Session, user, name):
     user.name = name
     session.commit()
# in trio code it is trio's thread
! unsafe
 import trio
 from anthropic import Anthropic


 async def count(client: Anthropic, messages):
-    return client.messages.count_tokens(messages)
+    return await trio.to_thread.run_sync(client.messages.count_tokens, messages)


 trio.run(count, None, None)
# the twin itself
 import redis.asyncio as redis
 from openai import AsyncOpenAI

 client = AsyncOpenAI()
 cache = redis.Redis()


 async def answer(messages):
     await cache.get("x")
     return await client.chat.completions.create(model="m", messages=messages)
# making a client, or what asks later, takes no time
 import redis


 async def connect():
     client = redis.Redis()
     return client.pipeline(), client.pubsub(), client.lock("x")
# a plain function may wait
 import redis


 def get(key):
     return redis.Redis().get(key)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    for found in blocked(cx, Kind::SyncClient, pedantic) {
        found.into_thread(fixes);
    }
    for (iter, _, verdict) in gone_over(cx, Kind::SyncClient, pedantic) {
        let reason = format!("each step may ask the server; use {}", verdict.advice);
        fixes.at(iter, says("going over this", &verdict)).because(reason).report();
    }
    for (attribute, name, verdict) in read_properties(cx, Kind::SyncClient, pedantic) {
        let reason = format!("reading it asks the server; use {}", verdict.advice);
        fixes.at(attribute, says(&name, &verdict)).because(reason).report();
    }
}
