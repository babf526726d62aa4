"""Linear algebra in one thread, whoever imports this before NumPy: systems are small here, and processor seconds are
then those of the work and not of threads that wait for each other."""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
