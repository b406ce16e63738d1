"""A bureau whose objects keep one client each."""
