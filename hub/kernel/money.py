"""Money: an integer of the currency's minor unit, with its currency."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Money(BaseModel):
    """An amount in minor units (cents, fen) of an ISO 4217 currency."""

    model_config = ConfigDict(frozen=True)

    minor: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")
