"""Being written."""
PREFIX = "/services/rest/"


class Face:
    def __init__(self, books, login):
        self.grants = self

    def reset(self):
        pass
