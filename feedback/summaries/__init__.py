"""All that governance may see of feedback: frozen dataclasses, never a reporter, and of texts what finds a flag."""
