"""Short stand-ins for ports; those with a contract test behave as the real adapters do."""
