"""Ce qu'une carte de poids montre, dit en toutes lettres."""

from collections.abc import Sequence

from cours_transformers.visualization.text import fr

Rows = list[list[float]]


def describe_attention(
    maps: list[Rows], tokens: Sequence[str], keys: Sequence[str], titles: Sequence[str]
) -> str:
    """Dit en toutes lettres quelle clé chaque requête regarde le plus."""
    sentences = []
    for rows, title in zip(maps, titles, strict=True):
        seen = []
        for token, row in zip(tokens, rows, strict=True):
            best = max(range(len(row)), key=row.__getitem__)
            if row[best] > 0:
                seen.append(f"« {token} » → « {keys[best]} » ({fr(row[best], 2)})")
            else:
                seen.append(f"« {token} » → aucune")
        start = f"{title[:1].upper()}{title[1:]}. " if title else ""
        sentences.append(f"{start}Clé la plus lue : {', '.join(seen)}.")
    return f"Carte de poids d'attention. {' '.join(sentences)}"
