"""La boucle de nanoGPT, sur le GPT-2 de transformers : la référence du débit.

Elle suit l'ordre de celle de Karpathy (nanoGPT, 2022, licence MIT) : tirer un lot,
lire, dériver, borner le gradient, faire un pas d'AdamW fusionné.
"""

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn import functional as F
from transformers import GPT2Config, GPT2LMHeadModel

from cours_transformers.models.gpt import GPTConfig
from cours_transformers.training.gpt_trainer import GPTRecipe


def reference_model(config: GPTConfig) -> GPT2LMHeadModel:
    """Le GPT-2 de transformers, de même taille et sans dropout."""
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=config.vocabulary_size, n_positions=config.context,
            n_embd=config.block.d_model, n_layer=config.n_layers,
            n_head=config.block.n_heads, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0,
            activation_function="gelu", bos_token_id=0, eos_token_id=0,
        )
    )  # fmt: skip


def nanogpt_loop(
    model: GPT2LMHeadModel, tokens: Int[Tensor, " t"], recipe: GPTRecipe
) -> None:
    """Fait ``recipe.steps`` pas."""
    weights = list(model.parameters())
    groups = [
        {"params": [p for p in weights if p.dim() >= 2], "weight_decay": 0.1},
        {"params": [p for p in weights if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=recipe.lr, betas=(0.9, 0.95), fused=True)
    T = recipe.context
    model.train()
    for _ in range(recipe.steps):
        starts = torch.randint(len(tokens) - T, (recipe.batch_size,)).tolist()
        x = torch.stack([tokens[i : i + T] for i in starts])
        y = torch.stack([tokens[i + 1 : i + 1 + T] for i in starts])
        logits = model(x).logits
        loss = F.cross_entropy(logits.flatten(0, 1), y.flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        loss.item()
