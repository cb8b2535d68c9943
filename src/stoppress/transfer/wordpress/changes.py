"""Find the fields of an article that an export has changed since the last import."""

from collections.abc import Mapping

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing.stored_fields import present_fields, stored, version_fields

from .pictures import BY


def changed_fields(
    article: Article, values: Mapping[str, object]
) -> tuple[dict[str, object], list[str]]:
    """Return the values to change, and the names of the fields that an editor's change keeps.

    A field that an editor has changed here since the import is not changed, nor is a field that the
    export has not changed.

    Args:
        values: the values of the export, checked by `publishing.prepare`. Other rows are named by
            their slugs, and need not exist.
    """
    present = {name: _stored(value) for name, value in present_fields(article).items()}
    wanted = {name: _stored(value) for name, value in values.items()}
    differing = {name for name, value in wanted.items() if present[name] != value}
    if not differing:
        return {}, []
    imported = _imported(article, differing)
    new = {name for name in differing if imported.get(name) != wanted[name]}
    edited = {name for name in new if imported.get(name) != present[name]}
    return {name: values[name] for name in new - edited}, sorted(edited)


def _stored(value: object) -> object:
    """Return a value as a version stores it; slugs are sorted, because databases differ."""
    return sorted(value) if isinstance(value, list) else stored(value)


def _imported(article: Article, names: set[str]) -> dict[str, object]:
    """Return the value of each field in the latest import that wrote it."""
    found: dict[str, object] = {}
    before: dict[str, object] = {}
    for version in article.versions.order_by("version").iterator(chunk_size=20):
        if version.withdrawn:
            continue
        now = version_fields(version)
        if version.by == BY:
            found |= {
                name: _stored(now[name])
                for name in names
                if name in now and (name not in found or before.get(name) != now[name])
            }
        before = now
    return found
