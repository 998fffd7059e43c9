"""The golden orders: what each of them becomes, kept as files to be read by a person.

`tests/golden/orders/NAME.json` is an order as Plug&Pay gives it, with up to three keys of ours: `_story` (why it
is here), `_rules` (where the rules are not the defaults) and `_original` (the invoice a credit note credits).
`tests/golden/documents/NAME.json` is what becomes of it.  A test run never accepts a new or changed one:

    PYTHONPATH=tests .venv/bin/python tests/support/golden_orders.py accept [--force] [NAME ...]

writes those that are missing, with `--force` also those that differ.  Then read `git diff` as a bookkeeper would.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import simplejson
from pydantic import ValidationError

from ppbillit.mapping.mapper import Mapped, Original, map_order
from ppbillit.money import euros_text
from ppbillit.plugandpay.models import Order
from support.schema_defaults import ledger_rules, rules, vat_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ppbillit.mapping.mapper import Mapping
    from ppbillit.mapping.rules import Rules

FOLDER = Path(__file__).parent.parent / "golden"
PARTY_ID = 1


@dataclass
class GoldenOrders:
    """A folder of orders and a folder of documents, by name."""

    folder: Path = field(default=FOLDER)

    def order_names(self) -> set[str]:
        return {path.stem for path in (self.folder / "orders").glob("*.json")}

    def document_names(self) -> set[str]:
        return {path.stem for path in (self.folder / "documents").glob("*.json")}

    def order_path(self, name: str) -> Path:
        return self.folder / "orders" / f"{name}.json"

    def document_path(self, name: str) -> Path:
        return self.folder / "documents" / f"{name}.json"

    def expected(self, name: str) -> str:
        return self.document_path(name).read_text(encoding="utf-8")

    def actual(self, name: str) -> str:
        return outcome_of(self.order_path(name).read_text(encoding="utf-8"))

    def difference(self, name: str) -> str:
        """Return a unified diff from the accepted document to what the mapping makes now; empty if none."""
        return "".join(
            difflib.unified_diff(
                self.expected(name).splitlines(keepends=True),
                self.actual(name).splitlines(keepends=True),
                f"documents/{name}.json (accepted)",
                f"documents/{name}.json (now)",
            )
        )

    def accept(self, names: Iterable[str], *, force: bool = False) -> list[str]:
        """Write the documents that are missing, and with `force` those that differ; say what was done."""
        said = []
        for name in sorted(names):
            path, now = self.document_path(name), self.actual(name)
            if path.exists() and path.read_text(encoding="utf-8") == now:
                continue
            if path.exists() and not force:
                said.append(f"{name}: differs, left as it is (use --force)")
                continue
            said.append(f"{name}: {'overwritten' if path.exists() else 'written'}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(now, encoding="utf-8")
        return said


def outcome_of(text: str) -> str:
    """Map an order and tell what became of it, as JSON for people."""
    raw = simplejson.loads(text, use_decimal=True)
    rules, original = _rules(raw.pop("_rules", {})), raw.pop("_original", None)
    raw.pop("_story", None)
    try:
        order = Order.model_validate(raw)
    except ValidationError as error:
        told: dict[str, Any] = {
            "outcome": "unreadable",
            "fields": [".".join(map(str, problem["loc"])) for problem in error.errors()],
        }
    else:
        told = _told(map_order(order, rules, Original(**original) if original else None))
    return simplejson.dumps(told, use_decimal=True, indent=2, ensure_ascii=False) + "\n"


def _rules(given: dict[str, Any]) -> Rules:
    vat, ledger = given.pop("vat", {}), given.pop("ledger", {})
    ledger["products"] = {int(product): code for product, code in ledger.get("products", {}).items()}
    return rules(vat=vat_rules(**vat), ledger=ledger_rules(**ledger), **given)


def _told(mapping: Mapping) -> dict[str, Any]:
    told: dict[str, Any] = {
        "outcome": type(mapping).__name__.lower(),
        "kind": mapping.kind,
        "invoice_day": mapping.invoice_day and mapping.invoice_day.isoformat(),
        "total": euros_text(mapping.total),
    }
    if isinstance(mapping, Mapped):
        return told | {
            "notes": [note.json() for note in mapping.notes],
            "reading": str(mapping.reading),
            "form": mapping.form.name,
            "predicted": {
                rounding.name: f"{totals.net} + {totals.vat} = {totals.gross}"
                for rounding, totals in mapping.form.predicted.items()
            },
            "body": mapping.draft.body_for(PARTY_ID),
            "debtor": mapping.buyer.draft.body(),
        }
    return told | {"reasons": [reason.json() for reason in mapping.reasons]}


def main(arguments: list[str], store: GoldenOrders) -> int:
    parser = argparse.ArgumentParser(description="Write golden documents that are missing.")
    parser.add_argument("command", choices=["accept"])
    parser.add_argument("--force", action="store_true", help="overwrite those that differ")
    parser.add_argument("names", nargs="*", help="only these; default: all")
    given = parser.parse_intermixed_args(arguments)  # "accept --force NAME" too
    if unknown := set(given.names) - store.order_names():
        parser.error(f"no such order: {', '.join(sorted(unknown))}")
    said = store.accept(given.names or store.order_names(), force=given.force)
    sys.stdout.write("".join(f"{line}\n" for line in said) or "nothing to do\n")
    return 1 if any("--force" in line for line in said) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], GoldenOrders()))
