"""Evidence into rows of `Figure`: read in one go, worked out by `pilots.stats.metrics`, and what may not be shown kept
back. Writes nothing; `pilots.actions.figures` does.

    reading       observations as columns
    entries       the parts of a pilot that have figures of their own, and who stands behind each
    releasing     what is hidden, what stays as it was shown, what may be shown
    from_tasks    figures of tasks
    workload      figures of the grid, from what is shown of its cells
    participants  figures of who took part
    samples       figures of samples and registers
"""
