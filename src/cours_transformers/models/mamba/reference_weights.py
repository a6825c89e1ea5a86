"""Les poids du Mamba de transformers, dans nos noms : pour comparer les logits."""

from torch import Tensor, nn


def mamba_weights(reference: nn.Module) -> dict[str, Tensor]:
    """Traduit les poids d'un ``MambaForCausalLM``, ou ``Mamba2…``, dans nos noms."""
    theirs = reference.backbone
    ours = {
        "embedding.weight": theirs.embeddings.weight,
        "final_norm.gain": theirs.norm_f.weight,
        "head.weight": reference.lm_head.weight,
    }
    for rank, layer in enumerate(theirs.layers):
        ours[f"blocks.{rank}.norm.gain"] = layer.norm.weight
        for name, weight in layer.mixer.named_parameters():
            ours |= _mixer_weight(f"blocks.{rank}.mixer", name, weight, layer.mixer)
    return {name: tensor.detach().clone() for name, tensor in ours.items()}


def _mixer_weight(
    prefix: str, name: str, weight: Tensor, mixer: nn.Module
) -> dict[str, Tensor]:
    """Nos noms pour un poids du mélangeur ; la plupart ne changent pas."""
    if name == "conv1d.weight":
        return {f"{prefix}.conv.weight": weight[:, 0]}
    if name == "norm.weight":  # chez nous, une norme par groupe
        groups = weight.chunk(mixer.n_groups)
        return {f"{prefix}.norms.{g}.gain": gain for g, gain in enumerate(groups)}
    return {f"{prefix}.{name.replace('conv1d', 'conv')}": weight}
