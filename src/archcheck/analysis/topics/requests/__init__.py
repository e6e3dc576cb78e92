"""What handlers of requests take from a client, and what they do with it."""
