"""The headers of a webhook as the official Rust client 0.7 sends them: the words of one header line, in an array."""


def as_object(headers: object) -> object:
    """`["Authorization:", "Bearer", "abc"]` as `{"Authorization": "Bearer abc"}`; anything else as it is.

    That client splits what it is given at white space, so a word that ends with a colon starts the next header.
    """
    if not isinstance(headers, list) or not _is_line(headers):
        return headers
    made: dict[str, str] = {}
    name = None
    for word in headers:
        if name is None or word.endswith(":"):
            name, _, first = word.partition(":")
            made[name] = first
        else:
            made[name] = f"{made[name]} {word}".lstrip()
    return made


def _is_line(words: list[object]) -> bool:
    return all(isinstance(word, str) for word in words) and ":" in str(words[:1])
