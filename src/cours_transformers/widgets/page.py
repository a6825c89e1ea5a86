"""Mode page : du HTML autonome au lieu de widgets qui attendent un noyau."""

from cours_transformers.visualization.page import is_page

__all__ = ["is_page"]
