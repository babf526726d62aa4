"""Linear algebra in one thread, for whoever imports this before NumPy, which reads it once.

Systems of equations are small here: two threads on two busy processors took ten times as long as one (decision 12).
"""

import os

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")
