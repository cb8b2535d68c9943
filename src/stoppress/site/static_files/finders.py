"""Where the site's static files come from."""

from django.contrib.staticfiles.finders import AppDirectoriesFinder


class BuiltFiles(AppDirectoriesFinder):
    """Finds what `make client` has made for readers' pages, before the files it is made of.

    Only a checkout has both: in a wheel the made files stand in the others' place.
    """

    source_dir = "built/static"
