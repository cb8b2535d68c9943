"""Publishing: streams are declared, and what a site says is told of."""
