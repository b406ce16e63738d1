//! Marks of pytest-asyncio that say nothing, or stand on what they do not work on.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::Context;
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::semantic::{BindingKind, ScopeId};
use crate::engine::settings::PytestAsyncio;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "redundant-pytest-asyncio",
    summary: "leave out `pytest.mark.asyncio` where it says nothing",
    rationale: "\
In auto mode pytest-asyncio takes every coroutine function for an asynchronous test or fixture: marks only repeat that.
The mode is read from the configuration that pytest would use for the file: pytest.ini, pyproject.toml, tox.ini,
setup.cfg, their `addopts`, or a conftest.py that sets it. In any mode a test needs no mark where its class or module
has one.

A mark with arguments, such as `loop_scope`, says something and is left alone, and so are the marks below it: a plain
one inside takes its place. A mark on a fixture does nothing, and is an error from pytest 9 on. Outside of auto mode
an asynchronous fixture is made with `pytest_asyncio.fixture`, or tests get a coroutine instead of its value.",
    applicability: Applicability::Safe,
    enabled: Enabled::Default,
    aliases: &["PT024"],
    leads: &[],
    examples: r#"
# in auto mode
! pytest-asyncio auto
-import pytest
 from app import fetch


-@pytest.mark.asyncio
 async def test_fetch():
     assert await fetch("a")


 class TestFetch:
-    @pytest.mark.asyncio()
     async def test_fetch(self):
         assert await fetch("b")
# under any name, among other marks
! pytest-asyncio auto
 from pytest import mark
 from app import fetch


 @mark.slow
-@mark.asyncio
 @mark.parametrize("url", ["a", "b"])
 async def test_fetch(url):
     assert await fetch(url)
# marks of classes and modules go too
! pytest-asyncio auto
 import pytest

 urls = ["a", "b"]
-pytestmark = pytest.mark.asyncio


-@pytest.mark.asyncio
 class TestFetch:
-    pytestmark = [pytest.mark.asyncio, pytest.mark.slow]
+    pytestmark = [pytest.mark.slow]

     async def test_fetch(self, fetch):
         assert await fetch("a")
# outside of auto mode the marks are needed
! pytest-asyncio strict
 import pytest


 @pytest.mark.asyncio
 async def test_fetch(fetch):
     assert await fetch("a")


 @pytest.mark.asyncio
 class TestFetch:
     async def test_fetch(self, fetch):
         assert await fetch("a")
# and so they are where nothing is configured
 import pytest

 pytestmark = pytest.mark.asyncio


 async def test_fetch(fetch):
     assert await fetch("a")
# the module is marked already
 import pytest

 pytestmark = pytest.mark.asyncio


-@pytest.mark.asyncio
 async def test_fetch(fetch):
     assert await fetch("a")


 @pytest.mark.slow
-@pytest.mark.asyncio
 class TestFetch:
     async def test_fetch(self, fetch):
         assert await fetch("b")
# the class is marked already
! pytest-asyncio strict
 import pytest


 @pytest.mark.asyncio
 class TestFetch:
-    @pytest.mark.asyncio
     async def test_fetch(self, fetch):
         assert await fetch("a")


 class TestMore:
     pytestmark = [pytest.mark.slow, pytest.mark.asyncio]

-    @pytest.mark.asyncio
     async def test_fetch(self, fetch):
         assert await fetch("a")
# arguments say something
! pytest-asyncio auto
 import pytest


 @pytest.mark.asyncio(loop_scope="module")
 async def test_fetch(fetch):
     assert await fetch("a")


 @pytest.mark.asyncio(loop_scope="class")
 class TestFetch:
     async def test_fetch(self, fetch):
         assert await fetch("a")
# inside of one with arguments a plain mark says something too
! pytest-asyncio auto
 import pytest

 pytestmark = [pytest.mark.asyncio(scope="module")]


 @pytest.mark.asyncio
 async def test_fetch(fetch):
     assert await fetch("a")
# which module is marked how is not known
! pytest-asyncio auto
 import pytest
 from .marks import marks

 pytestmark = marks


 @pytest.mark.asyncio
 async def test_fetch(fetch):
     assert await fetch("a")
# a plain test is not asynchronous
! reported a plain function
! pytest-asyncio auto
 import pytest


 @pytest.mark.asyncio
 def test_fetch(fetch):
     assert fetch("a")
# a decorator may make it asynchronous
! pytest-asyncio strict
 import pytest

 from .tools import asynchronous


 @pytest.mark.asyncio
 @asynchronous
 def test_fetch(fetch):
     yield fetch("a")
# a fixture is made for asyncio, not marked
! pytest-asyncio strict
 import pytest
+import pytest_asyncio


-@pytest.mark.asyncio
-@pytest.fixture
+@pytest_asyncio.fixture
 async def client(connect):
     yield await connect()


-@pytest.mark.asyncio
 @pytest.fixture(scope="module")
 def port():
     return 80


 @pytest.mark.asyncio
 async def test_client(client, port):
     assert client.port == port
# with its arguments
 import pytest
 import pytest_asyncio


-@pytest.fixture(scope="module", name="client")
-@pytest.mark.asyncio
+@pytest_asyncio.fixture(scope="module", name="client")
 async def make_client(connect):
     yield await connect()


-@pytest.mark.asyncio
 @pytest_asyncio.fixture
 async def other(connect):
     return await connect()


 @pytest.mark.asyncio
 async def test_client(client, other):
     assert client.port == other.port
# a test that awaits what the fixture gives has found another way
! unsafe awaits what the fixture gives
! pytest-asyncio strict
 import pytest
+import pytest_asyncio


-@pytest.mark.asyncio
-@pytest.fixture
+@pytest_asyncio.fixture
 async def client(connect):
     return await connect()


 @pytest.mark.asyncio
 async def test_client(client):
     assert (await client).port
# a fixture of other files
! unsafe tests of other files
! pytest-asyncio strict
@ tests/conftest.py
-import pytest
+import pytest_asyncio


-@pytest.mark.asyncio
-@pytest.fixture
+@pytest_asyncio.fixture
 async def client(connect):
     return await connect()
# in auto mode every fixture may be asynchronous
! pytest-asyncio auto
 import pytest


-@pytest.mark.asyncio
 @pytest.fixture
 async def client(connect):
     yield await connect()
# a mark of another plugin
! pytest-asyncio auto
 import pytest


 @pytest.mark.anyio
 async def test_fetch(fetch):
     assert await fetch("a")
"#,
    run,
};

/// A mark for asyncio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Plain,
    /// With arguments, or not known to be without.
    Telling,
}

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let imports_pytest = cx.semantic.bindings.iter().any(|binding| match binding.kind {
        BindingKind::Import { alias } => alias.name.as_str() == "pytest",
        BindingKind::ImportFrom { statement, .. } => statement.module.as_deref() == Some("pytest"),
        _ => false,
    });
    if !imports_pytest {
        return;
    }
    for (function, scope) in &cx.semantic.functions {
        for decorator in &function.decorator_list {
            let Some(mark) = mark(cx, &decorator.expression) else { continue };
            on_function(cx, fixes, function, *scope, decorator, mark);
        }
    }
    for (class, scope) in &cx.semantic.classes {
        for decorator in &class.decorator_list {
            if mark(cx, &decorator.expression) != Some(Mark::Plain) {
                continue;
            }
            if let Some(why) = redundant(cx, outer_of(cx, *scope)) {
                fixes.at(decorator, why).safe("leave it out", |fix| fix.delete_decorator(decorator));
            }
        }
        in_pytestmark(cx, fixes, *scope);
    }
    in_pytestmark(cx, fixes, 0);
}

fn mark(cx: &Context<'_>, expr: &Expr) -> Option<Mark> {
    let (named, is_plain) = match expr {
        Expr::Call(call) => (&*call.func, call.arguments.is_empty()),
        other => (other, true),
    };
    let is_mark = match named {
        Expr::Attribute(attribute) => attribute.attr.as_str() == "asyncio",
        Expr::Name(_) => true,
        _ => false,
    };
    (is_mark && cx.symbol(named).as_deref() == Some("pytest.mark.asyncio")).then_some(if is_plain {
        Mark::Plain
    } else {
        Mark::Telling
    })
}

/// A mark for asyncio, or something that may hold one; `None` for the other marks.
fn mark_or_unknown(cx: &Context<'_>, expr: &Expr) -> Option<Mark> {
    let named = match expr {
        Expr::Call(call) => &*call.func,
        named => named,
    };
    mark(cx, expr).or_else(|| {
        let is_other = cx.symbol(named).is_some_and(|symbol| symbol.starts_with("pytest.mark."));
        (!is_other).then_some(Mark::Telling)
    })
}

fn outer_of(cx: &Context<'_>, scope: ScopeId) -> ScopeId {
    cx.semantic.scope(scope).parent.unwrap_or(0)
}

/// The mark of the scope itself: a class or the module.
fn mark_of(cx: &Context<'_>, scope: ScopeId) -> Option<Mark> {
    let class = cx.semantic.classes.iter().find(|(_, own)| *own == scope).map(|(class, _)| class);
    let decorators = class.map_or(&[][..], |class| &class.decorator_list);
    if let Some(found) = decorators.iter().find_map(|decorator| mark(cx, &decorator.expression)) {
        return Some(found);
    }
    match cx.semantic.bindings_of("pytestmark", scope) {
        [] => None,
        [only] => match cx.semantic.binding(*only).kind {
            BindingKind::Assignment { value, unpacked: None }
            | BindingKind::Annotated { value: Some(value), .. } => match value {
                Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                    elts.iter().find_map(|element| mark_or_unknown(cx, element))
                }
                value => mark_or_unknown(cx, value),
            },
            _ => Some(Mark::Telling),
        },
        _ => Some(Mark::Telling),
    }
}

/// Why a plain mark in this scope says nothing, if so.
fn redundant(cx: &Context<'_>, scope: ScopeId) -> Option<&'static str> {
    let mut at = Some(scope);
    while let Some(around) = at {
        match mark_of(cx, around) {
            Some(Mark::Telling) => return None,
            Some(Mark::Plain) if around == 0 => {
                return Some("`pytest.mark.asyncio` says nothing: the module is marked");
            }
            Some(Mark::Plain) => return Some("`pytest.mark.asyncio` says nothing: the class is marked"),
            None => at = cx.semantic.scope(around).parent,
        }
    }
    (cx.settings.pytest_asyncio == PytestAsyncio::Auto)
        .then_some("`pytest.mark.asyncio` says nothing: pytest-asyncio is in auto mode")
}

fn on_function(
    cx: &Context<'_>,
    fixes: &mut Fixes<'_>,
    function: &ast::StmtFunctionDef,
    scope: ScopeId,
    decorator: &ast::Decorator,
    mark: Mark,
) {
    let decorators = &function.decorator_list;
    if let Some((maker, made_by)) = decorators.iter().find_map(|other| fixture(cx, other)) {
        if mark == Mark::Plain {
            on_fixture(cx, fixes, function, decorator, maker, made_by);
        }
        return;
    }
    if !function.is_async {
        let is_plain = decorators.iter().all(|other| {
            let named = match &other.expression {
                Expr::Call(call) => &*call.func,
                named => named,
            };
            cx.symbol(named).is_some_and(|symbol| symbol.starts_with("pytest.mark."))
        });
        let is_generator = cx.inside(function).any(|node| {
            matches!(node.ast, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_))
                && cx.semantic.frame(node.scope) == scope
        });
        if is_plain && !is_generator && mark == Mark::Plain {
            fixes
                .at(decorator, "`pytest.mark.asyncio` on a plain function does nothing")
                .because("make it `async def`, or leave the mark out")
                .report();
        }
        return;
    }
    if mark == Mark::Telling {
        return;
    }
    if let Some(why) = redundant(cx, outer_of(cx, scope)) {
        fixes.at(decorator, why).safe("leave it out", |fix| fix.delete_decorator(decorator));
    }
}

/// What names the fixture's maker in a decorator, and its canonical name.
fn fixture<'a>(cx: &Context<'a>, decorator: &'a ast::Decorator) -> Option<(&'a Expr, &'static str)> {
    let named = match &decorator.expression {
        Expr::Call(call) => &*call.func,
        named => named,
    };
    let made_by = match &*cx.symbol(named)? {
        "pytest.fixture" | "pytest.yield_fixture" => "pytest.fixture",
        "pytest_asyncio.fixture" => "pytest_asyncio.fixture",
        _ => return None,
    };
    Some((named, made_by))
}

fn on_fixture(
    cx: &Context<'_>,
    fixes: &mut Fixes<'_>,
    function: &ast::StmtFunctionDef,
    decorator: &ast::Decorator,
    maker: &Expr,
    made_by: &str,
) {
    let found = fixes.at(decorator, "`pytest.mark.asyncio` on a fixture does nothing");
    let is_mode_auto = cx.settings.pytest_asyncio == PytestAsyncio::Auto;
    if !function.is_async || is_mode_auto || made_by == "pytest_asyncio.fixture" {
        found.safe("leave it out", |fix| fix.delete_decorator(decorator));
        return;
    }
    found.safe("make it with `pytest_asyncio.fixture`", |fix| {
        fix.delete_decorator(decorator);
        let spelled = fix.import("pytest_asyncio.fixture");
        fix.replace(maker, spelled);
        if cx.source.path.rsplit('/').next() == Some("conftest.py") {
            fix.demote("tests of other files may await what the fixture gives");
        } else if is_awaited(fix, function, maker) {
            fix.demote("a test awaits what the fixture gives");
        }
    });
}

/// Whether a parameter of the fixture's name is awaited or gone through asynchronously somewhere in the file.
fn is_awaited(fix: &FixBuilder<'_>, function: &ast::StmtFunctionDef, maker: &Expr) -> bool {
    let cx = fix.cx;
    let renamed = match cx.parent(maker) {
        AnyNodeRef::ExprCall(call) => call.arguments.find_keyword("name").map(|keyword| &keyword.value),
        _ => None,
    };
    let name = match renamed {
        Some(Expr::StringLiteral(name)) => name.value.to_str(),
        Some(_) => return true,
        None => function.name.as_str(),
    };
    cx.semantic.references.iter().filter(|read| read.name.id.as_str() == name).any(|read| {
        let around = cx.parent(read.name);
        let by_call = matches!(around, AnyNodeRef::Arguments(arguments)
            if matches!(cx.parent(arguments), AnyNodeRef::ExprCall(call)
                if ["anext", "run", "run_until_complete", "wait_for", "gather", "create_task"]
                    .iter()
                    .any(|word| cx.text(&*call.func).ends_with(word))));
        let by_hand = matches!(around, AnyNodeRef::ExprAttribute(attribute)
            if matches!(attribute.attr.as_str(), "__anext__" | "asend" | "aclose" | "send" | "__aiter__"));
        by_call
            || by_hand
            || match around {
                AnyNodeRef::ExprAwait(_) => true,
                AnyNodeRef::StmtFor(each) => each.is_async,
                AnyNodeRef::Comprehension(each) => each.is_async,
                _ => false,
            }
    })
}

/// `pytestmark` of a class or the module, where it says nothing.
fn in_pytestmark(cx: &Context<'_>, fixes: &mut Fixes<'_>, scope: ScopeId) {
    let [only] = cx.semantic.bindings_of("pytestmark", scope) else { return };
    let BindingKind::Assignment { value, unpacked: None } = cx.semantic.binding(*only).kind else { return };
    let AnyNodeRef::StmtAssign(statement) = cx.parent(value) else { return };
    let why = match cx.semantic.scope(scope).parent {
        Some(around) => redundant(cx, around),
        None => (cx.settings.pytest_asyncio == PytestAsyncio::Auto)
            .then_some("`pytest.mark.asyncio` says nothing: pytest-asyncio is in auto mode"),
    };
    let Some(why) = why else { return };
    let (elements, around): (&[Expr], TextRange) = match value {
        Expr::List(list) => (&list.elts, list.range),
        value => (std::slice::from_ref(value), value.range()),
    };
    for element in elements.iter().filter(|element| mark(cx, element) == Some(Mark::Plain)) {
        fixes.at(element, why).safe("leave it out", |fix| {
            if scope == 0 && cx.is_imported_elsewhere("pytestmark") || statement.targets.len() > 1 {
                fix.withhold("`pytestmark` is used elsewhere");
            } else if elements.len() > 1 {
                fix.delete_element(elements, element, around);
            } else if cx.source.has_comment(statement.range) {
                fix.withhold("a comment stands where code would go");
            } else {
                fix.delete_statement(statement);
            }
        });
    }
}
