"""The control API: read and change the emulated world, as JSON on its own port.

GET    state       counts, addresses, time
GET    requests    the requests to both APIs (header names only, no bodies)
GET    books       Billit's documents with lines and totals, and what was sent
GET    switches    all switches of both services
POST   switches    {"billit": {…}, "plugandpay": {…}}
GET    faults      the faults that are armed and those that fired
POST   faults      arm one fault or a list of them: {"kind": "close_after", "api": "billit", "nth": 2}
DELETE faults      disarm
POST   clock       {"advance": seconds} or {"set": "2026-10-05T12:00:00Z"}
POST   orders      add to the shop one order, a list, or {"orders": […]}
POST   parties     add a debtor to Billit, as a person would
POST   documents   add an invoice to Billit, as a person would
POST   peppol      {"identifier": "BE0563846944", "registered": true}
DELETE world       delete all data and reset switches, faults, journal and clock

All routes are below /_control/.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ppbillit_emulator.billit.debtors import add_party, bind_party
from ppbillit_emulator.billit.documents import enter_by_hand
from ppbillit_emulator.billit.errors import BillitError
from ppbillit_emulator.billit.views import document_view, finish
from ppbillit_emulator.faults import Fault
from ppbillit_emulator.wire import json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from ppbillit_emulator.wire import Request, Response
    from ppbillit_emulator.world import World

_PREFIX: Final = "/_control/"


class ControlApi:
    """The control API of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._routes: dict[tuple[str, str], Callable[[Any], Any]] = {
            ("GET", "state"): self._state,
            ("GET", "requests"): self._requests,
            ("GET", "switches"): self._switches,
            ("GET", "books"): self._books,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._arm,
            ("POST", "switches"): self._switch,
            ("POST", "clock"): self._clock,
            ("POST", "orders"): self._orders,
            ("POST", "parties"): self._party,
            ("POST", "documents"): self._document,
            ("POST", "peppol"): self._peppol,
            ("DELETE", "faults"): self._disarm,
            ("DELETE", "world"): self._reset,
        }

    def handle(self, request: Request) -> Response:
        """Handle a control request; a wrong one gets 400, an unknown route 404."""
        name = request.path.removeprefix(_PREFIX)
        route = self._routes.get((request.method, name))
        if route is None:
            known = sorted(f"{method} {_PREFIX}{each}" for method, each in self._routes)
            return json_response(
                404, {"error": f"no such route: {request.method} {request.path}", "routes": known}
            )
        try:
            body = request.json() if request.body else {}
            return json_response(200, route(body))
        except (ValueError, TypeError, KeyError, BillitError) as error:
            return json_response(400, {"error": str(error) or type(error).__name__})

    # --- reading ------------------------------------------------------------------------------

    def _state(self, _body: Any) -> dict[str, Any]:
        world = self._world
        office = world.office
        return {
            "time": world.clock.now().isoformat(),
            "urls": {"plugandpay": world.plugandpay_url, "billit": world.billit_url},
            "party_id": world.party_id,
            "requests": len(world.journal),
            "writes": world.writes(),
            "shop": {"orders": len(world.shop.orders), "patches": len(world.shop.patches)},
            "billit": {
                "documents": len(office.live),
                "deleted": len(office.documents) - len(office.live),
                "parties": len(office.parties),
                "deliveries": len(office.deliveries),
                "overwritten_parties": len(office.overwritten),
                "idempotency_keys": len(office.idempotency_keys.used),
            },
            "faults_armed": len(world.faults.armed),
            "faults_fired": len(world.faults.fired),
            "strays": len(world.strays),
            "crashes": len(world.crashes),
        }

    def _requests(self, _body: Any) -> list[dict[str, Any]]:
        return [
            {
                "number": each.number,
                "api": each.api,
                "method": each.method,
                "path": each.path,
                "query": {name: list(values) for name, values in each.query.items()},
                "headers": sorted(each.headers),
                "status": each.status,
                "changed": each.changed,
                "kind": each.kind,
                "fault": each.fault,
            }
            for each in (*self._world.journal, *self._world.strays)
        ]

    def _switches(self, _body: Any) -> dict[str, Any]:
        shop, office = self._world.shop.switches, self._world.office.switches
        return {"plugandpay": _plain(shop.as_dict()), "billit": _plain(office.as_dict())}

    def _books(self, _body: Any) -> dict[str, Any]:
        office = self._world.office
        return {
            "ledger": [_plain(asdict(row)) for row in office.ledger()],
            "documents": [finish(document_view(each, office), office.switches) for each in office.live],
            "deleted": [each.order_id for each in office.documents.values() if each.deleted is not None],
            "deliveries": [_plain(asdict(each)) for each in office.deliveries],
        }

    def _faults(self, _body: Any) -> dict[str, Any]:
        engine = self._world.faults
        fired = [{"request": number, "kind": fault.kind} for number, fault in engine.fired]
        return {"armed": [_plain(asdict(each)) for each in engine.armed], "fired": fired}

    # --- changing -----------------------------------------------------------------------------

    def _arm(self, body: Any) -> dict[str, Any]:
        known = {each.name for each in fields(Fault)}
        faults = []
        for each in body if isinstance(body, list) else [body]:
            unknown = set(each) - known
            if unknown:
                raise ValueError(
                    f"a fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}"
                )
            faults.append(Fault(**_with_floats(each)))
        for fault in faults:
            self._world.arm(fault)
        return {"armed": len(faults)}

    def _disarm(self, _body: Any) -> dict[str, Any]:
        self._world.disarm()
        return {"armed": 0}

    def _switch(self, body: Any) -> dict[str, Any]:
        if not isinstance(body, dict) or not set(body) <= {"billit", "plugandpay"}:
            raise ValueError('switches are set as {"billit": {…}, "plugandpay": {…}}')
        self._world.shop.switches.update(**_with_floats(body.get("plugandpay", {})))
        self._world.office.switches.update(**_with_floats(body.get("billit", {})))
        return self._switches(None)

    def _clock(self, body: Any) -> dict[str, Any]:
        clock = self._world.clock
        if set(body) == {"advance"}:
            clock.advance(float(body["advance"]))
        elif set(body) == {"set"}:
            clock.set(datetime.fromisoformat(body["set"]))
        else:
            raise ValueError('the clock takes {"advance": seconds} or {"set": "2026-10-05T12:00:00Z"}')
        return {"time": clock.now().isoformat()}

    def _orders(self, body: Any) -> dict[str, Any]:
        orders = body.get("orders", [body]) if isinstance(body, dict) else body
        return {"ids": [self._world.shop.add(order) for order in orders]}

    def _party(self, body: Any) -> dict[str, Any]:
        office = self._world.office
        sent = bind_party(body, office.switches)
        sent.pop("PartyID", None)
        return {"PartyID": add_party(office, sent, office.party_id).party_id}

    def _document(self, body: Any) -> dict[str, Any]:
        return {"OrderID": enter_by_hand(self._world.office, body)}

    def _peppol(self, body: Any) -> dict[str, Any]:
        directory = self._world.office.peppol
        if body.get("registered", True):
            directory.add(body["identifier"])
        else:
            directory.remove(body["identifier"])
        return {"participants": sorted(directory.participants)}

    def _reset(self, _body: Any) -> dict[str, Any]:
        self._world.reset()
        return self._state(None)


def _plain(value: Any) -> Any:
    """Return a switch or record as values that JSON has; floats, which are seconds, become Decimals."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return Decimal(str(value))
    return value if value is None or isinstance(value, str | bool | int | Decimal) else str(value)


def _with_floats(values: dict[str, Any]) -> dict[str, Any]:
    """Return Decimals, which are seconds, as the floats that faults and switches take."""
    return {name: float(each) if isinstance(each, Decimal) else each for name, each in values.items()}
