"""Follow other papers: read the stream `wire` of another Stop Press, and make articles from it."""
