"""Compile les noyaux d'attention sans GPU et écrit ce que chacun demande à la puce.

Registres, débordements, mémoire partagée et instructions des tensor cores, pour chaque
capacité, précision et dimension servies ; une étoile marque l'essai à descripteurs. Le
même binaire sert causal et non causal : la bande visible se donne au lancement. Une
promesse rompue fait échouer le script.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

os.environ.pop("TRITON_INTERPRET", None)  # on compile ; l'interpréteur n'aide pas

import torch

from cours_transformers.kernels.availability import load_kernels, triton_missing
from cours_transformers.kernels.configurations import KERNELS, configuration

CAPABILITIES = ((8, 0), (8, 9), (9, 0))
DIMENSIONS = (64, 128)
EVERY_DIMENSION = (32, 64, 128, 256)
PRECISIONS = (torch.float16, torch.bfloat16, torch.float32)
HEADER = "noyau    sm  type    d  tuile     fils  reg.  débord.  partagée (Kio)  tensor"


def kernel_sources() -> dict[str, object]:
    """Rend les trois noyaux à compiler, par leur nom dans la table."""
    kernels = load_kernels(interpreted=False)
    backward = kernels.backward
    found = (kernels.forward.flash_forward, backward.flash_dkdv, backward.flash_dq)
    return dict(zip(KERNELS, found, strict=True))


def compiled(dimensions: tuple[int, ...]) -> Iterator[object]:
    """Compile tour à tour les trois noyaux, dans leur configuration livrée."""
    from kernel_compiler import compile_kernel

    sources = kernel_sources()
    for capability, dtype, D, name in product(
        CAPABILITIES, PRECISIONS, dimensions, KERNELS
    ):
        asked = sources[name], 10 * capability[0] + capability[1], dtype, D
        sizes = configuration(name, capability, dtype, D)
        yield compile_kernel(*asked, sizes)
        if (name, capability) == ("forward", (9, 0)) and dtype != torch.float32:
            yield compile_kernel(*asked, replace(sizes, descriptors=True))


def compiled_with_options(dimensions: tuple[int, ...], short: bool) -> Iterator[object]:
    """Compile de même avec des pentes, un remplissage, ou les deux.

    ``short`` : la seule passe avant, en bfloat16.
    """
    from kernel_compiler import compile_kernel

    sources = kernel_sources()
    names = KERNELS[:1] if short else KERNELS
    dtypes = (torch.bfloat16,) if short else (torch.bfloat16, torch.float32)
    for capability, dtype, D, name in product(CAPABILITIES, dtypes, dimensions, names):
        asked = sources[name], 10 * capability[0] + capability[1], dtype, D
        sizes = configuration(name, capability, dtype, D, options=True)
        for options in (("SLOPES",), ("MASK",), ("SLOPES", "MASK")):
            yield compile_kernel(*asked, sizes, options)


def broken_promises(one) -> list[str]:
    """Nomme ce que ce noyau ne tient pas, en français."""
    said = []
    if not one.fits:
        said.append(f"{one.shared} octets partagés, pour {one.shared_limit}")
    if one.kernel == "flash_forward" and one.spills:
        said.append(f"{one.spills} octets débordent des registres")
    if (one.dtype == "fp32") == (one.tensor_cores > 0):
        said.append(f"{one.tensor_cores} instructions de tensor core en {one.dtype}")
    return said


def line(one) -> str:
    """Écrit une ligne du tableau."""
    tile = f"{one.block_q}×{one.block_k}{'*' if one.descriptors else ''}"
    kernel = one.kernel.removeprefix("flash_")
    return (
        f"{kernel:8} {one.capability} {one.dtype} {one.d:4}  {tile:9} "
        f"{32 * one.num_warps:4} {one.registers:5} {one.spills:8} "
        f"{one.shared / 1024:6.0f} sur {one.shared_limit / 1024:3.0f} "
        f"{one.tensor_cores:8}{' + ' * bool(one.options)}{one.options.lower()}"
    )


def main(arguments: list[str]) -> int:
    """Compile, montre le tableau, écrit la mesure ; 1 si une promesse est rompue."""
    from measuring import read_options, write_measure

    options = read_options(arguments, __doc__, essai=False)
    if (missing := triton_missing()) is not None:
        print(f"Rien à compiler : {missing}.")
        return 0
    print(HEADER)
    dimensions = DIMENSIONS if options.essai else EVERY_DIMENSION
    results = {"kernels": compiled(dimensions)}
    results["with_options"] = compiled_with_options(dimensions, options.essai)
    broken = []
    for name, found in results.items():
        results[name] = []
        for one in found:
            print(line(one), flush=True)
            results[name].append(one.row())
            broken += [f"{line(one)} : {said}" for said in broken_promises(one)]
    for said in broken:
        print(f"promesse rompue : {said}", file=sys.stderr)
    if not options.essai and not broken:
        write_measure("kernel_compilation", results, arguments)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
