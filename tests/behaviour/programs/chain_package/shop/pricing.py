from . import catalogue


def price(name, discount=0):
    return catalogue.lookup(name) - discount
