//! `redis.Redis` and what it gives.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members};
use crate::engine::twin::DATA;

/// The commands of redis 8: on a client they are awaited, on a pipeline they are put off.
const COMMANDS: &str = "acl_cat acl_deluser acl_dryrun acl_genpass acl_getuser acl_list acl_load acl_log \
                        acl_log_reset acl_save acl_setuser acl_users acl_whoami append arcount ardel \
                        ardelrange arget argetrange argrep arinfo arinsert arlastitems arlen armget armset \
                        arnext arop arring arscan arseek arset bgrewriteaof bgsave bitcount bitfield \
                        bitfield_ro bitop bitpos blmove blmovem blmpop blpop brpop brpoplpush bzmpop \
                        bzpopmax bzpopmin client_getname client_getredir client_id client_info client_kill \
                        client_kill_filter client_list client_no_evict client_no_touch client_pause \
                        client_setinfo client_setname client_tracking client_tracking_off \
                        client_tracking_on client_trackinginfo client_unblock client_unpause cluster \
                        command_count command_docs command_getkeys command_getkeysandflags command_list \
                        config_get config_resetstat config_rewrite config_set copy dbsize debug_object \
                        decr decrby delete delex digest digest_local dump echo eval eval_ro evalsha \
                        evalsha_ro exists expire expireat expiretime fcall fcall_ro flushall flushdb \
                        function_delete function_dump function_flush function_kill function_list \
                        function_load function_restore function_stats geoadd geodist geohash geopos \
                        georadius georadiusbymember geosearch geosearchstore get getbit getdel getex \
                        getrange getset hdel hello hexists hexpire hexpireat hexpiretime hget hgetall \
                        hgetdel hgetex hincrby hincrbyfloat hkeys hlen hmget hmset hotkeys_get \
                        hotkeys_reset hotkeys_start hotkeys_stop hpersist hpexpire hpexpireat hpexpiretime \
                        hpttl hrandfield hscan hset hsetex hsetnx hstrlen httl hvals incr incrby \
                        incrbyfloat increx info keys keyspace_notifications lastsave latency_doctor \
                        latency_graph latency_histogram latency_history latency_latest latency_reset lcs \
                        lindex linsert llen lmove lmovem lmpop lolwut lpop lpos lpush lpushx lrange lrem \
                        lset ltrim memory_malloc_stats memory_purge memory_stats memory_usage mget \
                        module_list move mset msetex msetnx object persist pexpire pexpireat pexpiretime \
                        pfadd pfcount pfmerge ping psetex pttl publish pubsub_channels pubsub_numpat \
                        pubsub_numsub pubsub_shardchannels pubsub_shardnumsub randomkey rename renamenx \
                        restore role rpop rpoplpush rpush rpushx sadd save scan scard script_exists \
                        script_flush script_kill script_load sdiff sdiffcard sdiffstore select set setbit \
                        setex setnx setrange sinter sintercard sinterstore sismember slowlog_get \
                        slowlog_len slowlog_reset smembers smismember smove sort sort_ro spop spublish \
                        srandmember srem sscan stralgo strlen substr sunion sunioncard sunionstore time \
                        touch ttl type unlink wait waitaof xack xackdel xadd xautoclaim xcfgset xclaim \
                        xdel xdelex xgroup_create xgroup_createconsumer xgroup_delconsumer xgroup_destroy \
                        xgroup_setid xinfo_consumers xinfo_groups xinfo_stream xlen xnack xpending \
                        xpending_range xrange xread xreadgroup xrevrange xtrim zadd zcard zcount zdiff \
                        zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop zmscore zpopmax \
                        zpopmin zrandmember zrange zrangebylex zrangebyscore zrangestore zrank zrem \
                        zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex \
                        zrevrangebyscore zrevrank zscan zscore zunion zunionstore";

static CLIENT: Class = Class {
    name: "redis.Redis",
    twin: "redis.asyncio.Redis",
    members: &[
        Members::of(How::Awaited, COMMANDS),
        Members::of(How::Awaited, "execute_command quit auth readonly readwrite swapdb"),
        Members::of(How::AwaitedAs("aclose"), "close"),
        Members::of(How::Gives(&PIPELINE), "pipeline"),
        Members::of(How::Gives(&PUBSUB), "pubsub"),
        Members::of(How::Gives(&LOCK), "lock"),
        Members::of(How::Gives(&SCRIPT), "register_script"),
        Members::of(How::Gives(&ITEMS), "scan_iter hscan_iter sscan_iter zscan_iter"),
    ],
    entered: Some(&CLIENT),
    ..Class::NEW
};

/// A pipeline that is only filled and executed. After `watch` its commands run at once: whether that is so at a
/// place is not followed, so `watch` has no entry here.
static PIPELINE: Class = Class {
    name: "redis.client.Pipeline",
    twin: "redis.asyncio.client.Pipeline",
    members: &[
        Members::of(How::Gives(&PIPELINE), COMMANDS),
        Members::of(How::Awaited, "execute reset discard"),
    ],
    entered: Some(&PIPELINE),
    ..Class::NEW
};

static PUBSUB: Class = Class {
    name: "redis.client.PubSub",
    twin: "redis.asyncio.client.PubSub",
    members: &[
        Members::of(How::Awaited, "subscribe psubscribe unsubscribe punsubscribe get_message ping reset"),
        Members::of(How::AwaitedAs("aclose"), "close"),
        Members::of(How::Gives(&ITEMS), "listen"),
        Members::of(How::Value, "subscribed channels patterns"),
    ],
    entered: Some(&PUBSUB),
    ..Class::NEW
};

static LOCK: Class = Class {
    name: "redis.lock.Lock",
    twin: "redis.asyncio.lock.Lock",
    members: &[
        Members::of(How::Awaited, "acquire release locked owned extend reacquire"),
        Members::of(How::Value, "name timeout"),
    ],
    entered: Some(&LOCK),
    ..Class::NEW
};

/// A script is called itself, which is not followed.
static SCRIPT: Class = Class { members: &[Members::of(How::Value, "sha script")], ..Class::NEW };

static ITEMS: Class = Class { gone_over: Some(&DATA), ..Class::NEW };

/// What only the synchronous client takes, or takes of another class (`redis.asyncio.client.Redis.__init__`).
const OTHER_ARGUMENTS: &[&str] = &[
    "cache",
    "cache_config",
    "connection_pool",
    "event_dispatcher",
    "oss_cluster_maint_notifications_handler",
    "redis_connect_func",
    "retry",
    "ssl_ocsp_context",
    "ssl_ocsp_expected_cert",
    "ssl_validate_ocsp",
    "ssl_validate_ocsp_stapled",
];

pub(super) static REDIS: Library = Library {
    makers: &[
        Maker {
            methods: &["from_url"],
            but: OTHER_ARGUMENTS,
            positional: 4,
            ..Maker::of(&CLIENT, "redis.Redis", ("redis.asyncio", "Redis", ""))
        },
        Maker {
            but: OTHER_ARGUMENTS,
            positional: 1,
            ..Maker::of(&CLIENT, "redis.from_url", ("redis.asyncio", "from_url", ""))
        },
    ],
    classes: &[&PIPELINE, &PUBSUB, &LOCK],
    ..Library::NEW
};
