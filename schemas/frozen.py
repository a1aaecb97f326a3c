"""What all definitions are made of: frozen models that refuse unknown keys, names and texts that are not empty."""

from __future__ import annotations

import zlib
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Frozen(BaseModel):
    """A part of a definition. Its hash is of its content and worked out once, so that it can be the key of a cache."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @cached_property
    def _hash(self) -> int:
        return zlib.crc32(self.model_dump_json().encode("utf-8", "surrogatepass"))  # the same in every process

    def __hash__(self) -> int:
        return self._hash
