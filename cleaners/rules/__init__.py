"""The rules that recognise chrome: each file looks for one kind, and says why."""
