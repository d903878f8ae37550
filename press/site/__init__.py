"""The plugin of MkDocs: labs, what stands beside the pages, their policies; and what is checked once all is there."""
