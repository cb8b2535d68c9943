"""Put what a caller said into the words of the newsroom's verbs."""

from .schemas import ArticleFields

# Said to the API, not about the article.
NOT_FIELDS = {"note", "pub_status"}


def verb_fields(said: ArticleFields) -> dict[str, object]:
    """Return the article's fields that the caller named, and no other."""
    fields = {name: getattr(said, name) for name in said.model_fields_set - NOT_FIELDS}
    if "body" in fields:
        # A text that comes in as Markdown must not be read as the HTML an ingested one was.
        fields.setdefault("body_format", "markdown")
    return fields
