"""Options des directives : lignes ``:clé: valeur`` ou bloc YAML entre ``---``."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from notebooks.model import SourceError

OPTION = re.compile(r"^\s*:([\w-]+):(?:\s+(.*))?$")


def read_options(
    body: Sequence[str], path: Path | str, line: int
) -> tuple[dict[str, str], dict, int]:
    """Options en texte, les mêmes lues en YAML, et nombre de lignes à sauter."""
    start = next((i for i, text in enumerate(body) if text.strip()), len(body))
    if start < len(body) and body[start].strip() == "---":
        ends = (i for i in range(start + 1, len(body)) if body[i].strip() == "---")
        end = next(ends, None)
        if end is None:
            raise SourceError(path, line, "options ouvertes par --- et jamais fermées")
        values = _yaml("\n".join(body[start + 1 : end]), path, line)
        return {key: str(value) for key, value in values.items()}, values, end + 1
    end = start
    while end < len(body) and re.match(r"^\s*:(?!::)", body[end]):
        end += 1
    if end == start or not OPTION.match(body[start]):
        return {}, {}, 0
    found = [match for text in body[start:end] if (match := OPTION.match(text))]
    texts = {match[1]: (match[2] or "").strip() for match in found}
    return texts, _nested(body[start:end], texts), end


def _nested(lines: Sequence[str], texts: dict[str, str]) -> dict:
    """Options YAML sur plusieurs lignes, chacune après un « : » ; sinon le texte."""
    try:
        values = yaml.safe_load("\n".join(line.lstrip()[1:] for line in lines))
    except yaml.YAMLError:
        values = None
    return values if isinstance(values, dict) else dict(texts)


def _yaml(text: str, path: Path | str, line: int) -> dict:
    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        cause = str(error).replace("\n", " ")
        raise SourceError(path, line, f"options illisibles : {cause}") from error
