//! What the person running asyncfix chose, as plain data.

/// A Python version such as 3.11: `(3, 11)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct PythonVersion {
    /// The 3 of 3.11.
    pub major: u8,
    /// The 11 of 3.11.
    pub minor: u8,
}

impl PythonVersion {
    /// Python 3.`minor`.
    #[must_use]
    pub const fn py3(minor: u8) -> Self {
        Self { major: 3, minor }
    }
}

/// The HTTP client that replaces requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum HttpClient {
    /// httpx, the default.
    Httpx,
    /// httpx2, the maintained fork with the same API.
    Httpx2,
}

impl HttpClient {
    /// The name of the package, as it is imported.
    #[must_use]
    pub fn module(self) -> &'static str {
        match self {
            Self::Httpx => "httpx",
            Self::Httpx2 => "httpx2",
        }
    }
}

/// The mode of pytest-asyncio that the test configuration in force sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum PytestAsyncio {
    /// Nothing is configured: the command line may say what holds.
    #[default]
    Unknown,
    /// Tests are marked, fixtures are `pytest_asyncio.fixture`: what holds where pytest is configured and no mode is
    /// set, since pytest-asyncio 0.19.
    Strict,
    /// Coroutine functions are tests and fixtures without being marked.
    Auto,
}

/// The codemods of a run, as sets of positions in [`crate::CODEMODS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Selection {
    pub(super) chosen: u128,
    /// Those asked for, by name or with `all`: they also report what only a pedant wants to hear of.
    pub(super) asked: u128,
}

impl Selection {
    /// No codemod.
    #[must_use]
    pub fn none() -> Self {
        Self { chosen: 0, asked: 0 }
    }

    /// Adds the codemod of this name, as one asked for; `false` when there is none.
    pub fn insert(&mut self, name: &str) -> bool {
        crate::position(name).is_some_and(|index| {
            self.chosen |= 1 << index;
            self.asked |= 1 << index;
            true
        })
    }

    /// Takes the codemod of this name out; `false` when there is none.
    pub fn remove(&mut self, name: &str) -> bool {
        crate::position(name).is_some_and(|index| {
            self.chosen &= !(1 << index);
            self.asked &= !(1 << index);
            true
        })
    }

    /// Whether the codemod of this name was asked for, and so reports its pedantic findings too.
    #[must_use]
    pub fn is_asked_for(&self, name: &str) -> bool {
        crate::position(name).is_some_and(|index| self.asked & (1 << index) != 0)
    }

    /// Whether the codemod of this name takes part.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        crate::position(name).is_some_and(|index| self.chosen & (1 << index) != 0)
    }
}

/// Everything the codemods need to know of the configuration, for one file.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// The codemods that run.
    pub selection: Selection,
    /// The oldest Python the code must run on: nothing newer is emitted.
    pub target: PythonVersion,
    /// What requests becomes.
    pub http_client: HttpClient,
    /// Seconds written where requests had no timeout; `None` writes `timeout=None`.
    pub timeout: Option<f64>,
    /// How many awaitables the gather helper runs at a time.
    pub concurrency_limit: u32,
    /// The module that holds the gather helper for the whole project; `None` puts it into each file.
    pub helper_module: Option<String>,
    /// Third-party packages the project declares (normalised names), for choices such as aiofiles or anyio.
    pub dependencies: Vec<String>,
    /// Patterns on qualified names that block, with the replacement or advice.
    pub blocking_calls: Vec<(String, String)>,
    /// Qualified names of functions that run their first argument in a thread.
    pub thread_offloaders: Vec<String>,
    /// Patterns on qualified names known not to block.
    pub not_blocking: Vec<String>,
    /// Functions that are to become coroutine functions, `pkg.mod:func`; when empty, any that can.
    pub make_async: Vec<String>,
    /// How pytest-asyncio finds the asynchronous tests of the file's folder.
    pub pytest_asyncio: PytestAsyncio,
}

impl Settings {
    /// Whether functions are to be converted: then all files of the project must be looked at.
    #[must_use]
    pub fn wants_conversions(&self) -> bool {
        self.selection.contains(crate::CONVERTING.name)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            selection: Selection::defaults(),
            target: PythonVersion::py3(9),
            http_client: HttpClient::Httpx,
            timeout: None,
            concurrency_limit: 100,
            helper_module: None,
            dependencies: Vec::new(),
            blocking_calls: Vec::new(),
            thread_offloaders: Vec::new(),
            not_blocking: Vec::new(),
            make_async: Vec::new(),
            pytest_asyncio: PytestAsyncio::Unknown,
        }
    }
}
