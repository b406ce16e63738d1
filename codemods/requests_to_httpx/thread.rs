//! The way that keeps every habit of requests: the call in a thread.

use ruff_text_size::{Ranged, TextSize};

use super::draft::Refusal;
use super::sites::{Receiver, Site, Verb};
use crate::engine::context::{Context, Framework};
use crate::engine::finding::Applicability;
use crate::engine::fix::Fixes;
use crate::engine::settings::PythonVersion;

/// Reports a call that cannot become one of httpx, with `asyncio.to_thread` as its fix where that is right.
pub(super) fn offer(cx: &Context<'_>, fixes: &mut Fixes<'_>, site: &Site<'_>, refusal: Refusal) {
    let found = fixes.at(site, super::message(site));
    let streams = site.call.arguments.find_keyword("stream").is_some() || site.verb == Verb::Stream;
    // Its body would still be read on the loop; or no `await` can stand there at all.
    let in_vain = streams || refusal.starts_with("raw-stream") || refusal.starts_with("nested-comprehension");
    let available = cx.settings.target >= PythonVersion::py3(9) && cx.framework() == Framework::Asyncio;
    let opening = opening_parenthesis(cx, site);
    let (Some(opening), false, true) = (opening, in_vain, available) else {
        found.because(refusal).report();
        return;
    };
    // A session that other tasks use too would be used by several threads at once.
    let is_shared = matches!(site.receiver, Receiver::Session(session) if !session.is_name_expr())
        || refusal.starts_with("global-session")
        || refusal.starts_with("thread-shared")
        || refusal.starts_with("client-escapes-scope") && !matches!(site.receiver, Receiver::Library);
    let level = if is_shared { Applicability::Suggested } else { Applicability::Unsafe };
    let function = cx.text(&*site.call.func).to_owned();
    found.because(refusal).fix(level, "call it in a thread with `asyncio.to_thread`", |fix| {
        let to_thread = fix.import("asyncio.to_thread");
        let (before, after) = cx.await_around(site.whole);
        fix.replace(cx.outer_range(&site.call.func), format!("{before}{to_thread}"));
        // Arguments on lines of their own stay there.
        let source = cx.source;
        match first_argument(site).filter(|first| source.starts_line(*first)) {
            Some(first) => {
                let (newline, indent) = (source.style().newline, source.indentation(first));
                fix.insert(first, format!("{function},{newline}{indent}"));
            }
            None => fix.insert(opening, format!("{function}, ")),
        }
        if !after.is_empty() {
            fix.insert(site.call.range().end(), after);
        }
    });
}

/// One past the parenthesis that opens the arguments.
fn opening_parenthesis(cx: &Context<'_>, site: &Site<'_>) -> Option<TextSize> {
    let arguments = &site.call.arguments;
    let text = cx.text(arguments);
    (text.starts_with('(') && !arguments.is_empty()).then(|| arguments.range.start() + TextSize::from(1))
}

fn first_argument(site: &Site<'_>) -> Option<TextSize> {
    let arguments = &site.call.arguments;
    let positional = arguments.args.iter().map(Ranged::start);
    positional.chain(arguments.keywords.iter().map(Ranged::start)).min()
}
