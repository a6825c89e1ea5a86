"""Interaction : le même appel dans JupyterLab, Colab et la page."""
