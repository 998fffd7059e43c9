"""Our keys on Billit's documents, also where lists do not show them.

That `ExternalProviderID` can be filtered on and is on a single document is documented; that list items carry it
is not (billit.md §8.1).  A list on which no document has a key may be such a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.mapping.rules import parts_of_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.billit.models import Document
    from ppbillit.billit.ports import BillitReader


def is_our_key(key: str | None) -> bool:
    """Tell whether a key is ppbillit's, of this shop or another one."""
    return parts_of_key(key) is not None


def shows_keys(documents: Iterable[Document]) -> bool:
    """Tell whether at least one of these documents has a key, ours or another's."""
    return any(document.external_provider_id for document in documents)


def read_with_keys(reader: BillitReader, documents: list[Document]) -> list[Document]:
    """Give listed documents with their keys, each read by itself where the list shows none at all.

    That is one request per document: for what is done once in the life of a state file, and not in every run.
    """
    if shows_keys(documents):
        return documents
    return [reader.outlined(document.order_id) or document for document in documents]
