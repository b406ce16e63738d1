from .wire import Wire

wire = Wire()


def load(name):
    return wire.ask(name)["price"]
