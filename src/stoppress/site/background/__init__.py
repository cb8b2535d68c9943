"""The background process: feeds are followed, what is due is published, old events are trimmed."""
