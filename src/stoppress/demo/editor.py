"""The demo's editor: an account that may do everything, so that a visitor can try everything."""

import os
import secrets
from pathlib import Path

from django.contrib.auth import get_user_model

NAME = "editor"
FILE = "demo_editor_password"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else
GROUPS, GROUP = 4, 4  # 79 bits


def employ_editor(directory: Path) -> str | None:
    """Return the editor's password, kept in `directory`; the first time, make the account.

    Returns:
        None where the password is not known here: somebody else made the account or changed it.
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
        os.fchmod(file.fileno(), 0o600)  # an empty file that was there keeps its mode otherwise
        file.write(f"{password}\n")
    return password
