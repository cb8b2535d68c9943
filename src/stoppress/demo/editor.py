"""The demo's editor account, a superuser, so that a visitor can try everything."""

import os
import secrets
from pathlib import Path

from django.contrib.auth import get_user_model

NAME = "editor"
FILE = "demo_editor_password"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters or digits that look alike
GROUPS, GROUP = 4, 4  # 79 bits


def employ_editor(directory: Path) -> str | None:
    """Create the editor's account if it does not exist; return its password, kept in `directory`.

    Returns:
        None if the password is unknown: somebody created the account or changed its password.
    """
    users = get_user_model()._default_manager
    path = directory / FILE
    kept = path.read_text().strip() if path.exists() else ""
    user = users.filter(username=NAME).first()
    if user is not None:
        return kept if kept and user.check_password(kept) else None
    password = kept or _keep(path)
    get_user_model().objects.create_superuser(username=NAME, password=password)
    return password


def _keep(path: Path) -> str:
    groups = ["".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS)]
    password = "-".join(groups)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o600)  # an existing empty file would keep its own mode
        file.write(f"{password}\n")
    return password
