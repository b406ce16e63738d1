//! The clients of OpenAI, and those that are made after them.

use crate::engine::apis::twins::{Class, How, Library, Maker, Members};
use crate::engine::twin::DATA;

/// Leaf methods that are awaited (openai 3, `resources/`).
const AWAITED: &str = "audio.speech.create audio.translations.create audio.voice_consents.create \
                      audio.voice_consents.delete audio.voice_consents.retrieve \
                      audio.voice_consents.update audio.voices.delete batches.cancel batches.create \
                      batches.retrieve beta.assistants.create beta.assistants.delete \
                      beta.assistants.retrieve beta.assistants.update beta.chat.completions.delete \
                      beta.chat.completions.parse beta.chat.completions.retrieve \
                      beta.chat.completions.update beta.chatkit.sessions.cancel \
                      beta.chatkit.sessions.create beta.chatkit.threads.delete \
                      beta.chatkit.threads.retrieve beta.threads.create beta.threads.create_and_run \
                      beta.threads.create_and_run_poll beta.threads.delete beta.threads.messages.create \
                      beta.threads.messages.delete beta.threads.messages.retrieve \
                      beta.threads.messages.update beta.threads.retrieve beta.threads.runs.cancel \
                      beta.threads.runs.create beta.threads.runs.create_and_poll beta.threads.runs.poll \
                      beta.threads.runs.retrieve beta.threads.runs.steps.retrieve \
                      beta.threads.runs.submit_tool_outputs beta.threads.runs.submit_tool_outputs_and_poll \
                      beta.threads.runs.update beta.threads.update chat.completions.delete \
                      chat.completions.parse chat.completions.retrieve chat.completions.update \
                      containers.create containers.delete containers.files.content.retrieve \
                      containers.files.create containers.files.delete containers.files.retrieve \
                      containers.retrieve conversations.create conversations.delete \
                      conversations.items.create conversations.items.delete conversations.items.retrieve \
                      conversations.retrieve conversations.update embeddings.create files.content \
                      files.create files.delete files.retrieve files.retrieve_content \
                      files.wait_for_processing fine_tuning.jobs.cancel fine_tuning.jobs.create \
                      fine_tuning.jobs.pause fine_tuning.jobs.resume fine_tuning.jobs.retrieve \
                      images.create_variation models.delete models.retrieve moderations.create \
                      responses.cancel responses.compact responses.create responses.delete \
                      responses.input_tokens.count responses.parse responses.retrieve uploads.cancel \
                      uploads.complete uploads.create uploads.parts.create uploads.upload_file_chunked \
                      vector_stores.create vector_stores.delete vector_stores.file_batches.cancel \
                      vector_stores.file_batches.create vector_stores.file_batches.create_and_poll \
                      vector_stores.file_batches.poll vector_stores.file_batches.retrieve \
                      vector_stores.file_batches.upload_and_poll vector_stores.files.create \
                      vector_stores.files.create_and_poll vector_stores.files.delete \
                      vector_stores.files.poll vector_stores.files.retrieve vector_stores.files.update \
                      vector_stores.files.upload vector_stores.files.upload_and_poll \
                      vector_stores.retrieve vector_stores.update";

/// Methods that give pages of results: gone over, or awaited for one page.
const PAGES: &str = "audio.voice_consents.list batches.list beta.assistants.list beta.chat.completions.list \
                    beta.chat.completions.messages.list beta.chatkit.threads.list \
                    beta.chatkit.threads.list_items beta.threads.messages.list beta.threads.runs.list \
                    beta.threads.runs.steps.list chat.completions.list chat.completions.messages.list \
                    containers.files.list containers.list conversations.items.list files.list \
                    fine_tuning.jobs.checkpoints.list fine_tuning.jobs.list fine_tuning.jobs.list_events \
                    models.list responses.input_items.list vector_stores.file_batches.list_files \
                    vector_stores.files.content vector_stores.files.list vector_stores.list \
                    vector_stores.search";

/// Methods that give their answer piece by piece where `stream=True` says so.
const STREAMING: &str = "audio.transcriptions.create beta.chat.completions.create beta.threads.create_and_run \
                         beta.threads.runs.create chat.completions.create completions.create images.edit \
                         images.generate responses.create";

static CLIENT: Class = Class {
    name: "openai.OpenAI",
    twin: "openai.AsyncOpenAI",
    members: MEMBERS,
    entered: Some(&CLIENT),
    ..Class::NEW
};
static AZURE: Class = Class {
    name: "openai.AzureOpenAI",
    twin: "openai.AsyncAzureOpenAI",
    members: MEMBERS,
    entered: Some(&AZURE),
    ..Class::NEW
};
static GROQ_CLIENT: Class = Class {
    name: "groq.Groq",
    twin: "groq.AsyncGroq",
    members: &[
        Members::of(How::Streams(&STREAM), "chat.completions.create"),
        Members::of(
            How::Awaited,
            "embeddings.create audio.transcriptions.create audio.translations.create audio.speech.create \
             models.list models.retrieve models.delete files.create files.list files.delete files.info close",
        ),
        Members::of(How::Value, VALUES),
    ],
    entered: Some(&GROQ_CLIENT),
    ..Class::NEW
};

const VALUES: &str = "api_key base_url default_headers max_retries timeout is_closed";

/// The clients of the library have the same members.
const MEMBERS: &[Members] = &[
    Members::of(How::Streams(&STREAM), STREAMING),
    Members::of(How::Awaited, AWAITED),
    Members::of(How::Awaited, "close"),
    Members::of(How::GivesSame, "copy with_options"),
    Members::of(How::Gives(&PAGE), PAGES),
    Members::of(
        How::Gives(&MANAGER),
        "chat.completions.stream beta.chat.completions.stream responses.stream",
    ),
    Members::of(How::Value, VALUES),
    Members::of(How::Value, "organization project"),
];

/// What `stream=True` gives (`openai.AsyncStream`).
static STREAM: Class = Class {
    name: "openai.Stream",
    twin: "openai.AsyncStream",
    members: &[Members::of(How::Awaited, "close"), Members::of(How::Value, "response")],
    entered: Some(&STREAM),
    gone_over: Some(&DATA),
    ..Class::NEW
};

/// What the `stream` methods give: entered, it is a stream of events.
static MANAGER: Class = Class { entered: Some(&EVENTS), ..Class::NEW };

static EVENTS: Class = Class {
    members: &[
        Members::of(How::Awaited, "close get_final_completion get_final_response until_done"),
        Members::of(How::Value, "current_completion_snapshot"),
    ],
    gone_over: Some(&DATA),
    ..Class::NEW
};

static PAGE: Class = Class {
    members: &[
        Members::of(How::Plain, "has_next_page"),
        Members::of(How::AwaitedGives(&PAGE), "get_next_page"),
    ],
    others: Some(How::Value),
    gone_over: Some(&DATA),
    is_page: true,
    ..Class::NEW
};

/// `http_client` must be an asynchronous one.
const OTHER_ARGUMENTS: &[&str] = &["http_client"];

pub(super) static OPENAI: Library = Library {
    makers: &[
        Maker { but: OTHER_ARGUMENTS, ..Maker::of(&CLIENT, "openai.OpenAI", ("openai", "AsyncOpenAI", "")) },
        Maker {
            but: OTHER_ARGUMENTS,
            ..Maker::of(&AZURE, "openai.AzureOpenAI", ("openai", "AsyncAzureOpenAI", ""))
        },
        Maker { but: OTHER_ARGUMENTS, ..Maker::of(&GROQ_CLIENT, "groq.Groq", ("groq", "AsyncGroq", "")) },
    ],
    classes: &[&STREAM],
    ..Library::NEW
};
