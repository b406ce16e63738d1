from feed.http import get_json


class Api:
    def data(self, path):
        found = get_json(path)
        if found is None:
            raise ValueError(f"nothing at {path}")
        return found
