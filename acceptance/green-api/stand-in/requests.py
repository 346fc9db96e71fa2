"""As much of `requests` as the vendor's sample programs use, for a Python that comes without it."""
import urllib.request


class _Response:
    def __init__(self, text):
        self.text = text


def request(method, url, headers=None, data=None):
    body = data.encode("utf8") if data else None
    asked = urllib.request.Request(url, data=body, headers=headers or {}, method=method)
    with urllib.request.urlopen(asked) as answer:
        return _Response(answer.read().decode("utf8"))
