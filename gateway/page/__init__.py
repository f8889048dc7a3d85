"""The pages that the gateway serves: the link in a message, and the home for its people."""
