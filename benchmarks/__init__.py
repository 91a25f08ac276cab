"""Measured comparisons; see `make bench`.

Each file is one comparison: it measures the connector and what it is held against in turn, in one
process and database, so that what decides is a ratio and not the machine.
"""
