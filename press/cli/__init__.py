"""The command line: what an author types, and what is done and said then."""
