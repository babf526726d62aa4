"""What was measured, as people read it: figures by question, coverage, what nobody sees, pairs, and where a number
comes from. Reads `Figure`, which a job fills; nothing here counts observations to show a figure.
"""
