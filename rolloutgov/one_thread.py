"""Linear algebra in one thread, for whoever imports this before NumPy, which reads it once.

Systems of equations are small here: two threads on two busy processors took ten times as long as one (decision 12).
"""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
