"""The HTTP server the behaviour programs talk to: one process, one port with its own state for every run.

It is driven over its own stdin and stdout, a line each way:

    open            -> the number of a new port on 127.0.0.1
    close PORT      -> "PEAK REQUESTS": the most requests answered at one time on that port, and how many in all

Everything it answers is a function of the request and of the state of the port, so that a program prints the
same before and after it is rewritten.
"""

import base64
import email.parser
import email.policy
import gzip
import json
import sys
import threading
import time
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

# Headers that a client library chooses for itself: never echoed, or every program would differ.
CLIENT_HEADERS = {"user-agent", "accept", "accept-encoding", "connection", "host", "content-length", "transfer-encoding"}

PEOPLE = ["ada", "grace", "edsger", "barbara", "donald", "tony", "niklaus", "leslie", "frances", "alan", "jean", "ken"]


class State:
    """What one port remembers."""

    def __init__(self):
        self.lock = threading.Lock()
        self.active = 0
        self.peak = 0
        self.requests = 0
        self.tries = {}
        self.log = []
        self.orders = {}
        self.updates = [{"update_id": n, "message": {"chat": {"id": 7}, "text": text}}
                        for n, text in enumerate(["/start", "hello", "/price btc", "/stop"], 100)]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.state = State()

    def handle_error(self, request, client_address):
        """A client that hangs up early is part of what is tested."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format, *args):
        pass

    def handle_any(self):
        state = self.server.state
        with state.lock:
            state.requests += 1
            state.active += 1
            state.peak = max(state.peak, state.active)
        self.counted = True
        try:
            self.route()
        finally:
            self.done()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any

    def done(self):
        """Ends the request for the counter: before its last byte goes out, or the next one overlaps with it."""
        if self.counted:
            self.counted = False
            with self.server.state.lock:
                self.server.state.active -= 1

    # Answers

    def reply(self, body=b"", status=200, kind="application/json", headers=()):
        if isinstance(body, (dict, list)):
            body = json.dumps(body, sort_keys=True)
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        if kind and status not in (204, 304):
            self.send_header("Content-Type", kind)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.done()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)
        self.wfile.flush()

    def reply_chunked(self, chunks, kind="application/octet-stream", pause=0.0):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            if pause:
                self.wfile.flush()
                time.sleep(pause)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.done()
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def redirect(self, to, status=302, headers=()):
        self.reply(b"", status, headers=[("Location", to), *headers])

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                body += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return body
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def read_multipart(self, kind, body):
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        form, files = {}, {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True) or b""
            if part.get_filename() is None:
                form[name] = payload.decode()
            else:
                files[name] = {"filename": part.get_filename(), "size": len(payload),
                               "text": payload[:200].decode("utf-8", "replace")}
        return form, files

    # Routes: "/name/rest" is answered by `on_name`, given what follows the name.

    def route(self):
        url = urlsplit(self.path)
        self.query = parse_qs(url.query, keep_blank_values=True)
        self.pairs = parse_qsl(url.query, keep_blank_values=True)
        self.body = self.read_body()
        name, _, rest = url.path.lstrip("/").partition("/")
        answer = getattr(self, "on_" + (name or "root").replace("-", "_").replace(".", "_"), None)
        if answer is None:
            self.reply({"error": "no such page", "path": url.path}, 404)
            return
        answer(unquote(rest))

    def argument(self, name, default=None):
        return self.query.get(name, [default])[0]

    def cookies(self):
        return {key: morsel.value for key, morsel in SimpleCookie(self.headers.get("Cookie", "")).items()}

    def on_root(self, rest):
        self.reply("<html><head><title>Loopback</title></head><body>hello</body></html>", kind="text/html; charset=utf-8")

    def on_echo(self, rest):
        kind = self.headers.get("Content-Type", "")
        answer = {"method": self.command, "path": "/echo" + ("/" + rest if rest else ""), "query": self.pairs,
                  "type": kind.split(";")[0]}
        if kind.startswith("multipart/"):
            answer["form"], answer["files"] = self.read_multipart(kind, self.body)
        elif kind.startswith("application/x-www-form-urlencoded"):
            answer["form"] = parse_qsl(self.body.decode(), keep_blank_values=True)
        elif kind.startswith("application/json"):
            answer["json"] = json.loads(self.body) if self.body else None
        else:
            answer["text"] = self.body.decode("utf-8", "replace")
        self.reply(answer)

    def on_headers(self, rest):
        self.reply({key.lower(): value for key, value in self.headers.items() if key.lower() not in CLIENT_HEADERS},
                   headers=[("X-Served-By", "loopback"), ("X-Request-Id", "r-42")])

    def on_status(self, rest):
        status = int(rest)
        self.reply({"status": status, "method": self.command}, status)

    def on_redirect(self, rest):
        left = int(rest)
        self.redirect(f"/redirect/{left - 1}" if left > 1 else "/echo/landed", int(self.argument("status", "302")))

    def on_redirect_to(self, rest):
        self.redirect(self.argument("url"), int(self.argument("status", "302")))

    def on_loop(self, rest):
        self.redirect("/loop")

    def on_slow(self, rest):
        time.sleep(float(self.argument("seconds", "0.2")))
        self.reply({"slow": rest})

    def on_bytes(self, rest):
        self.reply(bytes(n % 251 for n in range(int(rest))), kind="application/octet-stream")

    def on_stream(self, rest):
        size = int(self.argument("size", "1000"))
        self.reply_chunked([bytes([65 + n % 26]) * size for n in range(int(rest))], pause=float(self.argument("pause", "0")))

    def on_lines(self, rest):
        lines = [json.dumps({"n": n, "name": PEOPLE[n % len(PEOPLE)]}).encode() + b"\n" for n in range(int(rest))]
        self.reply_chunked(lines, "application/x-ndjson", pause=float(self.argument("pause", "0")))

    def on_cookies(self, rest):
        if rest == "set":
            self.redirect("/cookies", headers=[("Set-Cookie", f"{key}={value}; Path=/") for key, value in self.pairs])
        elif rest == "clear":
            self.redirect("/cookies", headers=[("Set-Cookie", f"{key}=; Path=/; Max-Age=0") for key in self.cookies()])
        else:
            self.reply(self.cookies())

    def on_login(self, rest):
        form = dict(parse_qsl(self.body.decode()))
        if form.get("password") != "secret":
            self.reply({"error": "bad credentials"}, 403)
            return
        self.redirect("/account", headers=[("Set-Cookie", f"session={form.get('user')}-token; Path=/; HttpOnly")])

    def on_account(self, rest):
        session = self.cookies().get("session")
        if session is None:
            self.reply({"error": "not logged in"}, 401)
            return
        self.reply({"user": session.split("-")[0], "balance": 1250})

    def on_basic(self, rest):
        user, _, password = rest.partition("/")
        expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        if self.headers.get("Authorization") != expected:
            self.reply({"authenticated": False}, 401, headers=[("WWW-Authenticate", 'Basic realm="loopback"')])
            return
        self.reply({"authenticated": True, "user": user})

    def on_bearer(self, rest):
        if self.headers.get("Authorization") != "Bearer " + rest:
            self.reply({"error": "invalid token"}, 401)
            return
        self.reply({"scope": ["read", "write"]})

    def on_gzip(self, rest):
        body = gzip.compress(json.dumps({"compressed": True, "text": "é" * 300}).encode(), mtime=0)
        self.reply(body, headers=[("Content-Encoding", "gzip")])

    def on_article(self, rest):
        tag = f'"v1-{rest}"'
        if self.headers.get("If-None-Match") == tag:
            self.reply(b"", 304, headers=[("ETag", tag)])
            return
        self.reply({"id": rest, "title": f"Article {rest}"}, headers=[("ETag", tag)])

    def on_text(self, rest):
        self.reply("naïve café\nzweite Zeile\n", kind="text/plain; charset=utf-8")

    def on_drop(self, rest):
        self.done()
        self.close_connection = True
        self.connection.shutdown(2)

    def on_garbage(self, rest):
        self.done()
        self.wfile.write(b"this is not HTTP\r\n\r\n")
        self.wfile.flush()
        self.close_connection = True

    def on_short(self, rest):
        self.done()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\nonly this")
        self.wfile.flush()
        self.close_connection = True

    def on_notjson(self, rest):
        self.reply("<p>maintenance</p>", kind="text/html; charset=utf-8")

    def on_flaky(self, rest):
        """Fails `fail` times with 503 for each name, then answers."""
        state = self.server.state
        with state.lock:
            tries = state.tries[rest] = state.tries.get(rest, 0) + 1
        if tries <= int(self.argument("fail", "2")):
            self.reply({"error": "try again", "try": tries}, 503, headers=[("Retry-After", "0")])
        else:
            self.reply({"name": rest, "tries": tries})

    def on_items(self, rest):
        if rest:
            self.reply({"id": int(rest), "owner": PEOPLE[int(rest) % len(PEOPLE)], "price": int(rest) * 3 + 1})
            return
        page, size = int(self.argument("page", "1")), int(self.argument("per_page", "4"))
        first, total = (page - 1) * size, 12
        items = [{"id": n, "owner": PEOPLE[n]} for n in range(first, min(first + size, total))]
        more = first + size < total
        link = f'<http://{self.headers["Host"]}/items?page={page + 1}&per_page={size}>; rel="next"'
        self.reply({"items": items, "next": page + 1 if more else None},
                   headers=[("Link", link)] if more else [])

    def on_users(self, rest):
        if rest not in PEOPLE:
            self.reply({"error": f"no user {rest}"}, 404)
            return
        time.sleep(float(self.argument("seconds", "0")))
        self.reply({"name": rest, "id": PEOPLE.index(rest), "active": len(rest) % 2 == 0})

    def on_page(self, rest):
        number = int(rest.removesuffix(".html") if hasattr(str, "removesuffix") else rest.replace(".html", ""))
        links = "".join(f'<a href="/page/{n}">page {n}</a>\n' for n in (2 * number, 2 * number + 1) if n < 16)
        time.sleep(float(self.argument("seconds", "0")))
        self.reply(f"<html><title>Page {number}</title>\n<body>\n{links}</body></html>\n", kind="text/html; charset=utf-8")

    def on_ticker(self, rest):
        prices = {"BTC": 67250.5, "ETH": 3480.25, "SOL": 172.75}
        if rest not in prices:
            self.reply({"code": -1121, "msg": "Invalid symbol."}, 400)
            return
        time.sleep(float(self.argument("seconds", "0")))
        self.reply({"symbol": rest, "price": f"{prices[rest]:.2f}"})

    def on_orders(self, rest):
        orders = self.server.state.orders
        if self.command == "POST":
            order = json.loads(self.body)
            order["id"] = len(orders) + 1
            orders[order["id"]] = order
            self.reply(order, 201, headers=[("Location", f"/orders/{order['id']}")])
        elif not rest:
            self.reply([orders[key] for key in sorted(orders)])
        elif int(rest) not in orders:
            self.reply({"error": "unknown order"}, 404)
        elif self.command == "DELETE":
            del orders[int(rest)]
            self.reply(b"", 204)
        elif self.command in ("PUT", "PATCH"):
            orders[int(rest)].update(json.loads(self.body))
            self.reply(orders[int(rest)])
        else:
            self.reply(orders[int(rest)])

    def on_v1(self, rest):
        """A chat model that wants one tool, then answers; `stream` sends it as events. The model "slow" takes its time."""
        if self.headers.get("Authorization", "") != "Bearer sk-test":
            self.reply({"error": {"message": "invalid api key"}}, 401)
            return
        if rest == "models":
            self.reply({"object": "list", "data": [{"id": f"m-{n}", "object": "model", "created": n, "owned_by": "us"}
                                                   for n in range(3)]})
            return
        if rest.startswith("models/"):
            self.reply({"id": rest.partition("/")[2], "object": "model", "created": 1, "owned_by": "us"})
            return
        if json.loads(self.body or b"{}").get("model") == "slow":
            time.sleep(0.2)
        if rest == "embeddings":
            texts = json.loads(self.body)["input"]
            texts = [texts] if isinstance(texts, str) else texts
            self.reply({"data": [{"index": n, "embedding": [len(text), text.count("e")]} for n, text in enumerate(texts)]})
            return
        request = json.loads(self.body)
        messages = request["messages"]
        if request.get("stream"):
            words = ["The", " answer", " is", " 42", "."]
            events = [f"data: {json.dumps({'choices': [{'delta': {'content': word}}]})}\n\n".encode() for word in words]
            self.reply_chunked([*events, b"data: [DONE]\n\n"], "text/event-stream")
        elif messages[-1]["role"] == "user" and request.get("tools"):
            call = {"id": "call_1", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}
            self.reply({"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": [call]}}],
                        "usage": {"total_tokens": 31}})
        else:
            text = "Seen: " + str(messages[-1]["content"])
            self.reply({"choices": [{"message": {"role": "assistant", "content": text}}], "usage": {"total_tokens": 17}})

    def on_anthropic(self, rest):
        """Messages, whole or as events, the number of their tokens, and models in pages of two."""
        keys = (self.headers.get("X-Api-Key"), self.headers.get("Authorization"))
        if keys not in (("sk-test", None), (None, "Bearer sk-test")):
            self.reply({"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}, 401)
            return
        if rest == "v1/models":
            after = self.argument("after_id")
            names = ["m-0", "m-1", "m-2"]
            left = names[names.index(after) + 1:] if after else names
            page = [{"id": name, "type": "model", "display_name": name, "created_at": "2025-01-01T00:00:00Z"}
                    for name in left[:2]]
            self.reply({"data": page, "has_more": len(left) > 2, "first_id": left[0], "last_id": page[-1]["id"]})
            return
        request = json.loads(self.body)
        if request["model"] == "slow":
            time.sleep(0.2)
        said = str(request["messages"][-1]["content"])
        if rest == "v1/messages/count_tokens":
            self.reply({"input_tokens": len(said.split())})
            return
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": request["model"], "content": [],
                   "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": len(said.split()), "output_tokens": 0}}
        if not request.get("stream"):
            message.update(content=[{"type": "text", "text": "Seen: " + said}], stop_reason="end_turn")
            self.reply(message)
            return
        words = ["The", " answer", " is", " 42."]
        events = [{"type": "message_start", "message": message},
                  {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                  *({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}} for word in words),
                  {"type": "content_block_stop", "index": 0},
                  {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                   "usage": {"output_tokens": len(words)}},
                  {"type": "message_stop"}]
        self.reply_chunked([f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events],
                           "text/event-stream")

    def on_weather(self, rest):
        city = rest or self.argument("city", "")
        self.reply({"city": city, "temperature": len(city) * 3, "units": self.argument("units", "metric")})

    def on_rpc(self, rest):
        request = json.loads(self.body)
        if request["method"] == "tools/list":
            result = {"tools": [{"name": "add"}, {"name": "upper"}]}
        elif request["method"] == "add":
            result = sum(request["params"])
        else:
            self.reply({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "Method not found"}})
            return
        self.reply({"jsonrpc": "2.0", "id": request["id"], "result": result})

    def on_bot(self, rest):
        """A chat service: `getUpdates` from an offset, `sendMessage` into the log."""
        state = self.server.state
        if rest == "getUpdates":
            offset = int(self.argument("offset", "0"))
            self.reply({"ok": True, "result": [u for u in state.updates if u["update_id"] >= offset][:2]})
            return
        kind = self.headers.get("Content-Type", "")
        message = json.loads(self.body) if "json" in kind else dict(parse_qsl(self.body.decode()))
        with state.lock:
            state.log.append(message.get("text", ""))
        self.reply({"ok": True, "result": {"message_id": len(state.log)}})

    def on_hook(self, rest):
        """Keeps what is posted; a GET gives it back, sorted, because concurrent posts arrive in any order."""
        state = self.server.state
        if self.command == "GET":
            self.reply(sorted(state.log))
            return
        time.sleep(float(self.argument("seconds", "0")))
        with state.lock:
            state.log.append(self.body.decode() or rest)
        self.reply({"stored": True}, 202)

    def on_graphql(self, rest):
        request = json.loads(self.body)
        self.reply({"data": {"lines": request["query"].splitlines(), "variables": request.get("variables")}})


def main():
    servers = {}
    for line in sys.stdin:
        words = line.split()
        if words[0] == "open":
            server = Server()
            port = server.server_address[1]
            servers[port] = server
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            print(port, flush=True)
        else:
            server = servers.pop(int(words[1]))
            server.shutdown()
            server.server_close()
            print(server.state.peak, server.state.requests, flush=True)


main()
