"""Live news as in tutorials: `post_save` sends each article to a channel-layer group of readers."""
