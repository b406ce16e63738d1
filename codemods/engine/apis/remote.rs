//! Clients of services that are asked over the network: which may be used by many coroutines at once, which limit how
//! often they are asked, and what they take many of in one call.

/// Clients of HTTP and of models, as instances or as modules with functions.
const CLIENTS: &[&str] = &[
    "aiohttp.ClientSession()",
    "anthropic.AsyncAnthropic()",
    "cohere.AsyncClient()",
    "cohere.AsyncClientV2()",
    "groq.AsyncGroq()",
    "httpx.AsyncClient()",
    "httpx2.AsyncClient()",
    "ollama.AsyncClient()",
    "openai.AsyncAzureOpenAI()",
    "openai.AsyncOpenAI()",
    "together.AsyncTogether()",
    "voyageai.AsyncClient()",
];

/// Functions that ask a model.
const FUNCTIONS: &[&str] = &["litellm.acompletion", "litellm.aembedding", "litellm.atext_completion"];

/// Calls that take many at once, and what of theirs does.
const BATCHES: &[(&str, &str)] = &[
    ("cohere.AsyncClient().embed", "`texts` takes many"),
    ("cohere.AsyncClientV2().embed", "`texts` takes many"),
    ("litellm.aembedding", "`input` takes a list"),
    ("ollama.AsyncClient().embed", "`input` takes a list"),
    ("openai.AsyncAzureOpenAI().embeddings.create", "`input` takes a list"),
    ("openai.AsyncAzureOpenAI().moderations.create", "`input` takes a list"),
    ("openai.AsyncOpenAI().embeddings.create", "`input` takes a list"),
    ("openai.AsyncOpenAI().moderations.create", "`input` takes a list"),
    ("voyageai.AsyncClient().embed", "`texts` takes many"),
];

/// Whether an object of this canonical symbol is meant to be used by many coroutines at the same time.
pub(crate) fn is_shared_client(symbol: &str) -> bool {
    CLIENTS.contains(&symbol)
}

/// The client or function of a call of this canonical symbol that asks a service over HTTP.
pub(crate) fn remote(symbol: &str) -> Option<&'static str> {
    let is_method = |client: &&&str| {
        let method = symbol.strip_prefix(**client).and_then(|rest| rest.strip_prefix('.'));
        method.is_some_and(|method| !matches!(method, "aclose" | "close" | "copy" | "with_options"))
    };
    CLIENTS
        .iter()
        .find(is_method)
        .or_else(|| FUNCTIONS.iter().find(|function| **function == symbol))
        .map(|name| name.strip_suffix("()").unwrap_or(name))
}

/// What a call of this canonical symbol takes many of.
pub(crate) fn batch(symbol: &str) -> Option<&'static str> {
    BATCHES.iter().find(|(call, _)| *call == symbol).map(|(_, batch)| *batch)
}

/// Whether a call of this canonical symbol only asks a server for something, and changes nothing there or here.
pub(crate) fn only_asks(symbol: &str) -> bool {
    const HTTP: &[&str] = &["aiohttp.ClientSession()", "httpx.AsyncClient()", "httpx2.AsyncClient()"];
    const RESPONSES: &[&str] = &["aiohttp.ClientResponse().", "httpx.Response()."];
    let asks = |client: &&str| {
        symbol
            .strip_prefix(*client)
            .is_some_and(|rest| matches!(rest, ".get" | ".head" | ".options" | ".stream"))
    };
    let makes = || HTTP.iter().any(|client| client.strip_suffix("()") == Some(symbol));
    HTTP.iter().any(asks) || RESPONSES.iter().any(|part| symbol.starts_with(part)) || makes()
}
