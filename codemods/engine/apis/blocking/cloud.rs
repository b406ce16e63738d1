//! Clients of cloud providers.

use super::{Group, Kind, Wait};

const BOTO: Group = Group::new(Kind::Call, Wait::Network, "boto3 1.40 and botocore, client.py");
const GOOGLE: Group =
    Group::new(Kind::Call, Wait::Network, "google-cloud clients, generated from googleapis");
const AZURE: Group = Group {
    advice: "the client of the same name in the package's `aio` module",
    ..Group::new(Kind::SyncClient, Wait::Network, "azure-sdk-for-python, azure.*.aio")
};

/// Methods that only make an object, or answer without the network.
const BOTO_LOCAL: &str = "can_paginate close exceptions generate_presigned_post generate_presigned_url \
                          get_paginator get_waiter meta waiter_names";

pub(super) const GROUPS: &[Group] = &[
    Group { on: "boto3.client()", names: "*", but: BOTO_LOCAL, ..BOTO },
    Group { on: "boto3.client().get_waiter()", names: "wait", ..BOTO },
    Group { on: "boto3.client().get_paginator()", names: "paginate().__iter__", ..BOTO },
    Group { on: "botocore.response.StreamingBody()", names: "read readlines iter_lines().__iter__", ..BOTO },
    Group { on: "boto3.resource().Table()", names: TABLE, ..BOTO },
    Group { on: "boto3.resource().Bucket()", names: BUCKET, ..BOTO },
    Group { on: "boto3.resource().Object()", names: OBJECT, ..BOTO },
    // Google
    Group {
        on: "google.cloud.storage.Client()",
        names: "get_bucket lookup_bucket create_bucket list_buckets().__iter__ list_blobs().__iter__ \
                download_blob_to_file",
        ..GOOGLE
    },
    Group {
        on: "google.cloud.storage.Bucket()",
        names: "get_blob delete_blob delete_blobs copy_blob rename_blob exists reload create delete \
                list_blobs().__iter__",
        ..GOOGLE
    },
    Group {
        on: "google.cloud.storage.Blob()",
        names: "upload_from_string upload_from_file upload_from_filename download_as_bytes download_as_text \
                download_as_string download_to_file download_to_filename exists delete reload patch rewrite \
                make_public",
        ..GOOGLE
    },
    Group {
        on: "google.cloud.bigquery.Client()",
        names: "query_and_wait insert_rows insert_rows_json get_table get_dataset create_table create_dataset \
                delete_table list_rows().__iter__ list_tables().__iter__ load_table_from_dataframe query",
        ..GOOGLE
    },
    Group { on: "google.cloud.bigquery.QueryJob()", names: "result to_dataframe __iter__", ..GOOGLE },
    Group {
        on: "google.cloud.firestore.Client()",
        names: "get_all collections().__iter__ recursive_delete",
        advice: "`firestore.AsyncClient`",
        ..GOOGLE
    },
    Group {
        on: "google.cloud.firestore.DocumentReference()",
        names: "get set update delete create",
        advice: "`firestore.AsyncClient`",
        ..GOOGLE
    },
    Group {
        on: "google.cloud.firestore.CollectionReference()",
        names: "add get stream().__iter__",
        advice: "`firestore.AsyncClient`",
        ..GOOGLE
    },
    Group {
        on: "google.cloud.secretmanager.SecretManagerServiceClient()",
        names: "access_secret_version create_secret add_secret_version get_secret delete_secret \
                list_secrets().__iter__",
        advice: "`SecretManagerServiceAsyncClient`",
        checked: false,
        ..GOOGLE
    },
    Group {
        on: "google.cloud.pubsub_v1.SubscriberClient()",
        names: "pull acknowledge create_subscription delete_subscription",
        checked: false,
        ..GOOGLE
    },
    Group {
        on: "google.cloud.pubsub_v1.PublisherClient()",
        names: "create_topic delete_topic get_topic list_topics().__iter__",
        checked: false,
        ..GOOGLE
    },
    Group { on: "googleapiclient.discovery", names: "build", ..GOOGLE },
    // Azure
    Group {
        on: "azure.storage.blob.BlobClient()",
        names: "upload_blob download_blob delete_blob exists get_blob_properties start_copy_from_url \
                create_snapshot set_blob_metadata",
        ..AZURE
    },
    Group {
        on: "azure.storage.blob.ContainerClient()",
        names: "upload_blob download_blob delete_blob create_container delete_container exists \
                get_container_properties list_blobs().__iter__",
        ..AZURE
    },
    Group {
        on: "azure.storage.blob.BlobServiceClient()",
        names: "create_container delete_container list_containers().__iter__ get_account_information",
        ..AZURE
    },
    Group { on: "azure.storage.blob.StorageStreamDownloader()", names: "readall readinto", ..AZURE },
    Group {
        on: "azure.storage.queue.QueueClient()",
        names: "send_message receive_message delete_message create_queue peek_messages clear_messages",
        ..AZURE
    },
    Group {
        on: "azure.keyvault.secrets.SecretClient()",
        names: "get_secret set_secret list_properties_of_secrets().__iter__",
        ..AZURE
    },
    Group { on: "azure.identity.DefaultAzureCredential()", names: "get_token", ..AZURE },
    Group { on: "azure.identity.ClientSecretCredential()", names: "get_token", ..AZURE },
    Group { on: "azure.identity.AzureCliCredential()", names: "get_token", ..AZURE },
    Group {
        on: "azure.cosmos.ContainerProxy()",
        names: "create_item read_item upsert_item replace_item delete_item query_items().__iter__",
        ..AZURE
    },
];

const TABLE: &str = "get_item put_item update_item delete_item query scan load reload delete";
const BUCKET: &str = "create delete upload_file upload_fileobj download_file download_fileobj put_object load \
                      delete_objects";
const OBJECT: &str = "get put delete upload_file upload_fileobj download_file download_fileobj load copy";
