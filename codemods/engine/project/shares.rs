//! Objects with a twin that other files use than the one that makes them: which of them are worth asking about.

use rustc_hash::{FxHashMap, FxHashSet};

use super::reduce::{ClassId, Meaning, World};
use crate::engine::apis::twins::{Class, How, Library};
use crate::engine::semantic::ScopeId;
use crate::engine::settings::{HttpClient, Settings};

/// How many imports a name is followed through.
pub(crate) const MAX_STEPS: u32 = 5;

/// A codemod that gives objects their twins in several files at once, with the libraries it knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sharing {
    /// Its name.
    pub(crate) codemod: &'static str,
    pub(crate) libraries: &'static [&'static Library],
    /// What requests must become for these libraries to be the ones; `None` where that is all one.
    pub(crate) instead: Option<HttpClient>,
    /// Whether an object is followed into the functions that it is handed to.
    pub(crate) follows_arguments: bool,
}

/// What holds an object between its uses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// A name, by the scope that binds it.
    Name(ScopeId, String),
    /// An attribute of the objects of a class of this file.
    Attribute(ClassId, String),
}

/// An object that a module, or each object of a class, keeps and other files use.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    /// The file that makes it.
    pub(crate) file: u32,
    /// The class of the file whose objects keep it; `None` if the module does.
    pub(crate) owner: Option<ClassId>,
    /// The name it has there.
    pub(crate) name: String,
    /// The names that modules are seen to give it.
    pub(crate) words: FxHashSet<String>,
    pub(crate) class: &'static Class,
    /// No other file is seen to use it but what it may be handed to.
    pub(crate) is_only_handed: bool,
    /// Whether it is followed into the functions that it is handed to.
    follows_arguments: bool,
    pub(crate) library: &'static Library,
    /// The name of the codemod that knows the library.
    pub(crate) codemod: &'static str,
}

impl Share {
    /// The symbol of what the name stands for once it is the twin.
    pub(crate) fn twin(&self) -> String {
        format!("{}()", self.class.twin)
    }

    /// What holds it in its own file.
    pub(crate) fn holder(&self) -> Holder {
        match self.owner {
            Some(owner) => Holder::Attribute(owner, self.name.clone()),
            None => Holder::Name(0, self.name.clone()),
        }
    }
}

/// The first name of a symbol.
pub(crate) fn head(symbol: &str) -> &str {
    &symbol[..symbol.find(['.', ':', '(', '[']).unwrap_or(symbol.len())]
}

/// The objects that are worth asking about.
pub(crate) fn shares(world: &World<'_>, settings: &Settings) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    if settings.wants_conversions() {
        return shares;
    }
    let is_on = |sharing: &&Sharing| {
        settings.selection.contains(sharing.codemod)
            && sharing.instead.is_none_or(|client| client == settings.http_client)
    };
    for sharing in crate::SHARING.iter().filter(is_on) {
        let instances: FxHashMap<String, (&'static Class, &'static Library)> = sharing
            .libraries
            .iter()
            .flat_map(|library| library.makers.iter().map(move |maker| (maker.class, *library)))
            .filter(|(class, _)| !class.name.is_empty() && !class.stays_on_loop)
            .map(|(class, library)| (format!("{}()", class.name), (class, library)))
            .collect();
        let heads: FxHashSet<&str> = instances.keys().map(|symbol| head(symbol)).collect();
        let share = |file: u32, owner: Option<ClassId>, name: &String, symbol: &Option<String>| {
            let symbol = symbol.as_deref().filter(|symbol| heads.contains(head(symbol)))?;
            let Meaning::External(made) = world.meaning(symbol, file) else { return None };
            let (class, library) = instances.get(&made)?;
            let words = FxHashSet::from_iter([name.clone()]);
            let (name, codemod) = (name.clone(), sharing.codemod);
            let follows_arguments = sharing.follows_arguments;
            let is_only_handed = false;
            Some(Share {
                file,
                owner,
                name,
                words,
                class,
                is_only_handed,
                follows_arguments,
                library,
                codemod,
            })
        };
        for (file, summary) in (0..).zip(world.summaries) {
            let Some(summary) = summary else { continue };
            shares.extend(summary.names.iter().filter_map(|(name, symbol)| share(file, None, name, symbol)));
            for (index, kept) in (0..).zip(&summary.classes) {
                let owner = Some(ClassId { file, index });
                let attributes = kept.attributes.iter();
                shares.extend(attributes.filter_map(|(name, symbol)| share(file, owner, name, symbol)));
            }
        }
    }
    keep_used(world, &mut shares);
    shares.sort_by(|a, b| (a.file, a.owner, &a.name).cmp(&(b.file, b.owner, &b.name)));
    shares
}

/// Modules may import them under other names, and others from there.
fn find_other_names(world: &World<'_>, shares: &mut [Share]) {
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for (at, share) in shares.iter().enumerate().filter(|(_, share)| share.owner.is_none()) {
        places.insert(format!("{}.{}", world.modules.name(share.file), share.name), at);
    }
    for _ in 0..MAX_STEPS {
        let before = places.len();
        for (file, summary) in (0..).zip(world.summaries) {
            for (name, symbol) in summary.iter().flat_map(|summary| &summary.names) {
                let Some(at) = symbol.as_deref().and_then(|symbol| places.get(symbol)).copied() else {
                    continue;
                };
                shares[at].words.insert(name.clone());
                places.insert(format!("{}.{name}", world.modules.name(file)), at);
            }
        }
        if places.len() == before {
            return;
        }
    }
}

/// Keeps those that a coroutine function of another file waits on, and no plain function.
fn keep_used(world: &World<'_>, shares: &mut Vec<Share>) {
    if shares.is_empty() {
        return;
    }
    find_other_names(world, shares);
    let mut by_word: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, share) in shares.iter().enumerate() {
        share.words.iter().for_each(|word| by_word.entry(word).or_default().push(at));
    }
    let (mut waited_on, mut refused) = (vec![false; shares.len()], vec![false; shares.len()]);
    let mut handed = vec![false; shares.len()];
    for (file, summary) in (0..).zip(world.summaries) {
        for function in summary.iter().flat_map(|summary| &summary.functions) {
            for call in &function.calls {
                let symbol = &*call.symbol;
                // It may be a parameter that gets one of them.
                if function.is_async && !symbol.contains('[') {
                    let mut of_class = shares.iter().enumerate().filter(|(at, _)| !handed[*at]);
                    let found = of_class.find(|(_, share)| waits_on(symbol, share.class));
                    if let Some(class) = found.map(|(_, share)| share.class) {
                        for (at, share) in shares.iter().enumerate() {
                            handed[at] |= share.follows_arguments && std::ptr::eq(share.class, class);
                        }
                    }
                }
                let named = symbol.split('.').skip(1).filter_map(|part| by_word.get(part)).flatten();
                for at in named.copied() {
                    let share = &shares[at];
                    if file == share.file {
                        continue;
                    }
                    let Meaning::External(found) = world.meaning(symbol, file) else { continue };
                    let member =
                        found.strip_prefix(share.class.name).and_then(|rest| rest.strip_prefix("()."));
                    if !member.is_some_and(|_| is_of_share(world, symbol, file, share)) {
                        continue;
                    }
                    let how = member.map(|member| share.class.member(member));
                    if let Some(Ok(Some((how, _)))) = how {
                        let waits = matches!(
                            how,
                            How::Awaited | How::AwaitedAs(_) | How::AwaitedGives(_) | How::Streams(_)
                        );
                        waited_on[at] |= waits && function.is_async;
                        refused[at] |= waits && !function.is_async;
                    }
                }
            }
        }
    }
    let mut at = 0;
    shares.retain_mut(|share| {
        share.is_only_handed = !waited_on[at];
        let is_kept = (waited_on[at] || handed[at]) && !refused[at];
        at += 1;
        is_kept
    });
}

/// Whether a symbol is that of a call that waits, of an object of a class.
fn waits_on(symbol: &str, class: &'static Class) -> bool {
    let member = symbol.strip_prefix(class.name).and_then(|rest| rest.strip_prefix("()."));
    let how = member.map(|member| class.member(member));
    matches!(
        how,
        Some(Ok(Some((How::Awaited | How::AwaitedAs(_) | How::AwaitedGives(_) | How::Streams(_), _))))
    )
}

/// Whether a symbol goes through the attribute that holds a share, if one does.
fn is_of_share(world: &World<'_>, symbol: &str, file: u32, share: &Share) -> bool {
    let Some(owner) = share.owner else { return true };
    let through = format!(".{}.", share.name);
    let Some(at) = symbol.find(&through) else { return false };
    match world.meaning(&symbol[..at], file) {
        Meaning::Instance(class) | Meaning::Class(class) => world.lineage(class).0.contains(&owner),
        _ => false,
    }
}
