"""Our keys on Billit's documents, also where lists do not show them.

It is documented that a single document shows `ExternalProviderID` and that a list can be filtered by it, but not
that a list shows it (billit.md §8.1).  So a list without any key may be one that shows no keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ppbillit.mapping.rules import parts_of_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.billit.models import Document
    from ppbillit.billit.ports import BillitReader


def is_our_key(key: str | None) -> bool:
    """Return whether a key is ppbillit's, for this shop or another one."""
    return parts_of_key(key) is not None


def shows_keys(documents: Iterable[Document]) -> bool:
    """Return whether at least one of these documents has a key, ours or another's."""
    return any(document.external_provider_id for document in documents)


def read_with_keys(reader: BillitReader, documents: list[Document]) -> list[Document]:
    """Return listed documents with their keys; where the list shows no key at all, each is read by its id.

    That is one request per document: not for what is done in every run.
    """
    if shows_keys(documents):
        return documents
    return [reader.partial_document(document.order_id) or document for document in documents]
