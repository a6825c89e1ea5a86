"""Chapitre 01 : plusieurs façons justes de répondre à chaque exercice."""

import math

import numpy as np
import torch
from torch import nn


def pas_du_chapitre(x_t, h, W_x, W_h, b):
    return torch.tanh(x_t @ W_x.T + h @ W_h.T + b)


def pas_einsum(x_t, h, W_x, W_h, b):
    from_x = torch.einsum("bi,di->bd", x_t, W_x)
    return (from_x + torch.einsum("be,de->bd", h, W_h) + b).tanh()


def pas_concatene(x_t, h, W_x, W_h, b):
    return (torch.cat([x_t, h], 1) @ torch.cat([W_x, W_h], 1).T + b).tanh()


def pas_en_boucles(x_t, h, W_x, W_h, b):
    rows = []
    for x, state in zip(x_t.tolist(), h.tolist(), strict=True):
        row = []
        for k in range(len(b)):
            total = b[k].item()
            total += sum(w * v for w, v in zip(W_x[k].tolist(), x, strict=True))
            total += sum(w * v for w, v in zip(W_h[k].tolist(), state, strict=True))
            row.append(math.tanh(total))
        rows.append(row)
    return rows


def pas_par_sigmoide(x_t, h, W_x, W_h, b):
    return 2 * torch.sigmoid(2 * (x_t @ W_x.T + h @ W_h.T + b)) - 1


def pas_de_pytorch(x_t, h, W_x, W_h, b):
    return torch.rnn_tanh_cell(x_t, h, W_x, W_h, b, torch.zeros_like(b))


def lstm_du_chapitre(x_t, h, c, W_x, W_h, b):
    i, f, g, o = (x_t @ W_x.T + h @ W_h.T + b).chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def lstm_par_tranches(x_t, h, c, W_x, W_h, b):
    d = h.shape[1]
    z = nn.functional.linear(x_t, W_x, b) + nn.functional.linear(h, W_h)
    i, f, o = (1 / (1 + torch.exp(-z[:, k * d : (k + 1) * d])) for k in (0, 1, 3))
    c = torch.addcmul(f * c, i, z[:, 2 * d : 3 * d].tanh())
    return [o * c.tanh(), c]


def lstm_phrase_par_phrase(x_t, h, c, W_x, W_h, b):
    hs, cs = [], []
    for x, old_h, old_c in zip(x_t, h, c, strict=True):
        i, f, g, o = (W_x @ x + W_h @ old_h + b).view(4, -1)
        cs.append(torch.sigmoid(f) * old_c + torch.sigmoid(i) * torch.tanh(g))
        hs.append(torch.sigmoid(o) * torch.tanh(cs[-1]))
    return torch.stack(hs), torch.stack(cs)


def lstm_numpy(*inputs):
    h, c = lstm_du_chapitre(*inputs)
    return h.numpy(), c.numpy()


def lstm_de_pytorch(x_t, h, c, W_x, W_h, b):
    return torch.lstm_cell(x_t, (h, c), W_x, W_h, b, torch.zeros_like(b))


def coupe_du_chapitre(gradients, max_norm):
    norm = sum((g**2).sum() for g in gradients).sqrt()
    factor = min(1.0, max_norm / norm)
    return [g * factor for g in gradients]


def coupe_en_boucles(gradients, max_norm):
    total = 0.0
    for g in gradients:
        for number in g.flatten().tolist():
            total += number * number
    if math.sqrt(total) <= max_norm:
        return gradients
    return [g / math.sqrt(total) * max_norm for g in gradients]


def coupe_en_norme_de_normes(gradients, max_norm):
    norm = torch.stack([g.norm() for g in gradients]).norm()
    return tuple(g * (max_norm / norm).clamp(max=1) for g in gradients)


def coupe_de_pytorch(gradients, max_norm):
    parameters = [nn.Parameter(g) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.clone()
    nn.utils.clip_grad_norm_(parameters, max_norm)
    return [p.grad for p in parameters]


def dernier_du_chapitre(outputs, lengths):
    return outputs[torch.arange(len(lengths)), lengths - 1]


def dernier_en_boucle(outputs, lengths):
    return torch.stack([outputs[b, n - 1] for b, n in enumerate(lengths.tolist())])


def dernier_par_gather(outputs, lengths):
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, outputs.shape[2])
    return outputs.gather(1, index).squeeze(1)


def dernier_einsum(outputs, lengths):
    steps = torch.arange(1, outputs.shape[1] + 1)
    return torch.einsum("bt,btd->bd", (steps == lengths[:, None]).float(), outputs)


def dernier_numpy(outputs, lengths):
    return np.array([row[n - 1] for row, n in zip(outputs, lengths, strict=True)])


RIGHT = [
    ("01.1", pas_du_chapitre),
    ("01.1", pas_einsum),
    ("01.1", pas_concatene),
    ("01.1", pas_en_boucles),
    ("01.1", pas_par_sigmoide),
    ("01.1", pas_de_pytorch),
    ("01.4", lstm_du_chapitre),
    ("01.4", lstm_par_tranches),
    ("01.4", lstm_phrase_par_phrase),
    ("01.4", lstm_numpy),
    ("01.4", lstm_de_pytorch),
    ("01.5", coupe_du_chapitre),
    ("01.5", coupe_en_boucles),
    ("01.5", coupe_en_norme_de_normes),
    ("01.5", coupe_de_pytorch),
    ("01.7", dernier_du_chapitre),
    ("01.7", dernier_en_boucle),
    ("01.7", dernier_par_gather),
    ("01.7", dernier_einsum),
    ("01.7", dernier_numpy),
]
