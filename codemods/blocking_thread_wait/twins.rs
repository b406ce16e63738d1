//! The objects of `threading` and `queue` that asyncio has too.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members};
use crate::engine::twin::DATA;

/// Attributes that take at most this many arguments by position, and none by keyword.
const fn with(arguments: usize, how: How, names: &'static str) -> Members {
    Members { arguments: Some(arguments), ..Members::of(how, names) }
}

const LOCK: Class = Class {
    members: &[with(0, How::Awaited, "acquire"), with(0, How::Plain, "release locked")],
    entered: Some(&DATA),
    stays_on_loop: true,
    ..Class::NEW
};

static PLAIN_LOCK: Class = Class { name: "threading.Lock", twin: "asyncio.Lock", ..LOCK };
static SEMAPHORE: Class = Class { name: "threading.Semaphore", twin: "asyncio.Semaphore", ..LOCK };

static EVENT: Class = Class {
    name: "threading.Event",
    twin: "asyncio.Event",
    members: &[with(0, How::Awaited, "wait"), with(0, How::Plain, "set clear is_set")],
    stays_on_loop: true,
    ..Class::NEW
};

static CONDITION: Class = Class {
    name: "threading.Condition",
    twin: "asyncio.Condition",
    members: &[
        with(0, How::Awaited, "acquire wait"),
        with(1, How::Awaited, "wait_for"),
        with(0, How::Plain, "release notify_all"),
        with(1, How::Plain, "notify"),
    ],
    entered: Some(&DATA),
    stays_on_loop: true,
    ..Class::NEW
};

const QUEUE: Class = Class {
    members: &[
        with(0, How::Awaited, "get join"),
        with(1, How::Awaited, "put"),
        with(0, How::Plain, "get_nowait qsize empty full task_done"),
        with(1, How::Plain, "put_nowait"),
        Members::of(How::Value, "maxsize"),
    ],
    stays_on_loop: true,
    ..Class::NEW
};

static FIFO: Class = Class { name: "queue.Queue", twin: "asyncio.Queue", ..QUEUE };
static LIFO: Class = Class { name: "queue.LifoQueue", twin: "asyncio.LifoQueue", ..QUEUE };
static PRIORITY: Class = Class { name: "queue.PriorityQueue", twin: "asyncio.PriorityQueue", ..QUEUE };

/// `threading.RLock` has no twin: asyncio's lock cannot be taken twice.
pub(super) static THREADING: Library = Library {
    makers: &[
        Maker::of(&PLAIN_LOCK, "threading.Lock", ("asyncio", "Lock", "")),
        Maker::of(&SEMAPHORE, "threading.Semaphore", ("asyncio", "Semaphore", "")),
        Maker::of(&EVENT, "threading.Event", ("asyncio", "Event", "")),
        Maker {
            positional: 0,
            but: &["lock"],
            ..Maker::of(&CONDITION, "threading.Condition", ("asyncio", "Condition", ""))
        },
        Maker::of(&FIFO, "queue.Queue", ("asyncio", "Queue", "")),
        Maker::of(&LIFO, "queue.LifoQueue", ("asyncio", "LifoQueue", "")),
        Maker::of(&PRIORITY, "queue.PriorityQueue", ("asyncio", "PriorityQueue", "")),
    ],
    absent: &["queue.Empty", "queue.Full"],
    binds_early: true,
    ..Library::NEW
};
