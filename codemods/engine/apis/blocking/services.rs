//! Everything else that talks to a server.

use super::{Group, Kind, Shape, Wait};

const fn client(advice: &'static str, source: &'static str) -> Group {
    Group { advice, ..Group::new(Kind::Call, Wait::Network, source) }
}

/// A library that brings an asynchronous twin.
const fn twin(advice: &'static str, source: &'static str) -> Group {
    Group { kind: Kind::SyncClient, ..client(advice, source) }
}

const SELENIUM: Group = client("`playwright.async_api`", "selenium 4, webdriver/remote/webdriver.py");
const KAFKA: Group = client("`aiokafka`", "kafka-python 2, consumer/group.py and producer/kafka.py");
const CONFLUENT: Group = client("`confluent_kafka.aio`", "confluent-kafka 2");
const PIKA: Group = client("`aio-pika`", "pika 1, adapters/blocking_connection.py");
const PARAMIKO: Group = client("`asyncssh`", "paramiko, client.py and sftp_client.py");
const FABRIC: Group = client("`asyncssh`", "fabric 3, connection.py");
const DOCKER: Group = client("`aiodocker`", "docker 7, client.py and models/");
const KUBERNETES: Group = client("`kubernetes_asyncio`", "kubernetes, client/api/");
const STRIPE: Group = client("the method's `…_async` twin", "stripe, _api_resource.py and the resources");
const TWILIO: Group = client("the method's `…_async` twin", "twilio 9, rest/api/v2010");
const SLACK: Group = twin("`slack_sdk.web.async_client.AsyncWebClient`", "slack_sdk 3, web/client.py");
const TWEEPY: Group = twin("`tweepy.asynchronous.AsyncClient`", "tweepy 4, client.py and api.py");
const TELEBOT: Group = twin("`telebot.async_telebot.AsyncTeleBot`", "pyTelegramBotAPI 4, __init__.py");
const NOTION: Group = twin("`notion_client.AsyncClient`", "notion-client 2, api_endpoints.py");
/// Its objects switch greenlets, which only the thread that made them can.
const PLAYWRIGHT: Group =
    Group { thread_bound: true, ..twin("`playwright.async_api`", "playwright, sync_api") };
const MINIO: Group = client("", "minio 7, api.py");
const HVAC: Group = client("", "hvac 2, v1/__init__.py and api/");
const LDAP: Group = client("", "ldap3 2.9, core/connection.py");
const WEB3: Group = twin("`web3.AsyncWeb3`", "web3 7, eth/eth.py");
const GITHUB: Group = client("", "PyGithub 2, MainClass.py and Repository.py");
const GITLAB: Group = client("", "python-gitlab, client.py");
const PRAW: Group = client("`asyncpraw`", "praw 7, reddit.py");
const SERIAL: Group = client("`pyserial-asyncio`", "pyserial 3.5, serialposix.py");
const CCXT: Group = twin("`ccxt.async_support`", "ccxt 4, base/exchange.py");
const OTHERS: Group = client("", "the packages' sources");

/// Methods of an exchange in ccxt.
const EXCHANGE: &str = "load_markets fetch_ticker fetch_tickers fetch_order_book fetch_ohlcv fetch_trades \
                        fetch_balance create_order cancel_order fetch_order fetch_orders fetch_open_orders \
                        fetch_closed_orders fetch_my_trades fetch_markets fetch_positions fetch_time";

pub(super) const GROUPS: &[Group] = &[
    // Browsers
    Group {
        on: "selenium.webdriver.Remote()",
        names: "get find_element find_elements execute_script execute_async_script back forward refresh close quit \
                save_screenshot get_screenshot_as_file get_screenshot_as_png get_screenshot_as_base64 get_cookies \
                get_cookie add_cookie delete_all_cookies set_window_size maximize_window print_page",
        ..SELENIUM
    },
    Group {
        on: "selenium.webdriver.Remote()",
        names: "title current_url page_source window_handles current_window_handle",
        shape: Shape::Property,
        ..SELENIUM
    },
    Group { on: "selenium.webdriver", names: "Chrome Firefox Edge Safari Remote", ..SELENIUM },
    Group {
        on: "selenium.webdriver.remote.webelement.WebElement()",
        names: "click send_keys clear submit get_attribute is_displayed find_element find_elements screenshot",
        ..SELENIUM
    },
    Group { on: "selenium.webdriver.support.ui.WebDriverWait()", names: "until until_not", ..SELENIUM },
    Group { on: "playwright.sync_api.sync_playwright()", names: "start __enter__", ..PLAYWRIGHT },
    Group {
        on: "playwright.sync_api.Page()",
        names: "goto click fill content title screenshot wait_for_selector wait_for_timeout  evaluate \
                reload close",

        ..PLAYWRIGHT
    },
    // Brokers
    Group { on: "kafka.KafkaProducer()", names: "flush close", ..KAFKA },
    Group {
        on: "kafka.KafkaConsumer()",
        names: "poll commit __iter__ seek_to_beginning close topics",
        ..KAFKA
    },
    Group { on: "kafka.KafkaProducer().send()", names: "get", checked: false, ..KAFKA },
    Group { on: "confluent_kafka.Producer()", names: "flush", ..CONFLUENT },
    Group { on: "confluent_kafka.Consumer()", names: "poll consume commit close", ..CONFLUENT },
    Group { on: "pika", names: "BlockingConnection", ..PIKA },
    Group { on: "pika.BlockingConnection()", names: "channel process_data_events sleep close", ..PIKA },
    Group {
        on: "pika.BlockingConnection().channel()",
        names: "basic_publish basic_get basic_ack basic_nack start_consuming queue_declare exchange_declare \
                queue_bind consume().__iter__ queue_purge queue_delete",
        ..PIKA
    },
    // Machines
    Group { on: "paramiko.SSHClient()", names: "connect exec_command invoke_shell open_sftp", ..PARAMIKO },
    Group {
        on: "paramiko.SFTPClient()",
        names: "get put open listdir listdir_attr stat remove mkdir rmdir rename getfo putfo chmod",
        ..PARAMIKO
    },
    Group {
        on: "paramiko.Transport()",
        names: "connect auth_password auth_publickey open_session",
        ..PARAMIKO
    },
    Group { on: "paramiko.Channel()", names: "recv send sendall exec_command recv_exit_status", ..PARAMIKO },
    Group { on: "fabric.Connection()", names: "run sudo local put get open", ..FABRIC },
    Group { on: "docker.DockerClient()", names: "ping info version df login events().__iter__", ..DOCKER },
    Group {
        on: "docker.DockerClient()",
        names: "containers.run containers.get containers.list containers.create containers.prune images.pull \
                images.build images.get images.list images.push images.remove networks.create networks.get \
                networks.list volumes.create volumes.get volumes.list",
        ..DOCKER
    },
    Group {
        on: "docker.models.containers.Container()",
        names: "start stop restart kill remove wait exec_run logs reload put_archive get_archive commit stats top",
        ..DOCKER
    },
    Group {
        on: "kubernetes.config",
        names: "load_kube_config load_incluster_config",
        wait: Wait::Metadata,
        ..KUBERNETES
    },
    Group { on: "kubernetes.client.CoreV1Api()", names: "*", but: "api_client", ..KUBERNETES },
    Group { on: "kubernetes.client.AppsV1Api()", names: "*", but: "api_client", ..KUBERNETES },
    Group { on: "kubernetes.client.BatchV1Api()", names: "*", but: "api_client", ..KUBERNETES },
    Group { on: "kubernetes.client.CustomObjectsApi()", names: "*", but: "api_client", ..KUBERNETES },
    Group { on: "kubernetes.watch.Watch()", names: "stream().__iter__", ..KUBERNETES },
    Group { on: "serial.Serial()", names: "read readline readlines read_until write flush", ..SERIAL },
    // Services
    Group { on: "stripe.Customer", names: "create retrieve modify delete list search", ..STRIPE },
    Group {
        on: "stripe.PaymentIntent",
        names: "create retrieve modify confirm cancel capture list search",
        ..STRIPE
    },
    Group { on: "stripe.Charge", names: "create retrieve modify capture list", ..STRIPE },
    Group { on: "stripe.Subscription", names: "create retrieve modify cancel list", ..STRIPE },
    Group { on: "stripe.Invoice", names: "create retrieve modify pay list finalize_invoice", ..STRIPE },
    Group { on: "stripe.Refund", names: "create retrieve list", ..STRIPE },
    Group { on: "stripe.Price", names: "create retrieve list", ..STRIPE },
    Group { on: "stripe.Product", names: "create retrieve list", ..STRIPE },
    Group { on: "stripe.PaymentMethod", names: "create retrieve attach detach list", ..STRIPE },
    Group { on: "stripe.Account", names: "create retrieve", ..STRIPE },
    Group { on: "stripe.checkout.Session", names: "create retrieve list expire", ..STRIPE },
    Group { on: "stripe.billing_portal.Session", names: "create", ..STRIPE },
    Group {
        on: "twilio.rest.Client()",
        names: "messages.create calls.create messages.list calls.list",
        ..TWILIO
    },
    Group {
        on: "slack_sdk.WebClient()",
        names: "*",
        but: "validate_slack_signature issue_new_request",
        ..SLACK
    },
    Group {
        on: "slack_sdk.webhook.WebhookClient()",
        names: "send send_dict",
        advice: "`AsyncWebhookClient`",
        ..SLACK
    },
    Group {
        on: "tweepy.Client()",
        names: "create_tweet delete_tweet get_tweet get_tweets get_user get_users search_recent_tweets like \
                retweet get_users_tweets get_me follow_user",
        ..TWEEPY
    },
    Group {
        on: "tweepy.API()",
        names: "update_status home_timeline user_timeline search_tweets get_user get_status media_upload \
                verify_credentials send_direct_message",
        ..TWEEPY
    },
    Group {
        on: "telebot.TeleBot()",
        names: "send_message send_photo send_document reply_to edit_message_text delete_message \
                answer_callback_query get_file download_file polling infinity_polling get_me send_chat_action \
                set_webhook get_updates",
        ..TELEBOT
    },
    Group {
        on: "notion_client.Client()",
        names: "pages.create pages.retrieve pages.update databases.retrieve \
                databases.create blocks.children.list blocks.children.append search users.list",
        ..NOTION
    },
    Group {
        on: "minio.Minio()",
        names: "put_object get_object fput_object fget_object remove_object stat_object make_bucket \
                bucket_exists list_buckets remove_bucket copy_object list_objects().__iter__",
        ..MINIO
    },
    Group {
        on: "hvac.Client()",
        names: "read write delete list is_authenticated secrets.kv.v2.read_secret_version \
                secrets.kv.v2.create_or_update_secret secrets.kv.v1.read_secret auth.approle.login",
        ..HVAC
    },
    Group {
        on: "ldap3.Connection()",
        names: "bind unbind search add delete modify modify_dn compare start_tls",
        ..LDAP
    },
    Group {
        on: "web3.Web3()",
        names: "eth.get_balance eth.get_block eth.get_transaction eth.get_transaction_receipt \
                eth.send_transaction eth.send_raw_transaction eth.wait_for_transaction_receipt eth.call \
                eth.estimate_gas eth.get_transaction_count eth.get_code eth.get_logs is_connected",
        ..WEB3
    },
    Group {
        on: "web3.Web3()",
        names: "eth.block_number eth.gas_price eth.chain_id",
        shape: Shape::Property,
        ..WEB3
    },
    Group { on: "github.Github()", names: "get_repo get_user get_organization get_rate_limit", ..GITHUB },
    Group {
        on: "github.Repository.Repository()",
        names: "create_issue get_issue create_pull get_pull get_contents create_file update_file delete_file \
                get_branch get_commit create_git_ref edit get_readme get_issues().__iter__ get_pulls().__iter__ \
                get_commits().__iter__",
        ..GITHUB
    },
    Group {
        on: "gitlab.Gitlab()",
        names: "auth projects.get projects.list projects.create users.list",
        ..GITLAB
    },
    Group { on: "praw.Reddit()", names: "info", ..PRAW },
    Group {
        on: "praw.models.Subreddit()",
        names: "submit hot().__iter__ new().__iter__ top().__iter__ search().__iter__",
        ..PRAW
    },
    Group { on: "sendgrid.SendGridAPIClient()", names: "send", ..OTHERS },
    Group { on: "yfinance", names: "download", ..OTHERS },
    Group { on: "yfinance.Ticker()", names: "history option_chain", ..OTHERS },
    Group { on: "feedparser", names: "parse", ..OTHERS },
    Group { on: "wikipedia", names: "search summary page", ..OTHERS },
    Group { on: "gspread", names: "service_account", wait: Wait::Metadata, ..OTHERS },
    Group { on: "gspread.Client()", names: "open open_by_key open_by_url create", ..OTHERS },
    Group {
        on: "gspread.Worksheet()",
        names: "get_all_records get_all_values append_row append_rows update row_values col_values cell \
                update_cell find batch_update",
        ..OTHERS
    },
    Group {
        on: "dropbox.Dropbox()",
        names: "files_upload files_download files_list_folder files_delete_v2 users_get_current_account",
        ..OTHERS
    },
    Group { on: "spotipy.Spotify()", names: "search track album artist current_user playlist", ..OTHERS },
    Group { on: "deepl.Translator()", names: "translate_text translate_document get_usage", ..OTHERS },
    Group { on: "ccxt.binance()", names: EXCHANGE, ..CCXT },
    Group { on: "ccxt.kraken()", names: EXCHANGE, ..CCXT },
    Group { on: "ccxt.coinbase()", names: EXCHANGE, ..CCXT },
    Group { on: "ccxt.bybit()", names: EXCHANGE, ..CCXT },
    Group { on: "ccxt.okx()", names: EXCHANGE, ..CCXT },
    Group { on: "ccxt.kucoin()", names: EXCHANGE, ..CCXT },
    Group { on: "ccxt.Exchange()", names: EXCHANGE, ..CCXT },
];
