"""The sources of the site's static files."""

from django.contrib.staticfiles.finders import AppDirectoriesFinder


class BuiltFiles(AppDirectoriesFinder):
    """Finds the files built by `make client` for readers' pages, before their sources.

    Only a checkout has both: in a wheel the built files replace the sources.
    """

    source_dir = "built/static"
