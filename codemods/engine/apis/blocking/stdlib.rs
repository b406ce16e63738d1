//! The standard library, but for files.

use super::{Group, Kind, Unless, Wait};

const DOCS: &str = "docs.python.org/3/library";

const SLEEP: Group = Group::new(Kind::TimeSleep, Wait::Unbounded, DOCS);
const PROCESS: Group = Group {
    advice: "`asyncio.create_subprocess_exec`",
    noqa: &["ASYNC221"],
    ..Group::new(Kind::Subprocess, Wait::Unbounded, DOCS)
};
const WAIT_FOR_PROCESS: Group = Group { noqa: &["ASYNC222"], ..PROCESS };
const SOCKET: Group = Group {
    advice: "`asyncio.open_connection` or the loop's `sock_*` methods",
    ..Group::new(Kind::Socket, Wait::Network, DOCS)
};
const FD: Group = Group::new(Kind::Fd, Wait::Unbounded, DOCS);
const INPUT: Group = Group { noqa: &["ASYNC250"], ..Group::new(Kind::Input, Wait::Unbounded, DOCS) };
const THREADS: Group = Group::new(Kind::ThreadWait, Wait::Unbounded, DOCS);
const NETWORK: Group = Group::new(Kind::Call, Wait::Network, DOCS);
const URLLIB: Group = Group { noqa: &["ASYNC210"], advice: "`httpx.AsyncClient`", ..NETWORK };
const SMTP: Group = Group { advice: "`aiosmtplib`", ..NETWORK };
const ENDLESS: Group = Group::new(Kind::Call, Wait::Unbounded, DOCS);
const SQLITE: Group =
    Group { thread_bound: true, advice: "`aiosqlite`", ..Group::new(Kind::Database, Wait::Disk, DOCS) };
const CPU: Group = Group::new(Kind::Starvation, Wait::Cpu, DOCS);

/// `block=False` and `timeout=0` as `Queue.get`, `Lock.acquire` and their like take them.
const GET: &[Unless] = &[
    Unless { argument: "block", position: 0, values: &["False", "0"] },
    Unless { argument: "timeout", position: 1, values: &["0", "0.0"] },
];
const PUT: &[Unless] = &[
    Unless { argument: "block", position: 1, values: &["False", "0"] },
    Unless { argument: "timeout", position: 2, values: &["0", "0.0"] },
];
const ACQUIRE: &[Unless] = &[
    Unless { argument: "blocking", position: 0, values: &["False", "0"] },
    Unless { argument: "timeout", position: 1, values: &["0", "0.0"] },
];
/// `multiprocessing` calls the same argument by another name.
const MP_ACQUIRE: &[Unless] = &[
    Unless { argument: "block", position: 0, values: &["False", "0"] },
    Unless { argument: "timeout", position: 1, values: &["0", "0.0"] },
];
const TIMEOUT_FIRST: &[Unless] = &[Unless { argument: "timeout", position: 0, values: &["0", "0.0"] }];
const TIMEOUT_SECOND: &[Unless] = &[Unless { argument: "timeout", position: 1, values: &["0", "0.0"] }];
const NO_HANG: &[Unless] = &[Unless { argument: "options", position: 1, values: &["os.WNOHANG", "WNOHANG"] }];
const NO_WAIT: &[Unless] = &[Unless { argument: "wait", position: 0, values: &["False", "0"] }];
const NO_LOCK_WAIT: &[Unless] = &[Unless {
    argument: "operation",
    position: 1,
    values: &[
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        "fcntl.LOCK_NB | fcntl.LOCK_EX",
        "fcntl.LOCK_NB | fcntl.LOCK_SH",
        "fcntl.LOCK_UN",
        "LOCK_EX | LOCK_NB",
        "LOCK_SH | LOCK_NB",
        "LOCK_UN",
    ],
}];

/// There is no file behind it.
const IN_MEMORY: &[Unless] =
    &[Unless { argument: "database", position: 0, values: &["\":memory:\"", "':memory:'"] }];

/// A socket that listens shakes hands with nobody.
const NO_HANDSHAKE: &[Unless] = &[
    Unless { argument: "do_handshake_on_connect", position: usize::MAX, values: &["False"] },
    Unless { argument: "server_side", position: 1, values: &["True"] },
];

pub(super) const GROUPS: &[Group] = &[
    Group { on: "time", names: "sleep", advice: "`asyncio.sleep`", noqa: &["ASYNC251"], ..SLEEP },
    // Processes
    Group {
        on: "subprocess",
        names: "run call check_call check_output getoutput getstatusoutput",
        noqa: &["ASYNC221"],
        ..PROCESS
    },
    Group { on: "os", names: "system popen", ..PROCESS },
    Group {
        on: "os",
        names: "spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe",
        unless: &[Unless { argument: "mode", position: 0, values: &["os.P_NOWAIT", "P_NOWAIT"] }],
        ..PROCESS
    },
    Group { on: "pty", names: "spawn", ..PROCESS },
    // Starting a process takes a moment, waiting for it may take for ever.
    Group { on: "subprocess", names: "Popen", noqa: &["ASYNC220"], ..PROCESS_MOMENT },
    Group { on: "os", names: "posix_spawn posix_spawnp", noqa: &["ASYNC221"], ..PROCESS_MOMENT },
    Group {
        on: "subprocess.Popen()",
        names: "wait",
        advice: "`asyncio.create_subprocess_exec` and `await process.wait()`",
        unless: TIMEOUT_FIRST,
        ..WAIT_FOR_PROCESS
    },
    Group {
        on: "subprocess.Popen()",
        names: "communicate __exit__",
        advice: "`asyncio.create_subprocess_exec` and `await process.communicate()`",
        ..WAIT_FOR_PROCESS
    },
    Group {
        on: "subprocess.Popen()",
        names: "stdout.read stdout.readline stdout.readlines stdout.__iter__ \
                stderr.read stderr.readline stderr.readlines stderr.__iter__",
        advice: "`asyncio.create_subprocess_exec` and `await process.stdout.readline()`",
        ..WAIT_FOR_PROCESS
    },
    Group { on: "os.popen()", names: "read readline readlines __iter__", ..WAIT_FOR_PROCESS },
    Group { on: "os", names: "wait wait3", ..WAIT_FOR_PROCESS },
    Group { on: "os", names: "waitpid wait4", unless: NO_HANG, ..WAIT_FOR_PROCESS },
    Group {
        on: "os",
        names: "waitid",
        unless: &[Unless { argument: "options", position: 2, values: &["os.WNOHANG"] }],
        ..WAIT_FOR_PROCESS
    },
    // Sockets
    Group {
        on: "socket.socket()",
        names: "connect accept recv recv_into recvfrom recvfrom_into recvmsg recvmsg_into send sendall sendto \
                sendmsg sendfile",
        ..SOCKET
    },
    Group { on: "socket", names: "create_connection", advice: "`asyncio.open_connection`", ..SOCKET },
    Group {
        on: "socket",
        names: "getaddrinfo gethostbyname gethostbyname_ex gethostbyaddr getfqdn",
        advice: "the loop's `getaddrinfo`",
        ..SOCKET
    },
    Group { on: "socket", names: "getnameinfo", advice: "the loop's `getnameinfo`", ..SOCKET },
    Group { on: "ssl", names: "get_server_certificate", ..SOCKET },
    Group {
        on: "ssl.SSLContext()",
        names: "wrap_socket",
        unless: NO_HANDSHAKE,
        advice: "`asyncio.open_connection` with `ssl=`",
        ..SOCKET
    },
    Group {
        on: "ssl.SSLSocket()",
        names: "connect accept recv recv_into send sendall read write do_handshake unwrap",
        advice: "`asyncio.open_connection` with `ssl=`",
        ..SOCKET
    },
    Group {
        on: "select",
        names: "select",
        advice: "the loop's `add_reader` or streams",
        unless: &[Unless { argument: "timeout", position: 3, values: &["0", "0.0"] }],
        ..SOCKET
    },
    Group {
        on: "select.poll()",
        names: "poll",
        advice: "the loop's `add_reader` or streams",
        unless: TIMEOUT_FIRST,
        ..SOCKET
    },
    Group {
        on: "select.epoll()",
        names: "poll",
        advice: "the loop's `add_reader` or streams",
        unless: TIMEOUT_FIRST,
        ..SOCKET
    },
    Group {
        on: "selectors.DefaultSelector()",
        names: "select",
        advice: "the loop's `add_reader` or streams",
        unless: TIMEOUT_FIRST,
        ..SOCKET
    },
    // Descriptors
    Group { on: "os", names: "read write readv writev pread pwrite preadv pwritev sendfile splice", ..FD },
    Group { on: "os", names: "copy_file_range", ..FD },
    Group { on: "fcntl", names: "flock lockf", unless: NO_LOCK_WAIT, ..ENDLESS },
    Group { on: "os", names: "lockf", ..ENDLESS },
    // People
    Group { on: "builtins", names: "input", ..INPUT },
    Group { on: "getpass", names: "getpass", ..INPUT },
    Group { on: "sys.stdin", names: "read readline readlines __iter__ buffer.read buffer.readline", ..INPUT },
    Group { on: "code", names: "interact", ..INPUT },
    Group { on: "code.InteractiveConsole()", names: "interact raw_input", ..INPUT },
    Group { on: "cmd.Cmd()", names: "cmdloop", ..INPUT },
    // Threads
    Group { on: "threading.Lock()", names: "acquire", advice: "`asyncio.Lock`", unless: ACQUIRE, ..THREADS },
    Group { on: "threading.RLock()", names: "acquire", advice: "`asyncio.Lock`", unless: ACQUIRE, ..THREADS },
    Group {
        on: "threading.Semaphore()",
        names: "acquire",
        advice: "`asyncio.Semaphore`",
        unless: ACQUIRE,
        ..THREADS
    },
    Group {
        on: "threading.Condition()",
        names: "acquire",
        advice: "`asyncio.Condition`",
        unless: ACQUIRE,
        ..THREADS
    },
    Group { on: "threading.Condition()", names: "wait", unless: TIMEOUT_FIRST, ..THREADS },
    Group { on: "threading.Condition()", names: "wait_for", unless: TIMEOUT_SECOND, ..THREADS },
    Group {
        on: "threading.Event()",
        names: "wait",
        advice: "`asyncio.Event`",
        unless: TIMEOUT_FIRST,
        ..THREADS
    },
    Group { on: "threading.Barrier()", names: "wait", unless: TIMEOUT_FIRST, ..THREADS },
    Group { on: "threading.Thread()", names: "join", unless: TIMEOUT_FIRST, ..THREADS },
    Group { on: "threading.Timer()", names: "join", unless: TIMEOUT_FIRST, ..THREADS },
    Group { on: "threading.Lock()", names: "__enter__", advice: "`asyncio.Lock`", ..THREADS_MOMENT },
    Group { on: "threading.RLock()", names: "__enter__", advice: "`asyncio.Lock`", ..THREADS_MOMENT },
    Group {
        on: "threading.Semaphore()",
        names: "__enter__",
        advice: "`asyncio.Semaphore`",
        ..THREADS_MOMENT
    },
    Group {
        on: "threading.Condition()",
        names: "__enter__",
        advice: "`asyncio.Condition`",
        ..THREADS_MOMENT
    },
    Group { on: "queue.Queue()", names: "get", advice: "`asyncio.Queue`", unless: GET, ..THREADS },
    Group { on: "queue.Queue()", names: "join", advice: "`asyncio.Queue`", ..THREADS },
    Group { on: "queue.Queue()", names: "put", advice: "`asyncio.Queue`", unless: PUT, ..THREADS_MOMENT },
    Group { on: "queue.LifoQueue()", names: "get", advice: "`asyncio.LifoQueue`", unless: GET, ..THREADS },
    Group { on: "queue.LifoQueue()", names: "join", advice: "`asyncio.LifoQueue`", ..THREADS },
    Group {
        on: "queue.LifoQueue()",
        names: "put",
        advice: "`asyncio.LifoQueue`",
        unless: PUT,
        ..THREADS_MOMENT
    },
    Group {
        on: "queue.PriorityQueue()",
        names: "get",
        advice: "`asyncio.PriorityQueue`",
        unless: GET,
        ..THREADS
    },
    Group { on: "queue.PriorityQueue()", names: "join", advice: "`asyncio.PriorityQueue`", ..THREADS },
    Group {
        on: "queue.PriorityQueue()",
        names: "put",
        advice: "`asyncio.PriorityQueue`",
        unless: PUT,
        ..THREADS_MOMENT
    },
    Group { on: "queue.SimpleQueue()", names: "get", advice: "`asyncio.Queue`", unless: GET, ..THREADS },
    Group { on: "multiprocessing.Queue()", names: "get", unless: GET, ..THREADS },
    Group { on: "multiprocessing.Queue()", names: "put", unless: PUT, ..THREADS_MOMENT },
    Group { on: "multiprocessing.Queue()", names: "join_thread", ..THREADS },
    Group { on: "multiprocessing.JoinableQueue()", names: "get", unless: GET, ..THREADS },
    Group { on: "multiprocessing.JoinableQueue()", names: "put", unless: PUT, ..THREADS_MOMENT },
    Group { on: "multiprocessing.JoinableQueue()", names: "join", ..THREADS },
    Group { on: "multiprocessing.SimpleQueue()", names: "get", ..THREADS },
    Group { on: "multiprocessing.Process()", names: "join", unless: TIMEOUT_FIRST, ..THREADS },
    Group { on: "multiprocessing.Lock()", names: "acquire", unless: MP_ACQUIRE, ..THREADS },
    Group { on: "multiprocessing.RLock()", names: "acquire", unless: MP_ACQUIRE, ..THREADS },
    Group { on: "multiprocessing.Semaphore()", names: "acquire", unless: MP_ACQUIRE, ..THREADS },
    Group { on: "multiprocessing.Event()", names: "wait", unless: TIMEOUT_FIRST, ..THREADS },
    Group { on: "multiprocessing.Barrier()", names: "wait", unless: TIMEOUT_FIRST, ..THREADS },
    Group {
        on: "multiprocessing.Pool()",
        names: "apply map starmap join",
        advice: "the loop's `run_in_executor` with a `ProcessPoolExecutor`",
        ..THREADS
    },
    Group { on: "multiprocessing.pool.ThreadPool()", names: "apply map starmap join", ..THREADS },
    Group { on: "multiprocessing.pool.AsyncResult()", names: "get wait", unless: TIMEOUT_FIRST, ..THREADS },
    Group { on: "multiprocessing.connection.Connection()", names: "recv recv_bytes", ..THREADS },
    Group { on: "multiprocessing.connection.Connection()", names: "poll", checked: false, ..THREADS },
    Group { on: "multiprocessing.connection", names: "Client", ..THREADS },
    Group { on: "multiprocessing.connection.Listener()", names: "accept", ..THREADS },
    Group { on: "multiprocessing.connection", names: "wait", unless: TIMEOUT_SECOND, ..THREADS },
    Group {
        on: "concurrent.futures.Future()",
        names: "result exception",
        advice: "`await asyncio.wrap_future(…)`",
        unless: TIMEOUT_FIRST,
        ..THREADS
    },
    Group {
        on: "concurrent.futures",
        names: "wait",
        advice: "`asyncio.wait` over `asyncio.wrap_future(…)`",
        unless: TIMEOUT_SECOND,
        ..THREADS
    },
    Group {
        on: "concurrent.futures.as_completed()",
        names: "__iter__",
        advice: "`asyncio.as_completed` over `asyncio.wrap_future(…)`",
        ..THREADS
    },
    Group {
        on: "concurrent.futures.ThreadPoolExecutor()",
        names: "map().__iter__",
        advice: "the loop's `run_in_executor`",
        ..THREADS
    },
    Group {
        on: "concurrent.futures.ProcessPoolExecutor()",
        names: "map().__iter__",
        advice: "the loop's `run_in_executor`",
        ..THREADS
    },
    Group {
        on: "concurrent.futures.ThreadPoolExecutor()",
        names: "shutdown __exit__",
        unless: NO_WAIT,
        ..THREADS_MOMENT
    },
    Group {
        on: "concurrent.futures.ProcessPoolExecutor()",
        names: "shutdown __exit__",
        unless: NO_WAIT,
        ..THREADS_MOMENT
    },
    Group { on: "signal", names: "pause sigwait sigwaitinfo sigtimedwait", ..ENDLESS },
    // Network protocols
    Group { on: "urllib.request", names: "urlopen urlretrieve", ..URLLIB },
    Group { on: "urllib.request.OpenerDirector()", names: "open", ..URLLIB },
    Group { on: "urllib.request.urlopen()", names: "read readline readlines", ..URLLIB },
    Group { on: "urllib.robotparser.RobotFileParser()", names: "read", ..URLLIB },
    Group {
        on: "http.client.HTTPConnection()",
        names: "connect request getresponse endheaders send",
        ..URLLIB
    },
    Group {
        on: "http.client.HTTPSConnection()",
        names: "connect request getresponse endheaders send",
        ..URLLIB
    },
    Group { on: "http.client.HTTPResponse()", names: "read readline readlines readinto", ..URLLIB },
    // With a host the constructor connects; without one it does nothing.
    Group { on: "smtplib", names: "SMTP_SSL", ..SMTP },
    Group { on: "smtplib", names: "SMTP", ..SMTP },
    Group {
        on: "smtplib.SMTP()",
        names: "connect login sendmail send_message starttls quit ehlo helo noop verify docmd auth",
        ..SMTP
    },
    Group {
        on: "smtplib.SMTP_SSL()",
        names: "connect login sendmail send_message starttls quit ehlo helo noop verify docmd auth",
        ..SMTP
    },
    Group { on: "ftplib", names: "FTP FTP_TLS", ..NETWORK },
    Group { on: "ftplib.FTP()", names: FTP, ..NETWORK },
    Group { on: "ftplib.FTP_TLS()", names: FTP, ..NETWORK },
    Group { on: "imaplib", names: "IMAP4 IMAP4_SSL", ..NETWORK },
    Group { on: "imaplib.IMAP4()", names: IMAP, ..NETWORK },
    Group { on: "imaplib.IMAP4_SSL()", names: IMAP, ..NETWORK },
    Group { on: "poplib", names: "POP3 POP3_SSL", ..NETWORK },
    Group { on: "poplib.POP3()", names: POP, ..NETWORK },
    Group { on: "poplib.POP3_SSL()", names: POP, ..NETWORK },
    Group {
        on: "telnetlib.Telnet()",
        names: "open read_until read_all read_some expect write interact mt_interact",
        ..NETWORK
    },
    Group { on: "nntplib.NNTP()", names: "group article body head list newnews over post quit", ..NETWORK },
    Group { on: "xmlrpc.client.ServerProxy()", names: "**", ..NETWORK },
    Group { on: "logging.handlers.SMTPHandler()", names: "emit", ..NETWORK },
    Group { on: "logging.handlers.HTTPHandler()", names: "emit", ..NETWORK },
    Group { on: "logging.handlers.SocketHandler()", names: "emit", ..NETWORK },
    Group { on: "logging.handlers.SysLogHandler()", names: "emit", ..NETWORK },
    Group { on: "socketserver.TCPServer()", names: "serve_forever handle_request", ..ENDLESS },
    Group { on: "socketserver.ThreadingTCPServer()", names: "serve_forever handle_request", ..ENDLESS },
    Group { on: "http.server.HTTPServer()", names: "serve_forever handle_request", ..ENDLESS },
    Group { on: "http.server.ThreadingHTTPServer()", names: "serve_forever handle_request", ..ENDLESS },
    Group { on: "sched.scheduler()", names: "run", unless: SCHEDULER, ..ENDLESS },
    // Databases
    Group { on: "sqlite3", names: "connect", unless: IN_MEMORY, ..SQLITE },
    Group {
        on: "sqlite3.Connection()",
        names: "execute executemany executescript commit rollback backup iterdump __exit__",
        ..SQLITE
    },
    Group {
        on: "sqlite3.Cursor()",
        names: "execute executemany executescript fetchone fetchmany fetchall __iter__",
        ..SQLITE
    },
    // Heavy work
    Group { on: "hashlib", names: "pbkdf2_hmac scrypt", ..CPU },
    Group { on: "zlib", names: "compress", ..CPU },
    Group { on: "zlib", names: "decompress", wait: Wait::Moment, ..CPU },
    Group { on: "gzip", names: "compress", ..CPU },
    Group { on: "gzip", names: "decompress", wait: Wait::Moment, ..CPU },
    Group { on: "bz2", names: "compress", ..CPU },
    Group { on: "bz2", names: "decompress", wait: Wait::Moment, ..CPU },
    Group { on: "lzma", names: "compress", ..CPU },
    Group { on: "lzma", names: "decompress", wait: Wait::Moment, ..CPU },
    Group { on: "timeit", names: "timeit repeat", ..CPU },
];

const PROCESS_MOMENT: Group = Group { wait: Wait::Moment, ..PROCESS };
const THREADS_MOMENT: Group = Group { wait: Wait::Moment, ..THREADS };
const SCHEDULER: &[Unless] = &[Unless { argument: "blocking", position: 0, values: &["False", "0"] }];

const FTP: &str = "connect login retrbinary retrlines storbinary storlines nlst mlsd dir rename delete cwd mkd \
                   rmd pwd size quit sendcmd voidcmd transfercmd ntransfercmd abort";
const IMAP: &str = "login logout select search fetch store copy append list lsub status expunge noop create \
                    delete rename uid starttls authenticate close check subscribe unsubscribe sort thread";
const POP: &str = "user pass_ apop stat list retr dele noop rset quit top uidl stls capa utf8";
