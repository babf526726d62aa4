"""Linear algebra in one thread, for whoever imports this before NumPy, which reads it once.

Systems of equations are small here: two threads on two busy processors took ten times as long as one (decision 12).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
