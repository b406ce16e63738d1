//! `gather_bounded`: the helper that the rewritten code calls.

use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::engine::context::Context;
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::semantic::ScopeKind;

const NAME: &str = "gather_bounded";

/// The helper's text. It keeps what `asyncio.gather` promises: the order of the results, the first error at once
/// while the others go on, and that those running are cancelled with it.
fn text(name: &str, asyncio: &str, limit: u32) -> String {
    format!(
        r#"async def {name}(coros, *, limit={limit}, return_exceptions=False):
    """Like `asyncio.gather(*coros)`, but with at most `limit` of them running at a time."""
    slots = {asyncio}.Semaphore(limit)
    failed = {asyncio}.get_running_loop().create_future()
    tasks = []

    def finished(task):
        slots.release()
        error = task.cancelled() or task.exception() is not None
        if error and not return_exceptions and not failed.done():
            failed.set_result(None)

    async def start():
        waiting = iter(coros)
        try:
            await slots.acquire()
            for coro in waiting:
                tasks.append({asyncio}.ensure_future(coro))
                tasks[-1].add_done_callback(finished)
                await slots.acquire()
        finally:
            if waiting is not coros:  # a generator has not made the others yet
                for coro in waiting:
                    coro.close() if {asyncio}.iscoroutine(coro) else coro.cancel()

    # As with `gather`, the first error is raised at once, and the others still run.
    starting = {asyncio}.create_task(start())
    try:
        await {asyncio}.wait({{starting, failed}}, return_when={asyncio}.FIRST_COMPLETED)
    except {asyncio}.CancelledError:
        for task in [starting, *tasks]:
            task.cancel()
        await {asyncio}.gather(*tasks, return_exceptions=return_exceptions)
        raise
    if starting.done():
        starting.result()
    return await {asyncio}.gather(*tasks, return_exceptions=return_exceptions)
"#
    )
}

/// How the helper is called at the finding; adds its import or definition where it is missing.
pub(crate) fn spelled(fix: &mut FixBuilder<'_>) -> String {
    let cx = fix.cx;
    let settings = cx.settings;
    if let Some(module) = &settings.helper_module {
        let file = cx.world.modules.resolve(module, Some(cx.file));
        if file != Some(cx.file) {
            if file.is_some_and(|file| lacks_helper(cx, file)) {
                let reason = format!(
                    "`{module}`, the helper module, does not define `{NAME}` yet: rewrite that first"
                );
                fix.withhold(reason);
                return NAME.to_owned();
            }
            if let Some(path) = file.and_then(|file| cx.project.coming(file)) {
                fix.together_with(std::slice::from_ref(path));
            }
            return fix.import_name(module, NAME);
        }
    }
    match defined(cx) {
        Some(name) => name.to_owned(),
        None => define(fix),
    }
}

/// Puts the helper into the file; gives its name there.
fn define(fix: &mut FixBuilder<'_>) -> String {
    let name = fix.fresh_name(NAME);
    let asyncio = fix.import_at_top("asyncio");
    fix.define(&text(&name, &asyncio, fix.cx.settings.concurrency_limit));
    name
}

/// The module that others are to import the helper from must have it.
pub(super) fn complete_helper_module(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let Some(module) = &cx.settings.helper_module else { return };
    let is_here = cx.world.modules.resolve(module, Some(cx.file)) == Some(cx.file);
    if is_here && lacks_helper(cx, cx.file) {
        let top = cx.body().first().map_or(TextRange::empty(TextSize::new(0)), Ranged::range);
        fixes.at(top, format!("the helper module does not define `{NAME}`")).safe("define it", |fix| {
            define(fix);
        });
    }
}

/// Whether a file of the project is known not to define the helper.
fn lacks_helper(cx: &Context<'_>, file: u32) -> bool {
    cx.world
        .summary(file)
        .is_some_and(|summary| summary.function(NAME).is_none() && !summary.names.contains_key(NAME))
}

/// The name of the helper that the file defines already: by its name and parameters, whoever wrote it.
fn defined<'a>(cx: &Context<'a>) -> Option<&'a str> {
    let mut functions = cx.semantic.functions.iter();
    let (function, _) = functions.find(|(function, scope)| {
        let outer = cx.semantic.scope(*scope).parent.unwrap_or(0);
        let parameters = &function.parameters;
        let has = |name: &str| parameters.kwonlyargs.iter().any(|each| each.name().as_str() == name);
        function.is_async
            && function.name.as_str().starts_with(NAME)
            && matches!(cx.semantic.scope(outer).kind, ScopeKind::Module)
            && parameters.posonlyargs.len() + parameters.args.len() == 1
            && has("limit")
            && has("return_exceptions")
    })?;
    Some(function.name.as_str())
}

/// Whether a node is inside the helper itself.
pub(super) fn is_inside(cx: &Context<'_>, node: &impl ruff_python_ast::HasNodeIndex) -> bool {
    let Some(name) = defined(cx) else { return false };
    cx.enclosing_function(node).is_some_and(|function| function.name.as_str() == name)
}
