"""What must hold in a warehouse: the checks, and the repairs."""
