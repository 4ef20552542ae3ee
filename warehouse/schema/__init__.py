"""The schema: numbered migrations, and the objects that it must have."""
