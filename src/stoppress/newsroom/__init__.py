"""The newsroom: articles, sections, revisions and API tokens, and the verbs that publish."""
