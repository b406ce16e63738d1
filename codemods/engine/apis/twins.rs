//! What is known of an object and of its asynchronous twin: the form in which codemods state it.

/// A class with a twin: how each use of its objects is written with the twin's.
#[derive(Debug)]
pub(crate) struct Class {
    /// The dotted path of the class, as annotations of the library name it; empty for what nobody annotates.
    pub(crate) name: &'static str,
    /// The dotted path of the twin.
    pub(crate) twin: &'static str,
    pub(crate) members: &'static [Members],
    /// What an attribute is that `members` does not name; `None`: nobody knows.
    pub(crate) others: Option<How>,
    /// What `x["name"]` gives.
    pub(crate) item: Option<How>,
    /// What `with` gives its name, entered by `async with` then.
    pub(crate) entered: Option<&'static Class>,
    /// What `for` gives its name, by `async for` then.
    pub(crate) gone_over: Option<&'static Class>,
    /// The coroutine method that gives all items at once.
    pub(crate) listed: Option<&'static str>,
    /// Where its items are not all that is asked for, it is awaited: a page of results.
    pub(crate) is_page: bool,
    /// Whether uses that wait for nothing must be on the loop too: no thread may touch the object.
    pub(crate) stays_on_loop: bool,
}

/// Attributes that are used alike.
#[derive(Debug)]
pub(crate) struct Members {
    /// Dotted paths below the object, separated by blanks.
    pub(crate) names: &'static str,
    pub(crate) how: How,
    /// The greatest number of arguments by position, none by keyword, with which the twin does the same; `None`
    /// where any will do.
    pub(crate) arguments: Option<usize>,
}

/// How a use is written with the twin.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// The call is awaited.
    Awaited,
    /// The call is awaited under another name.
    AwaitedAs(&'static str),
    /// The call is awaited and gives an object with a twin.
    AwaitedGives(&'static Class),
    /// The call is not awaited and gives an object with a twin.
    Gives(&'static Class),
    /// The call is not awaited and gives an object of the same class.
    GivesSame,
    /// The call is as it was.
    Plain,
    /// The call is not awaited, has another name and gives an object with a twin.
    GivesAs(&'static str, &'static Class),
    /// It is read as it was.
    Value,
    /// It is read and set as it was.
    Field,
    /// It is read, and is an object with a twin.
    Part(&'static Class),
    /// The call is awaited; with `stream=True` it gives an object with a twin.
    Streams(&'static Class),
    /// Setting it is a call of this coroutine method.
    SetBy(&'static str),
}

/// How objects of a class come into being.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) class: &'static Class,
    /// The canonical symbol of what is called.
    pub(crate) symbol: &'static str,
    /// Module, name in it, and what follows the name, of what makes the twin.
    pub(crate) twin: (&'static str, &'static str, &'static str),
    /// Class methods that make one too.
    pub(crate) methods: &'static [&'static str],
    /// Keyword arguments that the twin wants otherwise, or not at all.
    pub(crate) but: &'static [&'static str],
    /// How many arguments by position mean the same to the twin.
    pub(crate) positional: usize,
    /// Whether making it is awaited.
    pub(crate) is_awaited: bool,
}

/// A function of the library that is handed an object and waits.
#[derive(Debug)]
pub(crate) struct Taker {
    /// Its canonical symbol.
    pub(crate) symbol: &'static str,
    /// Module and name of its twin.
    pub(crate) twin: (&'static str, &'static str),
    /// The position of the object among the arguments, and its name.
    pub(crate) argument: (usize, &'static str),
    pub(crate) how: How,
}

/// A library, or the part of one, whose objects have twins.
#[derive(Debug)]
pub(crate) struct Library {
    pub(crate) makers: &'static [Maker],
    pub(crate) takers: &'static [Taker],
    /// Classes besides those of the makers that annotations may name.
    pub(crate) classes: &'static [&'static Class],
    /// Symbols that the file must not name: their twins are other objects.
    pub(crate) absent: &'static [&'static str],
    /// Whether an object made outside of coroutines belongs to a loop before Python 3.10.
    pub(crate) binds_early: bool,
}

impl Class {
    /// A class of which nothing is known yet, for `..Class::NEW`.
    pub(crate) const NEW: Self = Self {
        name: "",
        twin: "",
        members: &[],
        others: None,
        item: None,
        entered: None,
        gone_over: None,
        listed: None,
        is_page: false,
        stays_on_loop: false,
    };

    /// How the attribute of this dotted path below the object is used; `Err` if it is the start of known paths.
    pub(crate) fn member(&self, path: &str) -> Result<Option<(How, Option<usize>)>, ()> {
        let mut is_start = false;
        for members in self.members {
            for name in members.names.split_ascii_whitespace() {
                if name == path {
                    return Ok(Some((members.how, members.arguments)));
                }
                is_start |= name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
            }
        }
        if is_start { Err(()) } else { Ok(self.others.map(|how| (how, None))) }
    }
}

impl Members {
    /// Attributes used in this way, whatever the arguments.
    pub(crate) const fn of(how: How, names: &'static str) -> Self {
        Self { names, how, arguments: None }
    }
}

impl Maker {
    /// A maker whose twin takes the same arguments, for `..Maker::of(…)`.
    pub(crate) const fn of(
        class: &'static Class,
        symbol: &'static str,
        twin: (&'static str, &'static str, &'static str),
    ) -> Self {
        Self { class, symbol, twin, methods: &[], but: &[], positional: usize::MAX, is_awaited: false }
    }
}

impl Library {
    /// A library of which nothing is known yet, for `..Library::NEW`.
    pub(crate) const NEW: Self =
        Self { makers: &[], takers: &[], classes: &[], absent: &[], binds_early: false };

    /// Every class, those of the makers first.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &'static Class> {
        self.makers.iter().map(|maker| maker.class).chain(self.classes.iter().copied())
    }
}

/// The tables as text: a line for each attribute, for `tests/apis/check.py` and for readers.
pub(crate) fn describe(libraries: &[&Library]) -> String {
    let mut lines = Vec::new();
    for library in libraries {
        for maker in library.makers {
            let (module, name, rest) = maker.twin;
            let awaited = if maker.is_awaited { " awaited" } else { "" };
            lines.push(format!("{} is made as {module}.{name}{rest}{awaited}", maker.symbol));
        }
        for taker in library.takers {
            let (module, name) = taker.twin;
            lines.push(format!("{} is called as {module}.{name}", taker.symbol));
        }
        for class in library.classes().filter(|class| !class.name.is_empty()) {
            for members in class.members {
                for member in members.names.split_ascii_whitespace() {
                    let how = match members.how {
                        How::Awaited | How::AwaitedGives(_) | How::Streams(_) => "awaited".to_owned(),
                        How::AwaitedAs(other) => format!("awaited as {other}"),
                        How::Gives(_) | How::GivesSame | How::Plain => "called".to_owned(),
                        How::GivesAs(other, _) => format!("called as {other}"),
                        How::Value | How::Field | How::Part(_) => "read".to_owned(),
                        How::SetBy(method) => format!("set by {method}"),
                    };
                    lines.push(format!("{} {} {member} {how}", class.name, class.twin));
                }
            }
        }
    }
    lines.sort();
    lines.dedup();
    lines.join("\n")
}
