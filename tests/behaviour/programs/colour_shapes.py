# expect: untouched-safe unsafe=make-async loop=freed
# config: extend-select = ["make-async"]
"""Calls in every place an `await` can stand: recursion, operators, texts, chains, defaults, handlers."""
import asyncio
import time


class Node:
    def __init__(self, value, *children):
        self.value, self.children = value, children


def total(node):
    time.sleep(0.11)
    return node.value + sum([total(child) for child in node.children])


def find(node, value):
    if node.value == value:
        return node
    time.sleep(0.11)
    for child in node.children:
        if (found := find(child, value)) is not None:
            return found
    return None


def must_find(node, value):
    if (found := find(node, value)) is None:
        raise LookupError(value)
    return found


async def main():
    tree = Node(1, Node(2), Node(3, Node(4)))
    print(f"{total(tree)}", -total(tree), total(tree) ** 2, not total(tree))
    print(must_find(tree, 4).value, [must_find(tree, n).value for n in (1, 3)])
    try:
        print(must_find(tree, 9))
    except LookupError as error:
        print("missing", error)
    with_default = (lambda value=total(Node(5)): value)
    print(with_default(), *{"t": total(Node(6))}.values())


asyncio.run(main())
