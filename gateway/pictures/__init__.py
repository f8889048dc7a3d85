"""Pictures of a home for people: on a page, on paper, beside a note."""
