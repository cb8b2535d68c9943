"""Write every row of an installation as compressed JSON lines; `fill.py` says how to call it.

The first line has the installation's migrations, each other one a row. The same database always
gives the same bytes.
"""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")
django.setup()

from django.apps import apps  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402

# What belongs to a browser or to the secret key of the one installation.
LEFT_OUT = {"sessions.Session", "signing_in.KeySeal"}
PLAIN = (bool, int, str, list, dict, type(None))


def main(path: str) -> None:
    lines = [{"migrations": sorted(MigrationLoader(connection).graph.leaf_nodes())}, *rows()]
    text = "".join(f"{json.dumps(line, ensure_ascii=False, sort_keys=True)}\n" for line in lines)
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode())


def rows() -> Iterator[dict[str, Any]]:
    """Return all rows, those first that others refer to."""
    for model in sorted(apps.get_models(include_auto_created=True), key=depth):
        if model._meta.label in LEFT_OUT or model._meta.proxy or not model._meta.managed:
            continue
        for row in model._base_manager.order_by("pk"):
            yield {
                "model": model._meta.label,
                "fields": {f.attname: value(f, row) for f in model._meta.concrete_fields},
            }


def value(field: "models.Field[Any, Any]", row: models.Model) -> Any:
    found = field.value_from_object(row)
    return found if isinstance(found, PLAIN) else field.value_to_string(row)


def depth(model: type[models.Model]) -> int:
    """Return how many tables are before one, each of which the next one refers to."""
    others = {f.related_model for f in model._meta.concrete_fields if f.is_relation} - {model}
    return 1 + max(map(depth, others), default=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
