"""Real projects as a measuring stick: pinned releases, fetched and unpacked safely, then checked."""
