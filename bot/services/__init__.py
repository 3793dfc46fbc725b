"""The use cases, one module a capability; they know the domain and the ports, and no vendor."""
