"""Planning the next poll of each feed, and the threads that poll."""
