from .store import disk


def count(name):
    return disk.Disk("stock").read(name)
