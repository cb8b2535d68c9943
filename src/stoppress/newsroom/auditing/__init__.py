"""The audit: records of sign-ins, rights, tokens, pictures and backups, and their lifetime."""

from .actor import Actor, acting, actor_of, present_actor
from .bounded import record_bounded
from .forgetting import forget_old_entries
from .record import Thing, record, thing

__all__ = [
    "Actor",
    "Thing",
    "acting",
    "actor_of",
    "forget_old_entries",
    "present_actor",
    "record",
    "record_bounded",
    "thing",
]
