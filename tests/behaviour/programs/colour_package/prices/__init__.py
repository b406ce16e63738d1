from .store import load as fetch
