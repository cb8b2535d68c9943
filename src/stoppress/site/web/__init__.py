"""What the turnkey site does with each request, around Django."""
