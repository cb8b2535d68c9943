"""Pictures: decoding and encoding, storage, references in texts, items, and serving."""
