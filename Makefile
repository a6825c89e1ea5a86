# La porte d'entrée. Tout le travail est dans outils/make.py, que Windows lance aussi.
PYTHON ?= python3
export TORCH LAN PORT SOLUTIONS

.PHONY: aide livre test lab servir carnets langue style propre environnement mesures

aide:
	@$(PYTHON) outils/make.py aide

livre test lab servir carnets langue style propre environnement mesures:
	@$(PYTHON) outils/make.py $@
