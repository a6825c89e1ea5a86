"""Fichiers tiers : inventaire exact, et rien de plus."""

import json
import shutil

import pytest
import update_vendor


def test_l_inventaire_correspond_aux_fichiers():
    assert update_vendor.problems() == []


def test_un_fichier_modifie_absent_ou_ajoute_est_vu(tmp_path):
    folder = tmp_path / "tiers"
    shutil.copytree(update_vendor.VENDOR, folder)
    (folder / "katex/katex.min.css").write_text("/* autre */")
    (folder / "katex/LICENSE").unlink()
    (folder / "katex/intrus.js").write_text("")
    assert update_vendor.problems(folder) == [
        "absent : katex/LICENSE",
        "inconnu : katex/intrus.js",
        "modifié : katex/katex.min.css",
    ]


def test_une_archive_inattendue_est_refusee():
    with pytest.raises(ValueError, match=r"katex .* : empreinte sha512 inattendue"):
        update_vendor.verify_archive(b"autre chose", update_vendor.PACKAGES[0])


def test_l_inventaire_dit_version_et_licence():
    inventory = json.loads((update_vendor.VENDOR / "VERSIONS.json").read_text("utf8"))
    for package, declared in zip(inventory, update_vendor.PACKAGES, strict=True):
        assert package["version"] == declared.version
        assert package["licence"]
        assert package["empreinte"] == declared.integrity


def test_seules_des_polices_woff2_sont_citees():
    kept = 'src:url(a.woff2) format("woff2")'
    css = f'{kept},url(a.woff) format("woff"),url(a.ttf) format("truetype")'
    assert update_vendor.only_woff2(css) == kept
