"""Rules that recognise boilerplate and give the reason: one module for each kind of rule."""
