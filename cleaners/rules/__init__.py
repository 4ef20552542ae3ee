"""The rules that recognise boilerplate and give the reason; one file for each kind."""
