"""What an answer says: any library's will do."""


def check(name, response):
    if response.status_code == 500:
        raise RuntimeError(f"{name}: {response.text}")
    response.raise_for_status()


def kind(response):
    if "Content-Type" not in response.headers:
        return None
    return response.headers["content-type"].split(";")[0], len(response.content)


def record(response):
    try:
        return response.json()
    except ValueError:
        return {"name": response.text, "id": None}
