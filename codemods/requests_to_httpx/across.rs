//! Sessions that one file makes and others use: all of them change, or none does.

use ruff_text_size::{Ranged, TextRange};

use super::draft::{self, Refusal};
use super::session::Session;
use super::shared::{self, Shared};
use super::sites::{self, Library, Receiver, Site};
use super::values::id;
use super::{CODEMOD, Unit, file_refusal, message};
use crate::engine::context::Context;
use crate::engine::fix::Fixes;
use crate::engine::twin::{Change, Place};

/// What becomes of a session in one file, or why it stays, with the row.
///
/// # Errors
/// When something is done with it for which httpx has no equivalent, or that is not seen.
pub(crate) fn plan(cx: &Context<'_>, place: Place<'_>) -> Result<Option<Change>, (u32, String)> {
    // The code of a reason is for those who read of one file.
    let refused = |at: TextRange, why: Refusal| {
        let words = why.split_once(": ").map_or(why.as_str(), |(_, words)| words);
        Err((cx.source.row(at.start()), words.to_owned()))
    };
    let shared = match place {
        Place::Made(holder) => {
            shared::group(cx, holder.clone(), true).map_err(|why| (TextRange::default(), why))
        }
        Place::Read(seeds) => shared::read(cx, seeds),
    };
    let shared = match shared {
        Ok(shared) => shared,
        Err((at, why)) => return refused(at, why),
    };
    let first = shared.first(cx);
    if shared.uses.is_empty() && matches!(place, Place::Read(_)) {
        return Ok(None);
    }
    if let Some(why) = file_refusal(cx) {
        return refused(first, why);
    }
    let sites = sites_of(cx, &shared);
    let is_left = |site: &&Site<'_>| cx.is_silenced(site.range(), CODEMOD.name, CODEMOD.aliases);
    if let Some(site) = sites.iter().find(is_left) {
        return refused(site.range(), "a comment says to leave it".to_owned());
    }
    let found = sites.iter().map(|site| (site.range(), message(site))).collect();
    let unit = Unit { library: Library::Requests, sites, session: Some(Session::Shared(shared)) };
    let draft = match unit.attempt(cx) {
        Ok(draft) => draft,
        Err(failure) if failure.within.is_empty() => return refused(first, failure.reason),
        Err(failure) => return refused(failure.within, failure.reason),
    };
    let planned = draft.finish();
    let mut one = Fixes::new(cx, CODEMOD.name);
    one.at(first, "").unsafe_fix("", |fix| draft::make(fix, &planned));
    match one.into_findings().pop().and_then(|finding| finding.fix) {
        Some(fix) => Ok(Some(Change { edits: fix.edits, found, first, doubts: draft.doubts() })),
        None => refused(first, "its changes would overlap".to_owned()),
    }
}

/// The requests that are made with a session on the event loop.
fn sites_of<'a>(cx: &Context<'a>, shared: &Shared<'a>) -> Vec<Site<'a>> {
    let mut sites = sites::find(cx).on_the_loop;
    sites.retain(|site| match site.receiver {
        Receiver::Session(held) => shared.uses.contains(&id(cx, held)),
        _ => false,
    });
    sites
}
