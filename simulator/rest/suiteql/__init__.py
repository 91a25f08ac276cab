"""SuiteQL: NetSuite's SQL, answered by SQLite over tables made from the books [6.3, 6.4]."""

from .service import answer

__all__ = ["answer"]
