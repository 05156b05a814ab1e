"""Sealed columns as their declarations say: whose key opens them, under which name, and how to seal them anew."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from hub.kernel.crypto import Vault
from hub.kernel.tables import Base, Blind, Seal, blind_of, seal_of

DATA_KEY = "data_key"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    table: Table
    column: Column[Any]
    seal: Seal

    @property
    def holder(self) -> str:
        """The table whose rows keep the data keys."""
        return self.seal.holder or self.table.name

    def bound_to(self, row: Row) -> str:
        return self.seal.bound.format(**row)

    def opened(self, vault: Vault, row: Row, data_key: bytes) -> str:
        """Raises `unavailable`."""
        return vault.open(data_key, row[self.seal.owner], row[self.column.name], self.bound_to(row))

    def sealed(self, vault: Vault, row: Row, data_key: bytes, value: str) -> bytes:
        return vault.seal(data_key, row[self.seal.owner], value, self.bound_to(row))


@dataclass(frozen=True, slots=True)
class BlindColumn:
    table: Table
    column: Column[Any]
    blind: Blind

    def index(self, vault: Vault, value: str) -> str:
        return vault.blind_index(value.casefold() if self.blind.folded else value, self.blind.purpose)


def sealed_columns() -> list[SealedColumn]:
    """All of them, in a stable order."""
    found = [(table, column, seal_of(column)) for table in Base.metadata.sorted_tables for column in table.columns]
    return [SealedColumn(table, column, seal) for table, column, seal in found if seal is not None]


def blind_columns() -> list[BlindColumn]:
    found = [(table, column, blind_of(column)) for table in Base.metadata.sorted_tables for column in table.columns]
    return [BlindColumn(table, column, blind) for table, column, blind in found if blind is not None]


def key_holders() -> list[Table]:
    """Tables whose rows keep a data key that outlives the day, by name."""
    names = {each.holder for each in sealed_columns() if not each.seal.fleeting}
    return [Base.metadata.tables[name] for name in sorted(names)]


def key_owner(table: Table) -> str:
    """The column that says for whom a key holder's data keys are wrapped."""
    return next(each.seal.owner for each in sealed_columns() if each.table is table and each.holder == table.name)


def client_index(vault: Vault, said: str) -> str:
    """What equal names and codes of a person in other systems' books have in common, whatever their case and width."""
    return vault.steady_index(" ".join(unicodedata.normalize("NFKC", said).casefold().split()), "kept-client")
