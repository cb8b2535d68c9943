"""Turn the body of an API request into the arguments of the newsroom's verbs."""

from .payload import Fields

# Arguments of the call that are not fields.
NOT_FIELDS = {"note", "pub_status"}


def verb_fields(payload: Fields) -> dict[str, object]:
    """Return the fields of the article or post that the caller has given."""
    fields = {name: getattr(payload, name) for name in payload.model_fields_set - NOT_FIELDS}
    if "body" in fields:
        # Without this, new Markdown for an article from a feed would be read as HTML.
        fields.setdefault("body_format", "markdown")
    return fields
