"""`stoppress conform`: checks whether a server keeps the rules of `stoppress.v1`."""
