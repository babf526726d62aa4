"""What the readings of a running stage say of who uses the tool, whether that lasts, and how well the work goes."""
