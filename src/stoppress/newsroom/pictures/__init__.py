"""Pictures: read and encoded anew, stored, named in texts, shown in items, and served."""
