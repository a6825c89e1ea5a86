"""Les plages de tuiles : rien de visible n'est sauté, rien de caché n'est « plein »."""

import torch
import triton
import triton.language as tl
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.kernels._triton.common import ranges

BLOCK = 4


@triton.jit
def _write_ranges(OUT, first, last, low, high, size, BLOCK: tl.constexpr):
    a, b, c, d = ranges(first, last, low, high, size, BLOCK)
    tl.store(OUT, a)
    tl.store(OUT + 1, b)
    tl.store(OUT + 2, c)
    tl.store(OUT + 3, d)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.integers(-20, 30), st.integers(1, 8), st.integers(-30, 30), st.integers(0, 40),
    st.integers(1, 25),
)  # fmt: skip
def test_les_plages_disent_vrai(first, count, low, spread, size):
    last, high = first + count - 1, low + spread
    out = torch.zeros(4, dtype=torch.int32)
    _write_ranges[(1,)](out, first, last, low, high, size, BLOCK=BLOCK)
    start, full_start, full_stop, stop = out.tolist()
    assert start % BLOCK == full_start % BLOCK == full_stop % BLOCK == 0

    visited, full = set(), set()
    for a, z in ((start, full_start), (full_start, full_stop), (full_stop, stop)):
        visited |= set(range(a, z, BLOCK))
    full = set(range(full_start, full_stop, BLOCK))
    rows = range(first, last + 1)
    for tile in range(0, size, BLOCK):
        cols = range(tile, min(tile + BLOCK, size))
        seen = [low <= p - j <= high for p in rows for j in cols]
        whole = all(seen) and tile + BLOCK <= size
        assert tile in visited or not any(seen)
        assert tile not in full or whole
        assert tile in full or not whole  # et tout ce qui est plein est reconnu
