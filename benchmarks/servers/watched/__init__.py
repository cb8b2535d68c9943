"""A Django app that measures inside the server what cannot be measured from outside.

The settings (`settings.py`) add it to the server under test, so that the real command is measured.
It does nothing until it is asked to.
"""
