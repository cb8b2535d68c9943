"""How the site writes dates and times, by language; Django reads it for the admin."""
