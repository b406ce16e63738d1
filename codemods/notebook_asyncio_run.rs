//! `asyncio.run` in the cells of a notebook.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::semantic::BindingKind;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "notebook-asyncio-run",
    summary: "await in the cells of a notebook instead of running an event loop there",
    rationale: "\
The code of a notebook runs in a kernel whose event loop is running already. `asyncio.run` and
`loop.run_until_complete` fail there with a RuntimeError, or need `nest_asyncio` to be patched into working. IPython
awaits at the top level of a cell, so `await main()` is all there is to write.

Only cells are rewritten, not functions in them, and not cells that begin with a cell magic such as `%%time`, in which
`await` is not understood everywhere.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: r#"
# a cell awaits
@ analysis.ipynb
 # %%
 import asyncio
 # %%
 async def main(url):
     return url


-asyncio.run(main("a"))
+await main("a")
 # %%
-result = asyncio.run(main("b"))
+result = await main("b")
 print(result)
# on the kernel's loop, or one that was asked for
@ analysis.ipynb
 # %%
 import asyncio

 async def main(url):
     return url
 # %%
 loop = asyncio.get_event_loop()
-first = loop.run_until_complete(main("a"))
+first = await main("a")
-both = asyncio.get_event_loop().run_until_complete(asyncio.gather(main("b"), main("c")))
+both = await asyncio.gather(main("b"), main("c"))
# in loops and comprehensions, and as a part of something
@ analysis.ipynb
 # %%
 import asyncio
 from app import load

 for name in ["a", "b"]:
-    print(asyncio.run(load(name)).size)
+    print((await load(name)).size)
-sizes = [asyncio.run(load(name)) for name in ["a", "b"]]
+sizes = [await load(name) for name in ["a", "b"]]
# what script and notebook share
@ analysis.ipynb
 # %%
 import asyncio
 from app import main

 if __name__ == "__main__":
-    asyncio.run(main())
+    await main()
# nest_asyncio is not needed then
@ analysis.ipynb
 # %%
 import asyncio
 import nest_asyncio
 from app import main

 nest_asyncio.apply()
 # %%
-asyncio.run(main())
+await main()
# magics stand beside it
@ analysis.ipynb
 # %%
 !pip install app
 %load_ext autoreload
 import asyncio
 from app import main
 # %%
 files = !ls
-asyncio.run(main(files))
+await main(files)
# a loop of its own may be what the coroutine belongs to
! unsafe belong to that loop
@ analysis.ipynb
 # %%
 import asyncio
 from app import main

 loop = asyncio.new_event_loop()
-loop.run_until_complete(main(loop))
+await main(loop)
# where the failure is caught
! unsafe may count on it
@ analysis.ipynb
 # %%
 import asyncio
 from app import main

 try:
-    asyncio.run(main())
+    await main()
 except Exception as error:
     print(error)
# in a generator expression an await would change what the expression is
! reported generator expression
@ analysis.ipynb
 # %%
 import asyncio
 from app import load

 sizes = sum(asyncio.run(load(name)) for name in ["a", "b"])
# whoever looks whether a loop is running knows what to do
@ analysis.ipynb
 # %%
 import asyncio
 from app import main

 try:
     asyncio.get_running_loop()
     await main()
 except RuntimeError:
     asyncio.run(main())
 if not asyncio.get_event_loop().is_running():
     asyncio.run(main())
# functions of a notebook run where they are called
@ analysis.ipynb
 # %%
 import asyncio
 import threading
 from app import main

 def work():
     asyncio.run(main())

 threading.Thread(target=work).start()
 threading.Thread(target=lambda: asyncio.run(main())).start()
# a cell that awaits already
@ analysis.ipynb
 # %%
 import asyncio
 from app import main
 # %%
 await asyncio.gather(main(), main())
# a script runs its own loop
 import asyncio
 from app import main

 asyncio.run(main())
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    if !cx.source.is_notebook() {
        return;
    }
    for call in cx.calls().filter(|call| call.may_be(&["run", "run_until_complete"])) {
        let name = match call.symbol().as_deref() {
            Some("asyncio.run" | "uvloop.run") => "main",
            Some("asyncio.AbstractEventLoop().run_until_complete") => "future",
            Some("asyncio.Runner().run") => "coro",
            _ => continue,
        };
        if cx.is_cell_code(call.expr) && !is_guarded(cx, &call) {
            rewrite(cx, fixes, &call, name);
        }
    }
}

fn rewrite(cx: &Context<'_>, fixes: &mut Fixes<'_>, call: &Call<'_, '_>, name: &str) {
    let found = fixes.at(call, "an event loop is running already where the cells of a notebook run");
    if cx.runs(call.expr) == Runs::InGenerator {
        found.because("`await` would turn this generator expression into an asynchronous one").report();
        return;
    }
    let Some(argument) = call.argument(name, 0).filter(|_| !call.has_unpacking()) else {
        found.because("its arguments are not written out").report();
        return;
    };
    found.safe("await it", |fix| {
        fix.await_argument(call, argument);
        if catches_failure(cx, call.range(), call.expr) {
            fix.demote("the failure is caught, so the code around may count on it");
        } else if name == "future" && !is_kernels_loop(cx, call.func()) {
            fix.demote("what it waits for may belong to that loop");
        }
    });
}

/// Whether a loop's method is that of the loop the kernel runs.
fn is_kernels_loop(cx: &Context<'_>, func: &Expr) -> bool {
    let Expr::Attribute(method) = func else { return false };
    let gives = |value: &Expr| {
        let Expr::Call(call) = value else { return false };
        matches!(
            cx.symbol(&call.func).as_deref(),
            Some("asyncio.get_event_loop" | "asyncio.get_running_loop")
        )
    };
    match &*method.value {
        Expr::Name(name) => cx.binding_read(name).is_some_and(|binding| match binding.kind {
            BindingKind::Assignment { value, unpacked: None } => gives(value),
            _ => false,
        }),
        value => gives(value),
    }
}

/// Whether a `try` around it catches a RuntimeError.
fn catches_failure(cx: &Context<'_>, range: TextRange, call: &ast::ExprCall) -> bool {
    cx.ancestors(call).any(|around| match around {
        AnyNodeRef::StmtTry(statement) => {
            let in_body = statement.body.iter().any(|inner| inner.range().contains_range(range));
            in_body && statement.handlers.iter().any(|handler| catches(cx, handler))
        }
        _ => false,
    })
}

fn catches(cx: &Context<'_>, handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let Some(kind) = handler.type_.as_deref() else { return true };
    ["RuntimeError", "Exception"].iter().any(|name| cx.text(kind).contains(name))
}

/// Whether the author has looked whether a loop is running: in a test around the call, or in the `try` whose
/// `except RuntimeError` holds it.
fn is_guarded(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let asks = |range: TextRange| {
        let text = cx.text(range);
        ["get_running_loop", "is_running", "get_ipython", "in_notebook", "is_notebook", "in_jupyter"]
            .iter()
            .any(|word| text.contains(word))
    };
    cx.ancestors(call.expr).any(|around| match around {
        AnyNodeRef::StmtIf(statement) => asks(statement.test.range()),
        AnyNodeRef::ExprIf(choice) => asks(choice.test.range()),
        AnyNodeRef::StmtTry(statement) => {
            let in_handler = statement
                .handlers
                .iter()
                .any(|handler| handler.range().contains_range(call.range()) && catches(cx, handler));
            in_handler || statement.body.iter().any(|inner| asks(inner.range()))
        }
        _ => false,
    })
}
