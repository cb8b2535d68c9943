"""A Django app that looks at Stop Press from within, for what cannot be seen from outside.

It is put into the server under test by its settings (`settings.py`), so that the command is the
real one. Nothing of it runs until it is asked to.
"""
