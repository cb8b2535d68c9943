"""Django's admin as a desk: everything goes through the newsroom's verbs."""

from . import articles, sections

__all__ = ["articles", "sections"]
