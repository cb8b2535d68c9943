"""The newsroom: articles, sections, versions and API tokens, and the verbs that publish."""
