//! Clients of Cohere, Ollama, Qdrant and Tavily.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members};
use crate::engine::twin::DATA;

static ITEMS: Class = Class { gone_over: Some(&DATA), ..Class::NEW };

/// What the two clients of Cohere have in common (cohere 7, `client.py`).
const COHERE: &[Members] = &[
    Members::of(How::Awaited, "chat classify detokenize embed rerank tokenize"),
    Members::of(How::Gives(&ITEMS), "chat_stream"),
];

static COHERE_CLIENT: Class = Class {
    name: "cohere.Client",
    twin: "cohere.AsyncClient",
    members: COHERE,
    entered: Some(&COHERE_CLIENT),
    ..Class::NEW
};

static COHERE_V2: Class = Class {
    name: "cohere.ClientV2",
    twin: "cohere.AsyncClientV2",
    members: COHERE,
    entered: Some(&COHERE_V2),
    ..Class::NEW
};

static OLLAMA: Class = Class {
    name: "ollama.Client",
    twin: "ollama.AsyncClient",
    members: &[
        Members::of(How::Streams(&ITEMS), "chat generate create pull push"),
        Members::of(How::Awaited, "copy delete embed embeddings list ps show"),
    ],
    ..Class::NEW
};

/// Every method that asks the server; `upload_points` and `upload_collection` block in both clients.
static QDRANT: Class = Class {
    name: "qdrant_client.QdrantClient",
    twin: "qdrant_client.AsyncQdrantClient",
    members: &[Members::of(
        How::Awaited,
        "batch_update_points clear_payload close collection_exists count create_collection create_full_snapshot \
         create_payload_index create_shard_key create_snapshot delete delete_collection delete_full_snapshot \
         delete_payload delete_payload_index delete_shard_key delete_snapshot delete_vectors facet get_aliases \
         get_collection get_collection_aliases get_collections info list_full_snapshots list_snapshots \
         overwrite_payload query_batch_points query_points query_points_groups recover_snapshot \
         recreate_collection retrieve scroll search_matrix_offsets search_matrix_pairs set_payload \
         update_collection update_collection_aliases update_vectors upsert",
    )],
    ..Class::NEW
};

static TAVILY: Class = Class {
    name: "tavily.TavilyClient",
    twin: "tavily.AsyncTavilyClient",
    members: &[Members::of(How::Awaited, "crawl extract get_search_context map qna_search search")],
    ..Class::NEW
};

/// A client that is handed over must be an asynchronous one.
const CLIENTS: &[&str] = &["httpx_client", "http_client", "session"];

pub(super) static OTHERS: Library = Library {
    makers: &[
        Maker { but: CLIENTS, ..Maker::of(&COHERE_CLIENT, "cohere.Client", ("cohere", "AsyncClient", "")) },
        Maker { but: CLIENTS, ..Maker::of(&COHERE_V2, "cohere.ClientV2", ("cohere", "AsyncClientV2", "")) },
        Maker::of(&OLLAMA, "ollama.Client", ("ollama", "AsyncClient", "")),
        Maker::of(&QDRANT, "qdrant_client.QdrantClient", ("qdrant_client", "AsyncQdrantClient", "")),
        Maker {
            but: CLIENTS,
            positional: 1,
            ..Maker::of(&TAVILY, "tavily.TavilyClient", ("tavily", "AsyncTavilyClient", ""))
        },
    ],
    ..Library::NEW
};
