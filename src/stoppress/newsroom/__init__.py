"""The newsroom: articles, sections and revisions, and the verbs that publish them."""
