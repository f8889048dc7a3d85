"""The way to the district: what is sent, over which path, until it was taken."""
