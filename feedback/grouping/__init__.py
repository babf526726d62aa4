"""From flags to patterns, as arithmetic: numbers and texts in, decisions out. No Django and no database."""
