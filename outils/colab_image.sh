#!/usr/bin/env bash
# Lancé dans l'image officielle de Colab : installe le cours, exécute tests et carnets.
set -euo pipefail
cd "$(dirname "$0")/.."

versions() {
  python3 -m pip list --format freeze 2>/dev/null |
    grep -iE '^(torch|numpy|matplotlib|ipython|ipywidgets|einops)=='
}

avant=$(versions)
echo "Colab fournit : ${avant//$'\n'/, }"
python3 -m pip install --quiet .
apres=$(versions)
if [ "$avant" != "$apres" ]; then
  echo "Installer le cours a remplacé des paquets de Colab :" >&2
  diff <(echo "$avant") <(echo "$apres") >&2 || true
  exit 1
fi

python3 -m pip install --quiet nbval==0.11.0
python3 -m pytest -q -p no:cacheprovider tests/colab/test_widgets_colab.py
python3 -m pytest -q -p no:cacheprovider --nbval-lax chapitres
