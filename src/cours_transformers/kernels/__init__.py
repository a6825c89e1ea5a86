"""Un seul appel d'attention, plusieurs moteurs de calcul."""
