"""The line of each key in a TOML file, compared with what tomllib reads."""

from __future__ import annotations

import tomllib
from itertools import count
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from ppbillit.config.toml_lines import key_lines


def test_keys_are_found_in_tables_dotted_keys_and_inline_tables() -> None:
    text = """\
# a comment = with an equals sign
top = 1

[one]            # [not.a.table]
plain = "text # not a comment"
dotted.deep = 2
inline = { a = 1, "b c" = { d = 2 } }
  [ two . "three" ]
indented = [ 1,
  "]", # ]
  [ { x = 1 } ],
]
'lit.eral' = true
"""
    assert key_lines(text) == {
        ("top",): 2,
        ("one",): 4,
        ("one", "plain"): 5,
        ("one", "dotted"): 6,
        ("one", "dotted", "deep"): 6,
        ("one", "inline"): 7,
        ("one", "inline", "a"): 7,
        ("one", "inline", "b c"): 7,
        ("one", "inline", "b c", "d"): 7,
        ("two",): 8,
        ("two", "three"): 8,
        ("two", "three", "indented"): 9,
        ("two", "three", "lit.eral"): 13,
    }


def test_what_looks_like_keys_within_long_texts_is_stepped_over() -> None:
    text = '''\
a = """
fake = 1
[fake.table]
\\""" still = "inside" ""
"""""
b = \'\'\'
fake = 2 '' \\\'\'\'
c = "\\"fake\\" = 1"
'''
    assert key_lines(text) == {("a",): 1, ("b",): 6, ("c",): 8}


def test_arrays_of_tables_have_a_line_and_their_keys_have_none() -> None:
    text = "[[a.b]]\nx = 1\n[a.b.c]\ny = 2\n[[a.b]]\nx = 3\n[d]\nz = 4\n"
    assert key_lines(text) == {("a",): 1, ("a", "b"): 1, ("d",): 7, ("d", "z"): 8}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "\r\n# and another\r\n"])
def test_a_text_without_keys_has_no_lines(text: str) -> None:
    assert key_lines(text) == {}


def test_a_text_that_is_not_toml_ends_in_an_error_and_not_in_a_loop() -> None:
    with pytest.raises(ValueError, match="not TOML"):
        key_lines("a = [1, 2")


# --- against tomllib ----------------------------------------------------------------------------

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["a", "b-c", "D_1", "a.b"]
)
LEAVES = st.sampled_from(["plain", "literal", "long", "long literal", "number", "array", "date"])
TREES = st.recursive(LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=20)
TABLES = st.dictionaries(NAMES, TREES, max_size=4)
NOISE = st.sampled_from(["", "\n", "# fake = 1\n", "  # [fake]\n\n", "\r\n"])

# Each value holds a number found nowhere else, on the line of its key, and bait on the lines below it.
SHAPES = {
    "plain": '"v{} # \\" bait = 1"',
    "literal": "'v{} \\'",
    "long": '"""v{}\nbait = 1\n[bait]\n\\""" "" \\\\"""',
    "long literal": "'''v{}\nbait = 1\n''x\\'''",
    "number": "9{}",
    "array": '[ "v{}", # ]\n  {{ bait = 1 }},\n  [ 1, 2 ], ]',
    "date": "2026-01-01 00:00:00.{:06}",
}


def _quoted(name: str) -> str:
    return tomli_w.dumps({name: 0}).removesuffix(" = 0\n")


class _Writer:
    """Writes a tree in whichever of TOML's ways is drawn, and remembers the line of each value."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.text = ""
        self.numbers = count(100_000)
        self.expected: dict[tuple[str, ...], int] = {}

    def table(self, path: tuple[str, ...], tree: dict[str, Any]) -> None:
        later = []
        for name, item in tree.items():
            self.text += self.data.draw(NOISE)
            if isinstance(item, dict) and self.data.draw(st.booleans()):
                later.append(name)
            else:
                self.pair(path, (name,), item)
                self.text += self.data.draw(st.sampled_from(["\n", "  # fake = 2\n", "\r\n"]))
        for name in later:
            here = (*path, name)
            self.text += self.data.draw(NOISE)
            self.expected[here] = self.line()
            self.text += f"[ {' . '.join(map(_quoted, here))}]\n"
            self.table(here, tree[name])

    def pair(self, path: tuple[str, ...], name: tuple[str, ...], item: Any) -> None:
        if isinstance(item, dict) and len(item) == 1 and self.data.draw(st.booleans()):
            [(inner, inner_item)] = item.items()
            self.pair(path, (*name, inner), inner_item)
            return
        self.expected[(*path, *name)] = self.line()
        self.text += f"{'.'.join(map(_quoted, name))} = "
        if isinstance(item, dict):
            self.inline((*path, *name), item)
        else:
            self.text += SHAPES[item].format(next(self.numbers))

    def inline(self, path: tuple[str, ...], tree: dict[str, Any]) -> None:
        self.text += "{ "
        for index, (name, item) in enumerate(tree.items()):
            self.text += ", " if index else ""
            self.pair(path, (name,), item)
        self.text += " }"

    def line(self) -> int:
        return self.text.count("\n") + 1


def _paths(tree: dict[str, Any], above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    here = {(*above, name) for name in tree}
    return here.union(
        *(_paths(item, (*above, name)) for name, item in tree.items() if isinstance(item, dict))
    )


@given(TABLES, st.data())
def test_every_key_that_tomllib_reads_has_the_line_it_was_written_on(
    tree: dict[str, Any], data: st.DataObject
) -> None:
    writer = _Writer(data)
    writer.table((), tree)
    lines = key_lines(writer.text)
    assert set(lines) == _paths(tomllib.loads(writer.text))
    assert {path: lines[path] for path in writer.expected} == writer.expected


VALUES = st.text(st.characters(exclude_categories=["Cs"])) | st.integers() | st.booleans() | st.dates()
TREES_OF_VALUES = st.recursive(
    VALUES | st.lists(VALUES), lambda inner: st.dictionaries(NAMES, inner, max_size=4)
)


@given(st.dictionaries(NAMES, TREES_OF_VALUES), st.booleans())
def test_whatever_tomli_w_writes_has_a_line_for_every_key(tree: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(tree, multiline_strings=multiline)
    assert set(key_lines(text)) == _paths(tomllib.loads(text))
