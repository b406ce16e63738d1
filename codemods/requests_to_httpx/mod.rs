//! Blocking requests (and httpx) calls on the event loop.

mod across;
mod arguments;
mod attributes;
mod blocks;
mod body;
mod codes;
mod collected;
mod draft;
mod examples;
mod exceptions;
mod reach;
mod response;
mod session;
mod shared;
mod sites;
mod stream;
mod thread;
mod twin;
mod values;

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use self::arguments::{Arguments, ClientOptions, Form, Habits};
use self::draft::{Draft, Planned, Refusal, imported};
use self::exceptions::Conversion;
use self::reach::Reach;
use self::response::Uses;
use self::session::Session;
use self::sites::{Library, Receiver, Site};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::Fixes;
use crate::engine::project::plans::SharedPart;
use crate::engine::project::summary::alike::Common;
use crate::engine::semantic::{BindingKind, NodeId};

pub(crate) use across::plan as plan_across;
pub(crate) use twin::{ACROSS, ACROSS_2};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "requests-to-httpx",
    summary: "use `httpx.AsyncClient` instead of blocking requests calls on the event loop",
    rationale: "\
A call of requests waits for the network while nothing else on the event loop can run. `httpx.AsyncClient` has
nearly the same interface and lets the loop go on. One client serves all calls of a function and is opened
outside of loops, so that connections are reused; unlike with `requests.get`, cookies that a server sets are then
sent with the function's later calls to it.

What the two libraries do differently is written out: `follow_redirects=True` and, where no timeout was given,
`timeout=None`. The uses of the response, exception handlers, status codes and annotations follow. A conversion is
safe when every use of the response is seen and has an exact equivalent, unsafe when the response escapes or the
equivalent differs in a rare case. A response that is handed to a function of the project, in any file, is seen there
too: when the function does with it only what is the same in both libraries, it has not escaped. A session that a
module keeps under a name, or that the objects of a class keep in an attribute, becomes a client in all files that use
it, if all that is done with it is seen and runs on the event loop; that is unsafe, since the client belongs to the loop
that uses it first. Where there is no equivalent, the reason is given and the call is offered in a thread instead.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    // The last is what ruff called it before 0.5.
    aliases: &["ASYNC210", "ASYNC212", "ASYNC100"],
    leads: &[],
    examples: examples::EXAMPLES,
    run,
};

fn message(site: &Site<'_>) -> String {
    format!("`{}` blocks the event loop", site.name())
}

/// The objects with a twin as text.
pub(crate) fn twin_table() -> String {
    twin::table()
}

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let shared: Vec<&SharedPart> = cx.project.shared_parts(cx.file, cx.source.text, CODEMOD.name).collect();
    shared.iter().for_each(|part| part.report(fixes));
    let mut found = sites::find(cx);
    found.on_the_loop.retain(|site| !shared.iter().any(|part| part.mends(site.range())));
    for site in &found.in_generators {
        let reason = "`await` would turn this generator expression into an asynchronous one";
        fixes.at(site, message(site)).because(reason).report();
    }
    if found.on_the_loop.is_empty() {
        return;
    }
    let whole_file = file_refusal(cx);
    let mut refused: Vec<(Site<'_>, Refusal)> = Vec::new();
    let mut wanted = found.on_the_loop;
    wanted.retain(|site| !cx.is_silenced(site.range(), CODEMOD.name, CODEMOD.aliases));
    for unit in units(cx, wanted, &mut refused) {
        if let Some(reason) = whole_file.as_ref().filter(|_| unit.library == Library::Requests) {
            refused.extend(unit.sites.into_iter().map(|site| (site, reason.clone())));
            continue;
        }
        unit.convert(cx, fixes, &mut refused);
    }
    let shares = |(site, _): &(Site<'_>, Refusal)| {
        site.library == Library::Httpx && matches!(site.receiver, Receiver::Session(_))
    };
    let clients =
        if !fixes.is_probe() && refused.iter().any(shares) { twin::clients(cx) } else { Vec::new() };
    for (site, reason) in refused {
        match clients.iter().find(|plan| plan.covers(site.whole)).map(|plan| (plan, plan.refusal())) {
            Some((plan, None)) => {
                let found = fixes.at(site, message(&site)).because(plan.doubt());
                found.unsafe_fix(format!("use `{}`", plan.twin()), |fix| plan.write(fix));
            }
            Some((_, Some(why))) => thread::offer(cx, fixes, &site, format!("client-escapes-scope: {why}")),
            None => thread::offer(cx, fixes, &site, reason),
        }
    }
}

/// What responses of requests and of httpx have in common, when redirects are followed as requests does.
pub(crate) const ALIKE: &[(&str, Common)] = &[
    ("content", Common::Value),
    ("encoding", Common::Value),
    ("headers", Common::Items),
    ("json", Common::Decoding),
    ("links", Common::Value),
    ("raise_for_status", Common::Raising),
    ("status_code", Common::Value),
    ("text", Common::Value),
];

/// What responses of requests have and those of httpx lack.
pub(crate) const UNLIKE: &[&str] =
    &["apparent_encoding", "is_permanent_redirect", "iter_content", "iter_lines", "ok", "raw", "reason"];

/// Packages that stand in for requests in tests, and know nothing of httpx.
const DOUBLES: &[&str] = &["responses", "requests_mock", "vcr", "httpretty", "pook", "betamax"];

/// Why nothing in this file can be converted.
fn file_refusal(cx: &Context<'_>) -> Option<Refusal> {
    for binding in &cx.semantic.bindings {
        let module = match binding.kind {
            BindingKind::Import { alias } => alias.name.as_str(),
            BindingKind::ImportFrom { statement, .. } => statement.module.as_deref().unwrap_or_default(),
            _ => continue,
        };
        let head = module.split('.').next().unwrap_or_default();
        if DOUBLES.contains(&head) {
            return Some(format!("mock-library: `{head}` stands in for requests and does not know httpx"));
        }
    }
    for store in &cx.semantic.attribute_stores {
        if cx
            .symbol(&store.target.value)
            .is_some_and(|symbol| symbol.starts_with("requests") && !symbol.contains('('))
        {
            return Some("mock-library: the file replaces functions of requests".to_owned());
        }
    }
    let patches = cx.nodes().iter().any(|node| match node.ast {
        AnyNodeRef::ExprStringLiteral(literal) => {
            let text = literal.value.to_str();
            text.starts_with("requests.") && text.len() < 40 && !text.contains(char::is_whitespace)
                && arguments::argument_of(cx, values::id(cx, literal)).is_some_and(|call| {
                    matches!(&*call.func, Expr::Attribute(a) if matches!(a.attr.as_str(), "patch" | "setattr"))
                        || matches!(&*call.func, Expr::Name(n) if n.id.as_str() == "patch")
                })
        }
        _ => false,
    });
    patches.then(|| "mock-library: the file patches functions of requests".to_owned())
}

/// Calls that are converted together: they share a client.
struct Unit<'a> {
    library: Library,
    sites: Vec<Site<'a>>,
    session: Option<Session<'a>>,
}

/// Groups calls by function, library and what their client is made with; sessions have their own group.
fn units<'a>(
    cx: &Context<'a>,
    sites: Vec<Site<'a>>,
    refused: &mut Vec<(Site<'a>, Refusal)>,
) -> Vec<Unit<'a>> {
    let mut units: Vec<(Unit<'a>, Option<ClientOptions>)> = Vec::new();
    for site in sites {
        let session = match site.receiver {
            Receiver::Library => None,
            Receiver::Detached => {
                refused
                    .push((site, "client-escapes-scope: the method was taken from its session".to_owned()));
                continue;
            }
            Receiver::Session(held) => match session::held_by(cx, &site, held) {
                Ok(session) => Some(session),
                Err(reason) => {
                    refused.push((site, reason));
                    continue;
                }
            },
        };
        if let Some(session) = session {
            match units.iter_mut().find(|(unit, _)| unit.session.as_ref().is_some_and(|s| s.is(&session))) {
                Some((unit, _)) => unit.sites.push(site),
                None => {
                    let unit = Unit { library: site.library, sites: vec![site], session: Some(session) };
                    units.push((unit, None));
                }
            }
            continue;
        }
        let options = match Arguments::of(cx, &site).and_then(|arguments| arguments.client_options(cx, &site))
        {
            Ok(options) => options,
            Err(reason) => {
                refused.push((site, reason));
                continue;
            }
        };
        let same = |(unit, other): &&mut (Unit<'a>, Option<ClientOptions>)| {
            unit.session.is_none()
                && unit.library == site.library
                && unit.sites[0].scope == site.scope
                && other.as_ref().is_some_and(|other| other.given == options.given)
        };
        match units.iter_mut().find(same) {
            Some((unit, _)) => unit.sites.push(site),
            None => {
                let unit = Unit { library: site.library, sites: vec![site], session: None };
                units.push((unit, Some(options)));
            }
        }
    }
    units.into_iter().map(|(unit, _)| unit).collect()
}

/// Why a conversion fails, and the code to which that is due.
struct Failure {
    within: TextRange,
    reason: Refusal,
}

impl<'a> Unit<'a> {
    /// Reports the calls with the fix that converts them all; those that cannot be are added to `refused`.
    fn convert(mut self, cx: &Context<'a>, fixes: &mut Fixes<'_>, refused: &mut Vec<(Site<'a>, Refusal)>) {
        let planned = loop {
            if self.sites.is_empty() {
                return;
            }
            let failure = match self.attempt(cx) {
                Ok(draft) => break draft,
                Err(failure) => failure,
            };
            let touches = |site: &Site<'_>| failure.within.contains_range(site.range());
            let all = self.session.is_some() || !self.sites.iter().any(touches);
            let (gone, kept): (Vec<Site<'a>>, Vec<Site<'a>>) =
                self.sites.into_iter().partition(|site| all || touches(site));
            refused.extend(gone.into_iter().map(|site| (site, failure.reason.clone())));
            self.sites = kept;
        };
        let edits = planned.finish();
        let module = cx.settings.http_client.module();
        let mut said = format!("use `{module}.AsyncClient`");
        if let Some(timeout) = cx.settings.timeout
            && self.sites.iter().any(|site| {
                Arguments::of(cx, site).is_ok_and(|arguments| arguments.habits(site).relies_on_timeout)
            })
        {
            said.push_str(&format!(" with the configured timeout of {timeout} seconds"));
        }
        for site in &self.sites {
            fixes.at(site, message(site)).safe(said.clone(), |fix| {
                draft::make(fix, &edits);
                if let Some(doubts) = planned.doubts() {
                    fix.demote(doubts);
                }
            });
        }
    }

    /// Plans the conversion of all calls.
    fn attempt<'c>(&self, cx: &'c Context<'a>) -> Result<Draft<'c, 'a>, Failure> {
        let mut draft = Draft::new(cx);
        let converted: FxHashSet<NodeId> = self.sites.iter().map(|site| site.id).collect();
        let mut parts: Vec<Part<'a>> = Vec::new();
        let mut reaches: Vec<Reach> = Vec::new();
        for site in &self.sites {
            let part = Part::of(cx, site, &converted, &mut draft)
                .map_err(|reason| Failure { within: site.range(), reason })?;
            reaches.push(part.1);
            parts.push(part.0);
        }
        let conversion = Conversion {
            sites: &self.sites,
            reaches: &reaches,
            converted: &converted,
            constant_urls: exceptions::constant_urls(parts.iter().map(|part| part.arguments.value("url"))),
            streams: parts.iter().any(|part| part.plan.streams()),
        };
        let handled = exceptions::convert(cx, &conversion, &mut draft)
            .map_err(|(within, reason)| Failure { within, reason })?;
        let mut seen = FxHashSet::default();
        let mut wrapped = FxHashSet::default();
        for (index, site) in self.sites.iter().enumerate() {
            let failed = |reason| Failure { within: site.range(), reason };
            let guards = parts[index].habits.may_be_redirect || asks_conditionally(cx, site);
            let mut uses = Uses {
                cx,
                draft: &mut draft,
                seen,
                guards: guards && self.library == Library::Requests,
                scope: site.scope,
                wrapped,
                library: self.library,
            };
            for spot in &reaches[index].spots {
                uses.rewrite(*spot).map_err(failed)?;
            }
            if index == 0 {
                for spot in &handled {
                    uses.rewrite(*spot).map_err(failed)?;
                }
            }
            (seen, wrapped) = (uses.seen, uses.wrapped);
            status_codes(cx, site, &mut draft);
        }
        self.write(cx, &parts, &wrapped, &mut draft).map_err(|reason| Failure {
            within: self.sites.first().map(Ranged::range).unwrap_or_default(),
            reason,
        })?;
        Ok(draft)
    }

    fn write(
        &self,
        cx: &Context<'a>,
        parts: &[Part<'a>],
        wrapped: &FxHashSet<NodeId>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        if let Some(session) = &self.session {
            let every: Vec<usize> = (0..parts.len()).collect();
            let given = self.write_calls(cx, parts, &every, "", wrapped, draft)?;
            if session.is_kept() {
                for part in parts {
                    part.arguments.limit_each_step(draft);
                }
            }
            return session.write(cx, &self.sites, given, draft);
        }
        let client = free_name(cx, &self.sites[0]);
        let module = cx.settings.http_client.module();
        let class = imported(&format!("{module}.AsyncClient"));
        for group in self.groups(cx, parts)? {
            let mut given = self.write_calls(cx, parts, &group, &client, wrapped, draft)?;
            for (name, text) in &parts[0].options.given {
                given.push(format!("{name}={text}"));
            }
            let run = self.run(cx, parts, &group)?;
            for at in &group {
                known_before(cx, &parts[*at].options.needs, &run)?;
            }
            let header = format!("async with {class}({}) as {client}:", given.join(", "));
            blocks::wrap(cx, &run, &header, draft)?;
        }
        Ok(())
    }

    /// Writes the calls at these positions; gives the arguments of the client that makes them.
    fn write_calls(
        &self,
        cx: &Context<'a>,
        parts: &[Part<'a>],
        group: &[usize],
        client: &str,
        wrapped: &FxHashSet<NodeId>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned<Vec<String>> {
        let mut given = Vec::new();
        // What the calls of other files rely on is not seen here.
        let is_across = self.session.as_ref().is_some_and(Session::is_across);
        let relies = |on: fn(&Habits) -> bool| is_across || group.iter().any(|at| on(&parts[*at].habits));
        let follows = relies(|habits| habits.relies_on_redirects);
        if self.library == Library::Requests {
            if follows {
                given.push("follow_redirects=True".to_owned());
            }
            if relies(|habits| habits.relies_on_timeout) {
                given.push(match cx.settings.timeout {
                    Some(timeout) => format!("timeout={timeout}"),
                    None => "timeout=None".to_owned(),
                });
            }
        }
        for at in group {
            let (site, part) = (&self.sites[*at], &parts[*at]);
            let form = if part.plan.streams() { Form::Stream } else { Form::Await };
            part.arguments.write(cx, site, client, form, follows, draft)?;
            match part.plan {
                stream::Plan::Plain if wrapped.contains(&site.id) && !cx.is_parenthesized(site.whole) => {
                    draft.surround_inner(site.range(), "(await ", ")");
                }
                _ => stream::write(cx, site, &part.plan, draft)?,
            }
        }
        Ok(given)
    }

    /// The statements that the client of these calls goes around.
    fn run(&self, cx: &Context<'a>, parts: &[Part<'a>], group: &[usize]) -> Planned<blocks::Run<'a>> {
        let nodes: Vec<NodeId> = group.iter().map(|at| self.sites[*at].id).collect();
        let Some(mut run) = blocks::around(cx, self.sites[0].function, &nodes, true) else {
            return Err("call-not-in-async: there is no block for the client".to_owned());
        };
        for at in group {
            if let stream::Plan::Block { run: inner, .. } = &parts[*at].plan {
                run.extend_over(inner.range());
            }
        }
        Ok(run)
    }

    /// The calls, by position, that share a client: those between which many lines have no call are apart.
    fn groups(&self, cx: &Context<'a>, parts: &[Part<'a>]) -> Planned<Vec<Vec<usize>>> {
        let mut done = Vec::new();
        let mut pending: Vec<Vec<usize>> = vec![(0..parts.len()).collect()];
        while let Some(group) = pending.pop() {
            let whole = self.run(cx, parts, &group)?;
            let mut placed: Vec<(TextRange, usize)> = Vec::new();
            for at in &group {
                let statement = whole.statement_around(self.sites[*at].range());
                let inner = match &parts[*at].plan {
                    stream::Plan::Block { run, .. } => run.range(),
                    _ => statement,
                };
                placed.push((statement.cover(inner), *at));
            }
            placed.sort_by_key(|(range, _)| range.start());
            let mut split: Vec<Vec<usize>> = Vec::new();
            let mut end: Option<u32> = None;
            for (range, at) in placed {
                let start = cx.source.row(range.start());
                match (split.last_mut(), end) {
                    (Some(last), Some(end)) if start <= end + FAR => last.push(at),
                    _ => split.push(vec![at]),
                }
                end = end.max(Some(cx.source.row(range.end())));
            }
            if split.len() == 1 {
                done.append(&mut split);
            } else {
                pending.append(&mut split);
            }
        }
        Ok(done)
    }
}

/// Rows between two calls from which on they have a client each: no one would indent that much for them.
const FAR: u32 = 40;

/// One call, planned.
struct Part<'a> {
    arguments: Arguments<'a>,
    habits: Habits,
    options: ClientOptions,
    plan: stream::Plan<'a>,
}

impl<'a> Part<'a> {
    fn of(
        cx: &Context<'a>,
        site: &Site<'a>,
        converted: &FxHashSet<NodeId>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned<(Self, Reach)> {
        if in_nested_comprehension(cx, site) {
            return Err(
                "nested-comprehension: `await` cannot stand in a comprehension within a comprehension \
                        before Python 3.11"
                    .to_owned(),
            );
        }
        let arguments = Arguments::of(cx, site)?;
        arguments.cast_doubts(cx, site, draft)?;
        let options = arguments.client_options(cx, site)?;
        let habits = arguments.habits(site);
        let reach = reach::reach(cx, site, converted);
        let plan = stream::plan(cx, site, arguments.streams(site)?, &reach.spots, draft)?;
        Ok((Self { arguments, habits, options, plan }, reach))
    }
}

/// Whether the function looks at 304 or asks whether something was modified.
fn asks_conditionally(cx: &Context<'_>, site: &Site<'_>) -> bool {
    let text = cx.text(site.function);
    ["304", "if-none-match", "if-modified-since", "not_modified"]
        .iter()
        .any(|word| text.to_ascii_lowercase().contains(word))
}

/// Before Python 3.11 an asynchronous comprehension may not stand in another.
fn in_nested_comprehension(cx: &Context<'_>, site: &Site<'_>) -> bool {
    use crate::engine::semantic::ScopeKind;
    let mut scope = cx.semantic.node(site.id).scope;
    let mut depth = 0;
    while matches!(cx.semantic.scope(scope).kind, ScopeKind::Comprehension) {
        depth += 1;
        let Some(parent) = cx.semantic.scope(scope).parent else { break };
        scope = parent;
    }
    depth > 1 && cx.settings.target < crate::engine::settings::PythonVersion::py3(11)
}

/// `requests.codes.…` in the function.
fn status_codes(cx: &Context<'_>, site: &Site<'_>, draft: &mut Draft<'_, '_>) {
    if site.library == Library::Httpx {
        return;
    }
    let range = site.function.range();
    let module = cx.settings.http_client.module();
    for node in cx.nodes().iter().filter(|node| range.contains_range(node.ast.range())) {
        let AnyNodeRef::ExprAttribute(attribute) = node.ast else { continue };
        let of_codes = cx.symbol(&attribute.value);
        if !matches!(of_codes.as_deref(), Some("requests.codes" | "requests.status_codes.codes")) {
            continue;
        }
        if let Some(text) = codes::converted(attribute.attr.as_str(), module) {
            draft.replace(attribute.range(), text);
        }
    }
}

/// Whether expressions that the client is made with are known where it is made.
fn known_before(cx: &Context<'_>, needs: &[TextRange], run: &blocks::Run<'_>) -> Planned {
    for needed in needs {
        for read in cx.semantic.references.iter().filter(|read| needed.contains_range(read.name.range())) {
            let name = read.name.id.as_str();
            let Some(scope) = cx.semantic.lookup(name, read.scope) else { continue };
            let bound_inside = cx
                .semantic
                .bindings_of(name, scope)
                .iter()
                .any(|binding| run.range().contains(cx.semantic.binding(*binding).from));
            if bound_inside {
                return Err(format!(
                    "client-escapes-scope: `{name}` is not yet known where the client has to be made"
                ));
            }
        }
    }
    Ok(())
}

/// A name for the client that nothing in the function uses, and that hides nothing from it.
fn free_name(cx: &Context<'_>, site: &Site<'_>) -> String {
    let range = site.function.range();
    let taken = |name: &str| {
        cx.semantic.lookup(name, site.scope).is_some()
            || cx
                .semantic
                .references
                .iter()
                .any(|read| read.name.id.as_str() == name && range.contains_range(read.name.range()))
            || cx.semantic.bindings.iter().any(|binding| {
                binding.name == name
                    && (range.contains_range(cx.semantic.node(binding.node).ast.range())
                        || cx.semantic.scope(site.scope).declares_outer(name))
            })
    };
    let wanted = ["client", "http_client", "async_client"];
    match wanted.into_iter().find(|name| !taken(name)) {
        Some(name) => name.to_owned(),
        None => (2..).map(|n| format!("client_{n}")).find(|name| !taken(name)).unwrap_or_default(),
    }
}
