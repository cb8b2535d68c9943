"""When a feed is polled next, and the threads that poll what is due."""
