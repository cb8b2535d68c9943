"""`stoppress conform`: does a server keep the rules of `stoppress.v1`?"""
