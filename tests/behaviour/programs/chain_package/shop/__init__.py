from .stock import count
