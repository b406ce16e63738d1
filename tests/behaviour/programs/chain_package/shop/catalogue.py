from shop.store.disk import Disk


def lookup(name):
    return Disk("prices").read(name)
