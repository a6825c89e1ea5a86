"""Adresses du dépôt et du site : toutes viennent de ``_config.yml``."""

from dataclasses import dataclass
from pathlib import Path

import yaml

FORMATS = {
    "section": "Section %s",
    "figure": "Figure %s",
    "table": "Tableau %s",
    "code-block": "Code %s",
    "exercise": "Exercice %s",
    "equation": "(%s)",
}


@dataclass(frozen=True)
class Site:
    """Ce que ``_config.yml`` dit du livre."""

    root: Path
    base_url: str
    repository: str
    branch: str
    folder: str
    colab: str
    formats: dict[str, str]
    suffix: str
    bibliographies: tuple[str, ...]

    @classmethod
    def read(cls, root: Path) -> "Site":
        """Lit la configuration du livre qui vit dans ``root``."""
        config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
        repository = config["repository"]
        sphinx = (config.get("sphinx") or {}).get("config") or {}
        return cls(
            root=root,
            base_url=config["html"]["baseurl"].rstrip("/") + "/",
            repository=repository["url"].rstrip("/").removesuffix(".git"),
            branch=repository.get("branch", "main"),
            folder=repository.get("path_to_book", "").strip("/"),
            colab=config["launch_buttons"]["colab_url"].rstrip("/"),
            formats=FORMATS | (sphinx.get("numfig_format") or {}),
            suffix=sphinx.get("html_secnumber_suffix", ". "),
            bibliographies=tuple(config.get("bibtex_bibfiles") or ()),
        )

    def page(self, name: str, anchor: str = "") -> str:
        """Adresse publiée de la page ``chapitres/04_attention``."""
        return f"{self.base_url}{name}.html" + (f"#{anchor}" if anchor else "")

    def colab_url(self, path: str) -> str:
        """Adresse qui ouvre ``path`` dans Colab."""
        owner = "/".join(self.repository.split("/")[-2:])
        return f"{self.colab}/github/{owner}/blob/{self.branch}/{self._inside(path)}"

    def raw(self, path: str) -> str:
        """Adresse du fichier ``path`` lui-même, pour les images."""
        return f"{self.repository}/raw/{self.branch}/{self._inside(path)}"

    def requirement(self) -> str:
        """Ce que pip installe pour avoir le paquet du cours."""
        tail = f"#subdirectory={self.folder}" if self.folder else ""
        return f"cours-transformers @ git+{self.repository}@{self.branch}{tail}"

    def _inside(self, path: str) -> str:
        return f"{self.folder}/{path}" if self.folder else path
