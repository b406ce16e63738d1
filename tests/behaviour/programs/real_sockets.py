# expect: untouched-safe unsafe=blocking-socket reported=blocking-socket
"""Sockets on loopback: names are looked up by the loop, the rest is for a person to change."""
import asyncio
import socket
import threading


def echo(listener):
    connection, _ = listener.accept()
    with connection:
        connection.sendall(connection.recv(100).upper())


async def ask(address, text):
    sock = socket.socket()
    sock.connect(address)
    sock.sendall(text)
    answer = sock.recv(100)
    sock.close()
    return answer


async def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as right:
        right.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as left:
            left.connect(right.getsockname())
            left.send(b"datagram")
        right.setblocking(False)
        return await asyncio.get_running_loop().sock_recv(right, 100)


async def main():
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=echo, args=(listener,))
    thread.start()
    found = socket.getaddrinfo("127.0.0.1", listener.getsockname()[1], type=socket.SOCK_STREAM)
    print(found[0][4] == listener.getsockname(), await ask(found[0][4], b"over the wire"))
    print(await datagram(), socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
    thread.join()
    listener.close()


asyncio.run(main())
