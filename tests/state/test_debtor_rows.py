"""The mirror of Billit's debtors in the state file."""

from __future__ import annotations

from ppbillit.state import DebtorRecord, StateStore


def test_the_mirror_finds_debtors_by_key_vat_number_and_each_address(state: StateStore) -> None:
    state.debtors.mirror(
        [
            DebtorRecord(2, "k2", "BE0123456749", ("a@x.example", "b@x.example")),
            DebtorRecord(1, None, "BE0123456749", ("a@x.example", "a@x.example")),
        ]
    )

    def ids(what: str, value: str) -> list[int]:
        return [debtor.party_id for debtor in state.debtors.by(what, value)]  # type: ignore[arg-type]

    assert ids("key", "k2") == [2]
    assert ids("vat_number", "BE0123456749") == [1, 2]
    assert ids("email", "a@x.example") == [1, 2]
    assert ids("email", "b@x.example") == [2]
    assert ids("email", "c@x.example") == []


def test_a_debtor_that_changed_in_billit_changes_in_the_mirror(state: StateStore) -> None:
    state.debtors.mirror([DebtorRecord(1, "k", "BE0123456749", ("old@x.example",))])
    state.debtors.mirror([DebtorRecord(1, "k", None, ("new@x.example",))])
    assert state.debtors.by("email", "old@x.example") == []
    assert state.debtors.by("vat_number", "BE0123456749") == []
    assert [debtor.party_id for debtor in state.debtors.by("email", "new@x.example")] == [1]


def test_a_debtor_that_billit_knows_no_more_is_forgotten(state: StateStore) -> None:
    state.debtors.mirror([DebtorRecord(1, "k", None, ("a@x.example",)), DebtorRecord(2, "l", None)])
    state.debtors.forget(2)
    assert state.debtors.by("key", "l") == []
    state.debtors.mirror([DebtorRecord(3, "m", None)], gone=[1])
    assert (state.debtors.by("key", "k"), state.debtors.by("email", "a@x.example")) == ([], [])
    assert [debtor.party_id for debtor in state.debtors.by("key", "m")] == [3]


def test_the_attempts_at_a_debtor_end_as_those_at_a_document_do(state: StateStore) -> None:
    first = state.debtors.begin("k", "digest")
    state.debtors.record_not_sent("k")
    assert state.debtors.begin("k", "digest").token == first.token
    state.debtors.record_refused("k")
    second = state.debtors.begin("k", "digest")
    assert second.number == 2
    state.debtors.record_created(DebtorRecord(5, "k", None), "k", "shown")
    assert state.attempts.open("debtor", "k") is None
    assert [debtor.party_id for debtor in state.debtors.by("key", "k")] == [5]
