//! Files, directories and archives of the standard library.

use super::{Group, Kind, Unless, Wait};

const DOCS: &str = "docs.python.org/3/library";

const OPEN: Group = Group { noqa: &["ASYNC230"], ..Group::new(Kind::FileIo, Wait::Disk, DOCS) };
const FILE: Group = Group { noqa: &["ASYNC230", "ASYNC232"], ..OPEN };
const PATH: Group = Group { noqa: &["ASYNC230", "ASYNC240"], ..OPEN };
const DISK: Group = Group::new(Kind::FileIo, Wait::Disk, DOCS);
const LOOK: Group = Group { noqa: &["ASYNC240"], ..Group::new(Kind::FileIo, Wait::Metadata, DOCS) };

/// The first argument is a file in memory, written as its symbol.
const FROM_MEMORY: &[Unless] =
    &[Unless { argument: "file", position: 0, values: &["io.BytesIO()", "io.StringIO()"] }];
const TAR_FROM_MEMORY: &[Unless] = &[Unless { argument: "fileobj", position: 2, values: &["io.BytesIO()"] }];
/// There is nothing behind it to wait for.
const NOWHERE: &[Unless] = &[Unless { argument: "file", position: 0, values: &["os.devnull"] }];

const FILE_METHODS: &str = "read readline readlines readinto write writelines truncate __iter__";

pub(super) const GROUPS: &[Group] = &[
    Group { on: "builtins", names: "open", unless: NOWHERE, ..OPEN },
    Group { on: "pathlib.Path()", names: "open", ..OPEN },
    Group { on: "io", names: "open_code FileIO", ..OPEN },
    Group { on: "builtins.open()", names: FILE_METHODS, ..FILE },
    // What is annotated so may as well be a stream in memory.
    Group { on: "io.TextIOWrapper()", names: FILE_METHODS, wait: Wait::Moment, ..FILE },
    Group { on: "io.BufferedReader()", names: FILE_METHODS, wait: Wait::Moment, ..FILE },
    Group { on: "io.BufferedWriter()", names: FILE_METHODS, wait: Wait::Moment, ..FILE },
    Group { on: "io.BufferedRandom()", names: FILE_METHODS, wait: Wait::Moment, ..FILE },
    Group { on: "tempfile.NamedTemporaryFile()", names: FILE_METHODS, ..FILE },
    Group { on: "tempfile.TemporaryFile()", names: FILE_METHODS, ..FILE },
    Group { on: "pathlib.Path()", names: "read_text read_bytes write_text write_bytes", ..PATH },
    Group { on: "pathlib.Path()", names: "copy copy_into move move_into", ..PATH },
    Group {
        on: "pathlib.Path()",
        names: "iterdir().__iter__ glob().__iter__ rglob().__iter__ walk().__iter__",
        ..PATH
    },
    Group {
        on: "pathlib.Path()",
        names: "exists is_file is_dir is_symlink is_mount is_socket is_fifo is_block_device is_char_device \
                is_junction stat lstat mkdir rmdir unlink rename replace touch chmod lchmod symlink_to \
                hardlink_to readlink resolve samefile owner group",
        ..LOOK
    },
    Group { on: "os", names: "listdir fsync fdatasync sync truncate ftruncate", ..DISK },
    Group { on: "os", names: "walk().__iter__ fwalk().__iter__ scandir().__iter__", ..DISK },
    Group {
        on: "os",
        names: "stat lstat fstat mkdir makedirs remove unlink rename renames replace rmdir removedirs link \
                symlink readlink access chmod chown lchown utime statvfs getxattr setxattr listxattr \
                removexattr mkfifo mknod chdir scandir open",
        ..LOOK
    },
    Group {
        on: "os.path",
        names: "exists lexists isfile isdir islink ismount getsize getmtime getatime getctime samefile realpath",
        ..LOOK
    },
    Group {
        on: "shutil",
        names: "copy copy2 copyfile copyfileobj copytree rmtree move make_archive unpack_archive",
        ..DISK
    },
    Group { on: "shutil", names: "copymode copystat disk_usage chown which", ..LOOK },
    Group { on: "glob", names: "glob iglob().__iter__", ..DISK },
    Group {
        on: "tempfile",
        names: "mkstemp mkdtemp NamedTemporaryFile TemporaryFile TemporaryDirectory",
        ..LOOK
    },
    Group { on: "filecmp", names: "cmp cmpfiles dircmp", ..DISK },
    Group { on: "fileinput.input()", names: "__iter__", ..DISK },
    Group { on: "linecache", names: "getline getlines checkcache updatecache", ..DISK },
    Group { on: "zipfile", names: "ZipFile", unless: FROM_MEMORY, ..DISK },
    Group { on: "zipfile.ZipFile()", names: "extractall extract read write writestr testzip", ..DISK },
    Group { on: "tarfile", names: "open TarFile", unless: TAR_FROM_MEMORY, ..DISK },
    Group { on: "tarfile.TarFile()", names: "extractall extract add addfile getmembers getnames", ..DISK },
    Group { on: "gzip", names: "open", unless: FROM_MEMORY, ..OPEN },
    Group { on: "gzip.open()", names: FILE_METHODS, ..FILE },
    Group { on: "bz2", names: "open", ..OPEN },
    Group { on: "bz2.open()", names: FILE_METHODS, ..FILE },
    Group { on: "lzma", names: "open", ..OPEN },
    Group { on: "lzma.open()", names: FILE_METHODS, ..FILE },
    Group { on: "codecs", names: "open", ..OPEN },
    Group { on: "wave", names: "open", unless: FROM_MEMORY, ..OPEN },
    Group { on: "hashlib", names: "file_digest", ..DISK },
    Group { on: "configparser.ConfigParser()", names: "read", ..DISK },
    Group { on: "configparser.RawConfigParser()", names: "read", ..DISK },
    Group { on: "xml.etree.ElementTree", names: "parse iterparse", unless: FROM_MEMORY, ..DISK },
    Group { on: "xml.etree.ElementTree.ElementTree()", names: "parse write", ..DISK },
    Group { on: "xml.dom.minidom", names: "parse", ..DISK },
    Group { on: "logging.config", names: "fileConfig", ..DISK },
    Group { on: "logging.FileHandler()", names: "emit", ..DISK },
    Group { on: "importlib", names: "import_module reload", ..LOOK },
    Group { on: "importlib.resources", names: "read_text read_binary open_text open_binary", ..DISK },
    Group { on: "pkgutil", names: "get_data", ..DISK },
    Group { on: "runpy", names: "run_path run_module", ..DISK },
    Group { on: "dbm", names: "open", ..DISK },
    Group { on: "shelve", names: "open", ..DISK },
    Group { on: "shelve.open()", names: "sync", ..DISK },
    Group { on: "py_compile", names: "compile", ..DISK },
    Group { on: "compileall", names: "compile_dir compile_file", ..DISK },
    Group { on: "ssl", names: "create_default_context", ..Group::new(Kind::Call, Wait::Metadata, DOCS) },
    Group {
        on: "ssl.SSLContext()",
        names: "load_default_certs load_verify_locations load_cert_chain set_default_verify_paths",
        ..Group::new(Kind::Call, Wait::Metadata, DOCS)
    },
];

/// Functions that only read from, or write to, the file they are given, and the position of that file: a block
/// that calls them can move into a thread whole.
pub(crate) const FILE_CONSUMERS: &[(&str, usize)] = &[
    ("json.load", 0),
    ("json.dump", 1),
    ("pickle.load", 0),
    ("pickle.dump", 1),
    ("marshal.load", 0),
    ("marshal.dump", 1),
    ("tomllib.load", 0),
    ("tomli.load", 0),
    ("toml.load", 0),
    ("toml.dump", 1),
    ("tomli_w.dump", 1),
    ("yaml.safe_load", 0),
    ("yaml.full_load", 0),
    ("yaml.load", 0),
    ("yaml.dump", 1),
    ("yaml.safe_dump", 1),
    ("plistlib.load", 0),
    ("plistlib.dump", 1),
    ("ujson.load", 0),
    ("ujson.dump", 1),
    ("simplejson.load", 0),
    ("simplejson.dump", 1),
    ("dill.load", 0),
    ("dill.dump", 1),
    ("cloudpickle.load", 0),
    ("cloudpickle.dump", 1),
    ("joblib.load", 0),
    ("joblib.dump", 1),
    ("shutil.copyfileobj", 0),
    ("hashlib.file_digest", 0),
];
