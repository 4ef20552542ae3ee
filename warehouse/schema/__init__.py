"""The database schema: numbered migrations, and the objects that result from them."""
