//! The graph, asked about small functions whose calls are marks: `a()` is the mark `a`.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::{Effect, Flow, Pause, PointId, Step, Way};
use crate::engine::semantic::Semantic;
use crate::engine::source::Source;
use crate::engine::source::SourceFile;

/// A function's graph and where its marks are.
struct Marked<'s, 'a> {
    source: &'s Source<'a>,
    flow: Flow<'a>,
}

fn with_flow<R>(text: &str, then: impl FnOnce(&Marked<'_, '_>) -> R) -> R {
    let file = SourceFile { path: "example.py", text, module: "example", is_package: false, cells: &[] };
    let source = Source::parse(&file).expect("the text is Python");
    let semantic = Semantic::new(&source);
    let (function, _) = semantic.functions[0];
    let flow = Flow::new(&semantic, function).expect("it is small");
    let nodes = semantic.nodes.len();
    assert!(flow.points.len() <= 64 + 4 * nodes, "{} points for {nodes} nodes", flow.points.len());
    then(&Marked { source: &source, flow })
}

impl Marked<'_, '_> {
    /// Whether the point is the call `mark()`, or what awaits it.
    fn is(&self, id: PointId, mark: &str) -> bool {
        let point = self.flow.point(id);
        let AnyNodeRef::ExprCall(call) = point.node else { return false };
        point.step == Step::Evaluate && matches!(&*call.func, Expr::Name(name) if name.id.as_str() == mark)
    }

    fn find(&self, mark: &str) -> PointId {
        let ids = 0..self.flow.points.len() as PointId;
        ids.into_iter().find(|id| self.is(*id, mark)).expect("the mark is there")
    }

    fn row(&self, id: PointId) -> u32 {
        self.source.row(self.flow.point(id).node.start())
    }

    /// How control gets from `open()` out of the function without `close()`, with rows.
    fn escapes(&self) -> String {
        let found = self.flow.escapes(self.find("open"), |id| self.is(id, "close"));
        let ways = [("end", found.end), ("raised", found.raised), ("cancelled", found.cancelled)];
        let said = ways.iter().filter_map(|(name, at)| Some(format!("{name} {}", self.row((*at)?))));
        said.collect::<Vec<_>>().join(", ")
    }

    /// The marks that can come directly after a mark, `end` and `raised` among them, in the order of the alphabet.
    fn after(&self, mark: &str) -> String {
        let mut names: Vec<String> = Vec::new();
        self.flow.explore(self.find(mark), 0, |id, state, _| {
            let name = match self.flow.point(id).node {
                _ if id == Flow::END => "end".to_owned(),
                _ if id == Flow::RAISED => "raised".to_owned(),
                AnyNodeRef::ExprCall(call) => self.source.slice(&*call.func).to_owned(),
                _ => return Some(state),
            };
            names.push(name);
            None
        });
        names.sort();
        names.dedup();
        names.join(" ")
    }
}

#[test]
fn what_is_opened_is_closed_on_every_path_or_not() {
    let cases = [
        ("async def f():\n    s = open()\n    close()\n", ""),
        ("async def f():\n    s = open()\n    await use()\n    close()\n", "raised 3"),
        ("async def f():\n    s = open()\n    if x:\n        return\n    close()\n", "end 4"),
        ("async def f():\n    s = open()\n    try:\n        use()\n    finally:\n        close()\n", ""),
        (
            "async def f():\n    s = open()\n    try:\n        use()\n    except OSError:\n        pass\n    close()\n",
            "raised 4",
        ),
        (
            "async def f():\n    s = open()\n    try:\n        await use()\n    except Exception:\n        pass\n    close()\n",
            "cancelled 4",
        ),
        (
            "async def f():\n    s = open()\n    try:\n        await use()\n    except BaseException:\n        pass\n    close()\n",
            "",
        ),
        (
            "async def f():\n    s = open()\n    try:\n        return use()\n    finally:\n        if s:\n            close()\n",
            "end 6, raised 4",
        ),
        // A `return` in `finally` ends the exception.
        ("async def f():\n    s = open()\n    try:\n        use()\n    finally:\n        return\n", "end 6"),
        ("async def f():\n    s = open()\n    while True:\n        use()\n", "raised 4"),
        (
            "async def f():\n    s = open()\n    while True:\n        if use():\n            break\n    close()\n",
            "raised 4",
        ),
        (
            "async def f():\n    s = open()\n    for x in xs:\n        try:\n            continue\n        finally:\n            close()\n",
            "end 3, raised 3",
        ),
        ("async def f():\n    s = open()\n    match s:\n        case 1:\n            close()\n", "end 4"),
        (
            "async def f():\n    s = open()\n    match s:\n        case 1:\n            close()\n        case _:\n            close()\n",
            "",
        ),
        ("async def f():\n    s = open()\n    x = s and close()\n", "end 3"),
        ("async def f():\n    s = open()\n    exit(1)\n", "raised 3"),
        ("async def f():\n    s = open()\n    assert s\n    close()\n", "raised 3"),
        ("async def f():\n    s = open()\n    def g():\n        close()\n", "end 3"),
        ("async def f():\n    s = open()\n    [close() for x in xs]\n", "end 3, raised 3"),
    ];
    for (text, expected) in cases {
        with_flow(text, |marked| assert_eq!(marked.escapes(), expected, "{text}"));
    }
}

#[test]
fn control_goes_on_where_python_says() {
    let cases = [
        ("def f():\n    a()\n    if b():\n        c()\n    elif d():\n        e()\n    g()\n", "b", "c d"),
        ("def f():\n    a()\n    if b():\n        c()\n    elif d():\n        e()\n    g()\n", "d", "e g"),
        ("def f():\n    if a():\n        return\n    else:\n        b()\n    c()\n", "a", "b end"),
        ("def f():\n    for x in a():\n        b()\n    else:\n        c()\n    d()\n", "b", "b c raised"),
        (
            "def f():\n    for x in a():\n        b()\n        break\n    else:\n        c()\n    d()\n",
            "b",
            "d",
        ),
        ("def f():\n    while a():\n        b()\n    else:\n        c()\n", "a", "b c"),
        (
            "def f():\n    try:\n        a()\n    except OSError:\n        b()\n    else:\n        c()\n    finally:\n        d()\n",
            "a",
            "c",
        ),
        (
            "def f():\n    try:\n        a()\n        b()\n    except KeyError:\n        c()\n    d()\n",
            "a",
            "b",
        ),
        (
            "def f():\n    try:\n        a()\n        x[0]\n    except KeyError:\n        c()\n    d()\n",
            "a",
            "c d raised",
        ),
        (
            "def f():\n    try:\n        a()\n        x.y\n    except AttributeError:\n        c()\n    d()\n",
            "a",
            "c d raised",
        ),
        (
            "def f():\n    try:\n        a()\n        x.y\n    except KeyError:\n        c()\n    d()\n",
            "a",
            "d",
        ),
        ("def f():\n    try:\n        a()\n        return 1\n    finally:\n        b()\n    c()\n", "a", "b"),
        ("def f():\n    try:\n        return a()\n    finally:\n        b()\n    c()\n", "b", "end"),
        ("def f():\n    return [b() for x in a() if c()]\n", "a", "c end raised"),
        ("def f():\n    return [b() for x in a() if c()]\n", "c", "b c end raised"),
        ("def f():\n    return a() or b()\n", "a", "b end"),
        ("def f():\n    return b() if a() else c()\n", "a", "b c"),
        ("def f():\n    a()\n    raise b()\n    c()\n", "b", "raised"),
        ("def f():\n    with a() as x:\n        b()\n    c()\n", "b", "c raised"),
        ("def f():\n    with suppress(x):\n        raise a()\n    c()\n", "a", "c raised"),
        ("def f():\n    with x:\n        raise a()\n    c()\n", "a", "raised"),
        ("def f():\n    with a() as x, b():\n        return c()\n", "c", "end raised"),
        ("def f():\n    x[a()] += b()\n    c()\n", "a", "b raised"),
        ("def f():\n    a()\n    if True:\n        return b()\n    c()\n", "b", "end"),
    ];
    for (text, mark, expected) in cases {
        with_flow(text, |marked| assert_eq!(marked.after(mark), expected, "after {mark} in\n{text}"));
    }
}

#[test]
fn a_value_is_read_before_and_written_after_a_pause() {
    let cases = [
        ("async def f(self):\n    self.n = self.n + await g()\n", true),
        ("async def f(self):\n    self.n += await g()\n", true),
        ("async def f(self):\n    self.n = await g() + self.n\n", false),
        ("async def f(self):\n    await g()\n    self.n += 1\n", false),
        ("async def f(self):\n    x = self.n\n    async with a:\n        self.n = x\n", true),
        ("async def f(self):\n    x = self.n\n    async for y in a:\n        self.n = x\n", true),
        ("async def f(self):\n    x = self.n\n    with a:\n        self.n = x\n", false),
        ("async def f(self):\n    x = self.n\n    y = (await z for z in x)\n    self.n = x\n", false),
        ("async def f(self):\n    x = self.n\n    y = [await z for z in x]\n    self.n = x\n", true),
        ("async def f(self):\n    while await g():\n        self.n += 1\n", false),
        (
            "async def f(self):\n    x = self.n\n    if x:\n        await g()\n        return\n    self.n = x\n",
            false,
        ),
    ];
    for (text, expected) in cases {
        with_flow(text, |marked| {
            let flow = &marked.flow;
            let is_state = |id: PointId, step: Step| {
                let point = flow.point(id);
                point.step == step && matches!(point.node, AnyNodeRef::ExprAttribute(_))
            };
            let mut found = false;
            for read in (0..flow.points.len() as PointId).filter(|id| is_state(*id, Step::Evaluate)) {
                flow.explore(read, 0, |id, paused, _| {
                    found |= paused == 1 && is_state(id, Step::Store);
                    let ends = is_state(id, Step::Store) || is_state(id, Step::Evaluate);
                    (!ends).then_some(if flow.point(id).pause == Pause::Await { 1 } else { paused })
                });
            }
            assert_eq!(found, expected, "{text}");
        });
    }
}

#[test]
fn locks_are_held_from_entering_to_leaving() {
    // What is held at `here()`: on some way, on every way.
    let cases = [
        ("async def f():\n    async with a:\n        here()\n", (1, 1)),
        ("async def f():\n    async with a:\n        go()\n    here()\n", (0, 0)),
        ("async def f():\n    if x:\n        take()\n    here()\n", (1, 0)),
        (
            "async def f():\n    take()\n    try:\n        go()\n    finally:\n        free()\n    here()\n",
            (0, 0),
        ),
        (
            "async def f():\n    try:\n        async with a:\n            go()\n    except OSError:\n        here()\n",
            (0, 0),
        ),
        ("async def f():\n    try:\n        take()\n    except OSError:\n        here()\n", (0, 0)),
        ("async def f():\n    while go():\n        here()\n        take()\n", (1, 0)),
    ];
    for (text, expected) in cases {
        with_flow(text, |marked| {
            let held = marked.flow.held(|id| match marked.flow.point(id).step {
                Step::Enter => Effect::Takes(0),
                Step::Exit => Effect::Frees(0),
                _ if marked.is(id, "take") => Effect::Takes(0),
                _ if marked.is(id, "free") => Effect::Frees(0),
                _ => Effect::Nothing,
            });
            let here = marked.find("here") as usize;
            assert_eq!((held.may[here], held.must[here]), expected, "{text}");
        });
    }
}

#[test]
fn a_value_is_dead_after_its_last_read() {
    let cases = [
        ("def f():\n    here()\n    x = 1\n    return x\n", true),
        ("def f():\n    here()\n    return x\n", false),
        ("def f():\n    here()\n    if y:\n        x = 1\n    return x\n", false),
        ("def f():\n    for y in z:\n        x()\n        here()\n", false),
        ("def f():\n    for y in z:\n        x = 2\n        x()\n        here()\n", true),
    ];
    for (text, expected) in cases {
        with_flow(text, |marked| {
            let flow = &marked.flow;
            let is_x = |id: PointId, step: Step| {
                let point = flow.point(id);
                point.step == step
                    && matches!(point.node, AnyNodeRef::ExprName(name) if name.id.as_str() == "x")
            };
            let mut dead = true;
            flow.explore(marked.find("here"), 0, |id, state, _| {
                dead &= !is_x(id, Step::Evaluate);
                (dead && !is_x(id, Step::Store)).then_some(state)
            });
            assert_eq!(dead, expected, "{text}");
        });
    }
}

#[test]
fn a_way_names_its_points_in_order() {
    with_flow("async def f():\n    a()\n    if b():\n        await c()\n    d()\n", |marked| {
        let flow = &marked.flow;
        let explored = flow.explore(marked.find("a"), 0, |id, state, way| {
            let paused = flow.point(id).pause == Pause::Await;
            (way != Way::Raises).then_some(if paused { 1 } else { state })
        });
        let rows = |state| {
            let mut rows: Vec<u32> =
                explored.way_to(marked.find("d"), state).into_iter().map(|id| marked.row(id)).collect();
            rows.dedup();
            rows
        };
        assert_eq!(rows(0), [2, 3, 5]);
        assert_eq!(rows(1), [2, 3, 4, 3, 5]);
    });
    // A search that comes by its start again does not go round for ever.
    with_flow("async def f():\n    while x:\n        a()\n        b()\n", |marked| {
        let flow = &marked.flow;
        let start = marked.find("b");
        let explored = flow.explore(start, 0, |_, state, _| Some(state));
        assert_eq!(explored.way_to(start, 0).len(), explored.way_to(marked.find("a"), 0).len() + 2);
    });
}

#[test]
fn a_node_has_its_points_in_the_order_of_evaluation() {
    let text = "def f():\n    try:\n        x += 1\n    finally:\n        x()\n";
    let file = SourceFile { path: "example.py", text, module: "example", is_package: false, cells: &[] };
    let source = Source::parse(&file).expect("the text is Python");
    let semantic = Semantic::new(&source);
    let flow = Flow::new(&semantic, semantic.functions[0].0).expect("it is small");
    let nodes = semantic.nodes.iter();
    let names: Vec<_> = nodes
        .filter_map(|node| if let AnyNodeRef::ExprName(name) = node.ast { Some(name) } else { None })
        .collect();
    let steps: Vec<Step> = flow.points_of(&semantic, names[0]).map(|id| flow.point(id).step).collect();
    assert_eq!(steps, [Step::Evaluate, Step::Store]);
    assert!(flow.find(&semantic, names[0], Step::Store) > flow.find(&semantic, names[0], Step::Evaluate));
    let (call, _) = semantic.calls[0];
    assert_eq!(flow.find(&semantic, call, Step::Store), None);
    // Nothing in the body can raise.
    assert_eq!(flow.points_of(&semantic, call).count(), 1);
}

#[test]
fn finally_in_finally_stays_small() {
    let mut text = String::from("def f():\n");
    for depth in 0..18 {
        let indent = " ".repeat(depth + 1);
        text.push_str(&format!("{indent}try:\n{indent} return a()\n{indent}finally:\n"));
    }
    text.push_str(&format!("{}b()\n", " ".repeat(19)));
    let file =
        SourceFile { path: "example.py", text: &text, module: "example", is_package: false, cells: &[] };
    let source = Source::parse(&file).expect("the text is Python");
    let semantic = Semantic::new(&source);
    assert!(Flow::new(&semantic, semantic.functions[0].0).is_none());
}
