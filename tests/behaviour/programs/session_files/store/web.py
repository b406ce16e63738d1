"""The session, and the address of everything."""

import os

import requests

BASE = os.environ["BASE_URL"]

session = requests.Session()
session.headers.update({"X-Device": "till"})
