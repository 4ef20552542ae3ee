"""Where pages come from: each source finds its inputs in a set order and reads them to captures."""
