//! Everything else that blocks the event loop.

use crate::engine::apis::Kind;
use crate::engine::blocked::{
    GENERATOR_REASON, THREAD_REASON, blocked, consumed, display_name, gone_over, read_properties, says,
};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::Fixes;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-call",
    summary: "run what blocks and has no asynchronous twin in a thread",
    rationale: "\
Clients of cloud providers, brokers, mail servers, browsers and many other services only know how to wait. On the event
loop every other task waits with them. asyncfix has a table of such functions and methods; `blocking-calls` in the
configuration adds to it, `not-blocking` takes out of it.

The call moves into a thread as it is. That is not safe: a thread cannot be cancelled, other tasks run while it works,
and some clients must not be used by two threads at a time.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &["ASYNC210"],
    leads: &[],
    examples: r#"
# a client without an asynchronous twin
! unsafe
 import asyncio
 import boto3

 s3 = boto3.client("s3")


 async def upload(path, bucket):
-    s3.upload_file(path, bucket, path)
+    await asyncio.to_thread(s3.upload_file, path, bucket, path)
# the standard library's
! unsafe
 import asyncio
 import smtplib
 from urllib.request import urlopen


 async def notify(url, message):
-    body = urlopen(url).read()
+    body = await asyncio.to_thread(lambda: urlopen(url).read())
-    with smtplib.SMTP("localhost") as server:
-        server.send_message(message)
+    with await asyncio.to_thread(smtplib.SMTP, "localhost") as server:
+        await asyncio.to_thread(server.send_message, message)
     return body
# a response is read where it is taken apart
! unsafe
+import asyncio
 import json
 import urllib.request


 async def load(url):
-    with urllib.request.urlopen(url, timeout=5) as response:
-        return json.load(response)
+    with await asyncio.to_thread(urllib.request.urlopen, url, timeout=5) as response:
+        return await asyncio.to_thread(json.load, response)


 async def names(url):
-    return json.load(urllib.request.urlopen(url))["names"]
+    return (await asyncio.to_thread(lambda: json.load(urllib.request.urlopen(url))))["names"]
# what the configuration names
! unsafe
! blocking-call legacy.* = `modern.load`
 import asyncio
 import legacy


 async def load(key):
-    return legacy.load(key)
+    return await asyncio.to_thread(legacy.load, key)
# what the configuration names of the project itself
! unsafe
! blocking-call *.Store.load = the cache
 import asyncio


 class Store:
     def load(self, key):
         return key


 async def load(store: Store, key):
-    return store.load(key)
+    return await asyncio.to_thread(store.load, key)
# what the configuration takes out
! not-blocking boto3.client.upload_file
 import boto3


 async def upload(path, bucket):
     boto3.client("s3").upload_file(path, bucket, path)
# called before it is handed to a thread
! unsafe is called here
 import asyncio
 import boto3
 from threading import Thread

 s3 = boto3.client("s3")


 async def upload(path, bucket):
-    await asyncio.to_thread(s3.upload_file(path, bucket, path))
+    await asyncio.to_thread(lambda: s3.upload_file(path, bucket, path))
-    Thread(target=s3.upload_file(path, bucket, path)).start()
+    Thread(target=lambda: s3.upload_file(path, bucket, path)).start()
# called before it is handed to a process
! reported is called here
 import boto3
 from concurrent.futures import ProcessPoolExecutor


 async def upload(pool: ProcessPoolExecutor, path, bucket):
     pool.submit(boto3.client("s3").upload_file(path, bucket, path))
# handed to the project's own threads
! unsafe is called here
! thread-offloader tools.in_thread
 import boto3
 import tools

 s3 = boto3.client("s3")


 async def upload(path, bucket):
-    await tools.in_thread(s3.upload_file(path, bucket, path))
+    await tools.in_thread(lambda: s3.upload_file(path, bucket, path))
# a property that asks a server is reported
! reported property
 from selenium import webdriver


 async def title(driver: webdriver.Chrome):
     return driver.title
# in trio code it is trio's thread
! unsafe
 import smtplib
 import trio


 async def notify(server: smtplib.SMTP, message):
-    server.send_message(message)
+    await trio.to_thread.run_sync(server.send_message, message)


 trio.run(notify, None, None)
# in a generator expression
! reported generator expression
 import boto3

 s3 = boto3.client("s3")


 async def heads(keys):
     return any(s3.head_object(Bucket="b", Key=key) for key in keys)
# making a client, or an object that asks later, takes no time
 import boto3


 async def pages(bucket):
     s3 = boto3.client("s3")
     return s3.get_paginator("list_objects_v2"), s3.generate_presigned_url("get_object")
# a class may make coroutine functions of what it inherits
 import asyncio
 import xmlrpc.client


 class Proxy(xmlrpc.client.ServerProxy):
     pass


 async def version(url):
     proxy = Proxy(url)
     return await asyncio.wait_for(proxy.getVersion(), timeout=5)
# a feed is asked for, or there already
! unsafe
 import asyncio
 import feedparser


 async def news(feed_url, response):
-    return feedparser.parse(feed_url), feedparser.parse(response.text)
+    return await asyncio.to_thread(feedparser.parse, feed_url), feedparser.parse(response.text)
# the content of a `data:` URL is there
 from urllib.request import urlopen


 async def parse_data_url(url, stream):
     with urlopen(url) as content:
         stream.write(content.read())
# a lock that is not waited for
 import fcntl


 async def lock(file, shared):
     mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
     fcntl.flock(file, mode | fcntl.LOCK_NB)
     fcntl.flock(file, fcntl.LOCK_UN)
# a machine that is reached over SSH
! unsafe
 import asyncio
 import paramiko


 async def uptime(host):
     client = paramiko.SSHClient()
-    client.connect(host)
-    _, output, _ = client.exec_command("uptime")
+    await asyncio.to_thread(client.connect, host)
+    _, output, _ = await asyncio.to_thread(client.exec_command, "uptime")
     return output
# something else of the same name
 async def send(server, s3):
     server.send_message("x")
     await s3.upload_file("x")
# a plain function may wait
 import boto3


 def upload(path):
     boto3.client("s3").upload_file(path, "b", path)
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    for found in blocked(cx, Kind::Call, pedantic) {
        let says =
            |word: &str| found.call.expr.arguments.args.iter().any(|value| cx.text(value).contains(word));
        let waits = match found.call.symbol().as_deref() {
            Some("fcntl.flock" | "fcntl.lockf") => !says("LOCK_NB") && !says("LOCK_UN"),
            // It takes the text of a feed too.
            Some("feedparser.parse") => ["http", "url", "URL"].into_iter().any(says),
            // What `data:` stands for is in the URL itself.
            Some(symbol) if symbol.starts_with("urllib.request.urlopen") => {
                !cx.enclosing_function(found.call.expr).is_some_and(|function| {
                    ["data_uri", "data_url"].iter().any(|part| function.name.contains(part))
                })
            }
            _ => true,
        };
        if waits {
            found.into_thread_with_consumer(fixes);
        }
    }
    for call in cx.loop_calls().filter(|call| is_fed_by_a_response(cx, call)) {
        let name = call.symbol().map(|symbol| display_name(&symbol)).unwrap_or_default();
        let found = fixes.at(call, format!("{name} waits for a response on the event loop"));
        if cx.runs(call.expr) == Runs::OnLoop {
            found.because(THREAD_REASON).unsafe_fix("run it in a thread", |fix| fix.chain_in_thread(&call));
        } else {
            found.because(GENERATOR_REASON).report();
        }
    }
    for (iter, _, verdict) in gone_over(cx, Kind::Call, pedantic) {
        let reason = "each step asks the server; gather the items in a thread";
        fixes.at(iter, says("going over this", &verdict)).because(reason).report();
    }
    for (attribute, name, verdict) in read_properties(cx, Kind::Call, pedantic) {
        let reason = "it is a property that asks the server; read it in a thread";
        fixes.at(attribute, says(&name, &verdict)).because(reason).report();
    }
}

/// `json.load(response)` of what `urlopen` gave: it reads the response.
fn is_fed_by_a_response(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    call.may_be(&["copyfileobj", "file_digest", "full_load", "load", "safe_load"])
        && consumed(call).is_some_and(|given| {
            !given.is_call_expr() && cx.symbol(given).as_deref() == Some("urllib.request.urlopen()")
        })
}
