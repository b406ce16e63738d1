from .store import load


class Report:
    def __init__(self, names):
        self.names = names

    def text(self):
        return ", ".join([f"{name}: {load(name)}" for name in self.names])
