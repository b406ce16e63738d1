//! Models and what is built on them.

use super::{Group, Kind, Wait};

/// A library that brings an asynchronous twin.
const fn twin(advice: &'static str, source: &'static str) -> Group {
    Group { advice, ..Group::new(Kind::SyncClient, Wait::Network, source) }
}

const OPENAI: Group = twin("`openai.AsyncOpenAI`", "openai, resources/");
const ANTHROPIC: Group = twin("`anthropic.AsyncAnthropic`", "anthropic, resources/");
const COHERE: Group = twin("`cohere.AsyncClient`", "cohere 5, client.py");
const GROQ: Group = twin("`groq.AsyncGroq`", "groq, resources/");
const MISTRAL: Group =
    Group { checked: false, ..twin("the method's `…_async` twin", "mistralai 1, chat.py") };
const TOGETHER: Group = twin("`together.AsyncTogether`", "together, resources/");
const OLLAMA: Group = twin("`ollama.AsyncClient`", "ollama, _client.py");
const LITELLM: Group = twin("the function's `a…` twin", "litellm, main.py");
const GENAI: Group = twin("the client's `aio`", "google-genai, models.py");
const GENERATIVE: Group =
    twin("the method's `…_async` twin", "google-generativeai 0.8, generative_models.py");
const REPLICATE: Group = twin("`replicate.async_run`", "replicate 1, client.py");
const HUGGING: Group =
    twin("`huggingface_hub.AsyncInferenceClient`", "huggingface_hub, inference/_client.py");
const HUB: Group = Group::new(Kind::Call, Wait::Network, "huggingface_hub, hf_api.py");
const LANGCHAIN: Group = twin("the method's `a…` twin", "langchain-core, runnables/base.py");
const QDRANT: Group = twin("`qdrant_client.AsyncQdrantClient`", "qdrant-client 1, qdrant_client.py");
const CHROMA: Group = twin("`chromadb.AsyncHttpClient`", "chromadb 1, api/");
const PINECONE: Group = twin("`pinecone.PineconeAsyncio`", "pinecone, pinecone.py");
const WEAVIATE: Group = twin("`weaviate.use_async_with_local`", "weaviate-client 4, collections/");
const TAVILY: Group = twin("`tavily.AsyncTavilyClient`", "tavily-python, tavily.py");
const MODEL: Group = Group::new(Kind::Starvation, Wait::Cpu, "the packages' documentation");
const IMAGES: Group = Group { wait: Wait::Moment, ..MODEL };

/// Leaf methods of OpenAI's client, and of those that copy its shape.
const OPENAI_METHODS: &str = "chat.completions.create chat.completions.parse completions.create embeddings.create \
                              responses.create responses.parse responses.retrieve images.generate images.edit \
                              audio.transcriptions.create audio.translations.create audio.speech.create \
                              moderations.create models.retrieve files.create files.retrieve files.delete \
                              files.content batches.create batches.retrieve beta.assistants.create \
                              beta.threads.create beta.threads.messages.create beta.threads.runs.create \
                              beta.threads.runs.retrieve beta.threads.runs.create_and_poll \
                              vector_stores.create vector_stores.search fine_tuning.jobs.create \
                              fine_tuning.jobs.retrieve models.list().__iter__ files.list().__iter__ \
                              batches.list().__iter__ chat.completions.stream().__enter__ \
                              responses.stream().__enter__";
const LANGCHAIN_METHODS: &str = "invoke batch stream().__iter__";

pub(super) const GROUPS: &[Group] = &[
    Group { on: "openai.OpenAI()", names: OPENAI_METHODS, ..OPENAI },
    Group {
        on: "openai.AzureOpenAI()",
        names: OPENAI_METHODS,
        advice: "`openai.AsyncAzureOpenAI`",
        ..OPENAI
    },
    Group {
        on: "openai",
        names: "chat.completions.create completions.create embeddings.create images.generate \
                moderations.create responses.create",
        ..OPENAI
    },
    Group {
        on: "anthropic.Anthropic()",
        names: "messages.create messages.count_tokens messages.stream().__enter__ \
                models.retrieve models.list().__iter__ messages.batches.create messages.batches.retrieve beta.messages.create",
        ..ANTHROPIC
    },
    Group {
        on: "anthropic.AnthropicBedrock()",
        names: "messages.create messages.stream().__enter__",
        advice: "`anthropic.AsyncAnthropicBedrock`",
        ..ANTHROPIC
    },
    Group {
        on: "cohere.Client()",
        names: "chat embed rerank generate classify summarize tokenize detokenize",
        ..COHERE
    },
    Group { on: "cohere.ClientV2()", names: "chat embed rerank", advice: "`cohere.AsyncClientV2`", ..COHERE },
    Group {
        on: "groq.Groq()",
        names: "chat.completions.create embeddings.create audio.transcriptions.create models.list",
        ..GROQ
    },
    Group {
        on: "mistralai.Mistral()",
        names: "chat.complete chat.parse embeddings.create fim.complete agents.complete ocr.process models.list \
                files.upload",
        ..MISTRAL
    },
    Group {
        on: "together.Together()",
        names: "chat.completions.create completions.create embeddings.create",
        ..TOGETHER
    },
    Group {
        on: "ollama",
        names: "chat generate embed embeddings pull push create delete list show ps",
        ..OLLAMA
    },
    Group {
        on: "ollama.Client()",
        names: "chat generate embed embeddings pull push create delete list show ps",
        ..OLLAMA
    },
    Group {
        on: "litellm",
        names: "completion embedding text_completion image_generation transcription moderation rerank speech \
                responses",
        ..LITELLM
    },
    Group {
        on: "google.genai.Client()",
        names: "models.generate_content models.embed_content models.count_tokens models.generate_images \
                files.upload files.get",
        ..GENAI
    },
    Group {
        on: "google.generativeai.GenerativeModel()",
        names: "generate_content count_tokens",
        ..GENERATIVE
    },
    Group { on: "google.generativeai.ChatSession()", names: "send_message", ..GENERATIVE },
    Group { on: "google.generativeai", names: "embed_content upload_file", ..GENERATIVE },
    Group { on: "replicate", names: "run", ..REPLICATE },
    Group { on: "replicate.Client()", names: "run predictions.create predictions.get", ..REPLICATE },
    Group {
        on: "huggingface_hub.InferenceClient()",
        names: "chat_completion text_generation feature_extraction text_to_image summarization translation \
                automatic_speech_recognition image_to_text question_answering text_to_speech",
        ..HUGGING
    },
    Group {
        on: "huggingface_hub",
        names: "hf_hub_download snapshot_download upload_file upload_folder list_models().__iter__ model_info \
                create_repo repo_info login whoami",
        ..HUB
    },
    Group {
        on: "huggingface_hub.HfApi()",
        names: "hf_hub_download snapshot_download upload_file upload_folder model_info create_repo repo_info \
                whoami list_repo_files",
        ..HUB
    },
    // Chains
    Group { on: "langchain_openai.ChatOpenAI()", names: LANGCHAIN_METHODS, ..LANGCHAIN },
    Group { on: "langchain_openai.AzureChatOpenAI()", names: LANGCHAIN_METHODS, ..LANGCHAIN },
    Group { on: "langchain_openai.OpenAIEmbeddings()", names: "embed_documents embed_query", ..LANGCHAIN },
    Group { on: "langchain_core.runnables.Runnable()", names: LANGCHAIN_METHODS, ..LANGCHAIN },
    Group { on: "langchain_core.language_models.BaseChatModel()", names: LANGCHAIN_METHODS, ..LANGCHAIN },
    Group { on: "langchain_core.retrievers.BaseRetriever()", names: LANGCHAIN_METHODS, ..LANGCHAIN },
    Group {
        on: "langchain_anthropic.ChatAnthropic()",
        names: LANGCHAIN_METHODS,
        checked: false,
        ..LANGCHAIN
    },
    Group {
        on: "langchain_core.vectorstores.VectorStore()",
        names: "add_documents add_texts similarity_search similarity_search_with_score \
                max_marginal_relevance_search delete",
        ..LANGCHAIN
    },
    // Vector stores
    Group {
        on: "qdrant_client.QdrantClient()",
        names: "query_points upsert delete retrieve scroll count create_collection delete_collection \
                get_collection get_collections collection_exists recreate_collection upload_points \
                create_payload_index set_payload",
        ..QDRANT
    },
    Group {
        on: "chromadb.api.ClientAPI()",
        names: "get_collection get_or_create_collection create_collection delete_collection list_collections \
                heartbeat reset",
        ..CHROMA
    },
    Group {
        on: "chromadb.Collection()",
        names: "add query get upsert update delete count peek modify",
        ..CHROMA
    },
    Group {
        on: "pinecone.Pinecone()",
        names: "create_index delete_index describe_index list_indexes",
        ..PINECONE
    },
    Group {
        on: "pinecone.Pinecone().Index()",
        names: "query upsert delete fetch update describe_index_stats",
        checked: false,
        ..PINECONE
    },
    Group {
        on: "weaviate",
        names: "connect_to_local connect_to_weaviate_cloud connect_to_custom",
        ..WEAVIATE
    },
    Group { on: "weaviate.WeaviateClient()", names: "connect is_ready is_live", ..WEAVIATE },
    Group {
        on: "weaviate.WeaviateClient()",
        names: "collections.create collections.delete collections.exists collections.list_all",
        ..WEAVIATE
    },
    Group { on: "tavily.TavilyClient()", names: "search extract crawl map qna_search", ..TAVILY },
    // Work for the processor
    Group { on: "bcrypt", names: "hashpw checkpw kdf", ..MODEL },
    Group {
        on: "pandas",
        names: "read_csv read_excel read_parquet read_json read_sql read_sql_query",
        ..MODEL
    },
    Group { on: "pandas.DataFrame()", names: "to_csv to_excel to_parquet to_sql", ..MODEL },
    Group { on: "numpy.linalg", names: "svd eig eigh inv solve lstsq pinv qr cholesky", ..MODEL },
    Group { on: "PIL.Image", names: "open", ..IMAGES },
    Group { on: "PIL.Image.open()", names: "save resize thumbnail convert load rotate filter", ..IMAGES },
];
