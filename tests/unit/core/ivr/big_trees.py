"""Trees of any size, for what must not slow down: menus of four with a number and a queue each."""


def big_tree(nodes: int) -> str:
    """The YAML of a tree of about so many nodes, in two languages."""
    menus = nodes // 4
    head = (
        'tree: big\nnumbers: ["1"]\nlanguages: [zh, en]\n'
        "defaults: {human: agent}\nstart: m0\nnodes:\n  agent: {enqueue: desk}\n"
    )
    return head + "".join(_group(number, menus) for number in range(menus))


def _group(number: int, menus: int) -> str:
    below = (
        f"m{4 * number + key}" if 4 * number + key < menus else f"s{number}" for key in range(1, 5)
    )
    keys = ", ".join(f'"{key}": {target}' for key, target in enumerate(below, start=1))
    return (
        f'  m{number}: {{menu: hello, keys: {{{keys}, "5": c{number}}}}}\n'
        f"  s{number}: {{say: [hello, {{digits: $n{number}}}], next: e{number}}}\n"
        f"  c{number}: {{collect: hello, into: n{number}, digits: 8, next: s{number}}}\n"
        f"  e{number}: {{enqueue: desk, say: hello}}\n"
    )
