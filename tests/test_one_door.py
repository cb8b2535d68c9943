"""The newsroom writes articles, and tells of it, through one door: its publishing verbs."""

import ast
from collections.abc import Iterator
from pathlib import Path

import stoppress

PACKAGE = Path(stoppress.__file__).parent
PARTS = (
    *("outside", "newsroom", "ingest", "transfer", "site"),
    *("conformance", "demo", "drill", "cli"),
)
DOOR = PACKAGE / "newsroom" / "publishing"
WRITERS = {"publish", "remove", "redact"}


def _writes(path: Path) -> Iterator[str]:
    """Give each use of a writer of `stoppress.live` in a file, as `live.publish` or by its name."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(value=ast.Name(id="live"), attr=attribute):
                used = {attribute}
            case ast.ImportFrom(module=str(module)) if module.startswith("stoppress.live"):
                used = {name.name for name in node.names}
            case _:
                continue
        if used & WRITERS:
            yield f"{path.relative_to(PACKAGE)}:{node.lineno}"


def _is_door(path: Path) -> bool:
    return path == DOOR.with_suffix(".py") or DOOR in path.parents


def test_only_publishing_writes_to_the_log() -> None:
    outside = [
        line
        for part in PARTS
        for path in sorted((PACKAGE / part).rglob("*.py"))
        if not _is_door(path)
        for line in _writes(path)
    ]
    assert outside == []


def test_publishing_does_write_to_the_log() -> None:
    doors = [path for path in PACKAGE.rglob("*.py") if _is_door(path)]
    assert any(list(_writes(path)) for path in doors)


ROW_WRITERS = {
    *("save", "asave", "delete", "adelete", "create", "acreate", "update", "aupdate"),
    *("bulk_create", "bulk_update", "get_or_create", "update_or_create"),
}


def _article_writes(path: Path) -> Iterator[str]:
    """Give each call in a file that may write a row of Article, and is not known to be another's.

    What begins with `Article` is told by its name (`Article.objects….update(…)`), and so is what is
    called after an article (`article.save()`, `self.article.delete()`, `articles.update(…)`).
    """
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in ROW_WRITERS:
                if _is_of_articles(owner):
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}"
            case ast.ImportFrom(module=str(module)) if module.endswith("article_row"):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}"


def _is_of_articles(owner: ast.expr) -> bool:
    """Return whether an expression begins or ends with an article, or with all of them."""
    names = {"article", "articles", "Article"}
    match owner:
        case ast.Name(id=name):
            return name in names
        case ast.Attribute(value=value, attr=name):
            return name in names or (name == "objects" and _is_of_articles(value))
        case ast.Call(func=ast.Name(id=name)):
            return name in names
        case ast.Call(func=ast.Attribute(value=value)) | ast.Subscript(value=value):
            return _is_of_articles(value)
    return False


def test_only_publishing_writes_rows_of_articles() -> None:
    outside = [
        line
        for part in PARTS
        for path in sorted((PACKAGE / part).rglob("*.py"))
        if not _is_door(path) and path.parent.name != "migrations"  # they run before any verb
        for line in _article_writes(path)
    ]
    assert outside == []


def test_a_write_of_an_article_elsewhere_is_found() -> None:
    for line in (
        "Article.objects.create(headline='x')",
        "Article(headline='x').save()",
        "Article.objects.public().filter(pk=1).order_by('pk').update(version=2)",
        "article.save(update_fields=['version'])",
        "item.article.delete()",
        "articles[0].save()",
    ):
        [statement] = ast.parse(line).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Call)
        assert isinstance(statement.value.func, ast.Attribute)
        assert _is_of_articles(statement.value.func.value), line
    assert any(list(_article_writes(path)) for path in DOOR.glob("*.py"))
