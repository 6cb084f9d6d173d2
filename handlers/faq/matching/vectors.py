"""Embeddings in memory: rows of whole numbers of 16 bits, half as large as floats and quicker to read than halves."""

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching.written import Floats

Rows = NDArray[np.int16]

#: What 1 is.
ONE = 32767
#: So many rows are made floats at a time.
BLOCK = 1000
#: So many vectors are multiplied at a time; up to so many multiplications OpenBLAS does in the thread that asks.
TOGETHER, ALONE = 64, 2**18


def packed(rows: Floats) -> Rows:
    """Rows of numbers from -1 to 1."""
    made = np.empty(rows.shape, np.int16)
    for start in range(0, len(rows), BLOCK):
        made[start : start + BLOCK] = np.rint(rows[start : start + BLOCK] * np.float32(ONE))
    return made


def unpacked(rows: Rows) -> Floats:
    """The rows as they were."""
    return rows.astype(np.float32) / np.float32(ONE)


def products(rows: Rows, vector: Floats) -> Floats:
    """The product of each row with a vector. `@` would use several threads, which wait long on a busy machine."""
    found = np.empty(len(rows), np.float32)
    scaled = vector / np.float32(ONE)
    for start in range(0, len(rows), BLOCK):
        here = slice(start, start + BLOCK)
        np.einsum("ij,j->i", rows[here].astype(np.float32), scaled, out=found[here])
    return found


def all_products(rows: Rows, vectors: Floats) -> Floats:
    """For each vector, its product with each row."""
    found = np.empty((len(vectors), len(rows)), np.float32)
    for start in range(0, len(rows), BLOCK):
        here = slice(start, start + BLOCK)
        found[:, here] = by_one_thread(unpacked(rows[here]), vectors)
    return found


def by_one_thread(rows: Floats, vectors: Floats) -> Floats:
    """For each vector, its product with each row, in pieces for which no other thread is woken.

    On a busy machine several take ten times as long as one: they wait for each other.
    """
    found = np.empty((len(vectors), len(rows)), np.float32)
    for start in range(0, len(vectors), TOGETHER):
        some = vectors[start : start + TOGETHER]
        step = max(ALONE // some.size, 1)
        for row in range(0, len(rows), step):
            np.matmul(some, rows[row : row + step].T, out=found[start : start + TOGETHER, row : row + step])
    return found
