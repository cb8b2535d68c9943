"""A Django app for measurements that are only possible inside the server.

The settings (`settings.py`) add it to the server under test, so that the real command is measured.
It does nothing until it is asked to.
"""
