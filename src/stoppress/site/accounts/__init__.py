"""A second factor and single sign-on, by django-allauth. Installed where a setting asks for it."""
