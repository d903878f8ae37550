"""The sources of the book, as files: what a page, a listing and a chapter's test are, read as text with their lines."""
