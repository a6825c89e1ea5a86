"""Fichiers tiers servis par le site : mise à jour et vérification.

Usage :
    python outils/update_vendor.py            télécharge les versions fixées ci-dessous
    python outils/update_vendor.py --check    vérifie les sommes, sans réseau

Chaque fichier de `book/_vendor` est décrit dans `VERSIONS.json` : paquet, version,
licence, empreinte de l'archive d'origine et somme SHA-256 du fichier.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import tarfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "book" / "_vendor"
REGISTRY = "https://registry.npmjs.org"


@dataclass(frozen=True)
class Package:
    """Paquet npm, et les fichiers que l'on en garde (source → destination)."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]
    patterns: dict[str, str]

    def destination(self, member: str) -> str | None:
        """Place d'un fichier de l'archive dans le dossier du paquet, s'il sert."""
        for pattern, replacement in self.patterns.items():
            if re.fullmatch(pattern, member):
                return re.sub(pattern, replacement, member)
        return self.files.get(member)


PACKAGES = [
    Package(
        name="katex",
        version="0.19.1",
        licence="MIT (polices : SIL OFL 1.1)",
        integrity=(
            "sha512-jG8uKntjSEcm2EpQOh0XturpPuuC9r3Sq5HLHdsFdWZT27E672SF19QEi+of0/"
            "YeOy15lDgRhKvr5614uRrEfA=="
        ),
        files={
            "LICENSE": "LICENSE",
            "dist/katex.min.js": "katex.min.js",
            "dist/katex-swap.min.css": "katex.min.css",
        },
        patterns={r"dist/(fonts/[\w-]+\.woff2)": r"\1"},
    ),
    # BertViz écrit pour d3 5 ; de jQuery, il n'emploie rien que la version réduite ôte.
    Package(
        name="d3",
        version="5.16.0",
        licence="BSD-3-Clause",
        integrity=(
            "sha512-4PL5hHaHwX4m7Zr1UapXW23apo6pexCgdetdJ5kTmADpG/7T9Gkxw0M0tf/pjoB6"
            "3ezCCm0u5UaFYy2aMt0Mcw=="
        ),
        files={"LICENSE": "LICENSE", "dist/d3.min.js": "d3.min.js"},
        patterns={},
    ),
    Package(
        name="jquery",
        version="3.7.1",
        licence="MIT",
        integrity=(
            "sha512-m4avr8yL8kmFN8psrbFFFmB/If14iN5o9nw/NgnnM+kybDJpRsAynV2BsfpTYrTR"
            "ysYUdADVD7CkUUizgkpLfg=="
        ),
        files={
            "LICENSE.txt": "LICENSE.txt",
            "dist/jquery.slim.min.js": "jquery.slim.min.js",
        },
        patterns={},
    ),
]


def only_woff2(css: str) -> str:
    """Ôte d'une feuille de style les adresses des polices autres que woff2."""
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)', "", css)


def sha256(data: bytes) -> str:
    """Somme SHA-256, en hexadécimal."""
    return hashlib.sha256(data).hexdigest()


def verify_archive(data: bytes, package: Package) -> None:
    """Compare une archive à son empreinte npm.

    Raises:
        ValueError: l'archive n'est pas celle attendue.
    """
    algorithm, expected = package.integrity.split("-", 1)
    found = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
    if found != expected:
        raise ValueError(
            f"{package.name} {package.version} : empreinte {algorithm} inattendue, "
            f"{found} au lieu de {expected}"
        )


def extract(data: bytes, package: Package) -> dict[str, bytes]:
    """Fichiers gardés d'une archive npm : destination → contenu."""
    kept = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive.getmembers():
            target = package.destination(member.name.removeprefix("package/"))
            stream = archive.extractfile(member) if target else None
            if stream is not None:
                content = stream.read()
                if target.endswith(".css"):
                    content = only_woff2(content.decode("utf8")).encode("utf8")
                kept[f"{package.name}/{target}"] = content
    return dict(sorted(kept.items()))


def download(package: Package) -> bytes:
    """Archive d'un paquet, lue sur le registre npm."""
    url = f"{REGISTRY}/{package.name}/-/{package.name}-{package.version}.tgz"
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
        return answer.read()


def update(archives: Path | None) -> None:
    """Réécrit `book/_vendor` et son inventaire."""
    inventory = []
    for package in PACKAGES:
        name = f"{package.name}-{package.version}.tgz"
        data = (archives / name).read_bytes() if archives else download(package)
        verify_archive(data, package)
        files = extract(data, package)
        for name, content in files.items():
            path = VENDOR / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        inventory.append(
            {
                "nom": package.name,
                "version": package.version,
                "licence": package.licence,
                "source": f"npm:{package.name}@{package.version}",
                "empreinte": package.integrity,
                "sha256": {name: sha256(data) for name, data in files.items()},
            }
        )
        print(f"{package.name} {package.version} : {len(files)} fichiers")
    text = json.dumps(inventory, ensure_ascii=False, indent=1)
    (VENDOR / "VERSIONS.json").write_text(text + "\n", encoding="utf8")


def problems(folder: Path = VENDOR) -> list[str]:
    """Écarts entre l'inventaire et les fichiers présents."""
    inventory = json.loads((folder / "VERSIONS.json").read_text("utf8"))
    expected = {n: s for package in inventory for n, s in package["sha256"].items()}
    present = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VERSIONS.json"
    }
    found = [f"absent : {name}" for name in sorted(expected.keys() - present.keys())]
    found += [f"inconnu : {name}" for name in sorted(present.keys() - expected.keys())]
    for name in sorted(expected.keys() & present.keys()):
        if sha256(present[name].read_bytes()) != expected[name]:
            found.append(f"modifié : {name}")
    return found


def main() -> int:
    """Met à jour ou vérifie les fichiers tiers ; rend le code de sortie."""
    parser = argparse.ArgumentParser(description="Fichiers tiers du site.")
    parser.add_argument("--check", action="store_true", help="vérifie sans réseau")
    parser.add_argument("--archives", type=Path, help="dossier d'archives npm déjà là")
    arguments = parser.parse_args()
    if not arguments.check:
        update(arguments.archives)
    found = problems()
    for line in found:
        print(line, file=sys.stderr)
    if not found:
        print("fichiers tiers conformes à l'inventaire")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
