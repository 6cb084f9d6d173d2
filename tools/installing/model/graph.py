"""The model as an ONNX graph: BERT with six layers, the mean over all tokens, length one.

One text at a time and so without padding or a mask: what is made of a text doesn't depend on others beside it.
Weights are small integers with a scale for each column (each row, of the words), what flows between them is rounded to
8 bits on the way into each multiplication.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from tools.installing.model.weights import Array, Weights

LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
OPSET = 20
#: Of whole numbers. Seven bits, not eight: processors without instructions for just this add pairs of products up in 16
#: bits, which would overflow, and give other figures than those that have them.
LARGEST = 63
#: The oldest version of the file format that has all of this: older runtimes can read it.
IR_VERSION = 9


class Graph:
    """A graph in the making. Each method adds nodes, and returns the name of what they give."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """A value that is always the same."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def ints(self, name: str, *values: int) -> str:
        """A shape, or numbers of dimensions."""
        return self.constant(name, np.array(values, dtype=np.int64))

    def add(self, operator: str, inputs: Sequence[str], name: str, outputs: int = 1, **attributes: object) -> str:
        """A node; the name of its first output, which is its own."""
        names = [name, *(f"{name}.{number}" for number in range(1, outputs))]
        self.nodes.append(helper.make_node(operator, list(inputs), names, name=name, **attributes))
        return name

    def dense(self, value: str, layer: str, name: str) -> str:
        """A multiplication by whole numbers, and what is added to it."""
        whole, scale = _rounded(self.weights[f"{layer}.weight"])
        columns = self.constant(f"{name}.columns", whole.T)
        scales = self.constant(f"{name}.scales", scale)
        bias = self.constant(f"{name}.bias", self.weights[f"{layer}.bias"])
        small = self.add("DynamicQuantizeLinear", [value], f"{name}.small", 3)
        product = self.add("MatMulInteger", [small, columns, f"{small}.2"], f"{name}.product")
        floats = self.add("Cast", [product], f"{name}.floats", to=TensorProto.FLOAT)
        factor = self.add("Mul", [f"{small}.1", scales], f"{name}.factor")
        return self.add("Add", [self.add("Mul", [floats, factor], f"{name}.scaled"), bias], name)

    def normal(self, value: str, layer: str, name: str) -> str:
        """Layer normalisation."""
        ends = [self.constant(f"{name}.{end}", self.weights[f"{layer}.{end}"]) for end in ("weight", "bias")]
        return self.add("LayerNormalization", [value, *ends], name, axis=-1, epsilon=EPSILON)

    def words(self, ids: str) -> str:
        """The tokens' numbers → what is known of each, at its place."""
        whole, scale = _rounded(self.weights["embeddings.word_embeddings.weight"])
        rows = self.add("Gather", [self.constant("words.rows", whole), ids], "words.whole")
        scales = self.add("Gather", [self.constant("words.scales", scale[:, None]), ids], "words.scale")
        floats = self.add("Cast", [rows], "words.floats", to=TensorProto.FLOAT)
        first_kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        places = self.constant("places", self.weights["embeddings.position_embeddings.weight"] + first_kind)
        count = self.add("Shape", [ids], "count")
        here = self.add("Slice", [places, self.ints("zero", 0), count, self.ints("first", 0)], "here")
        summed = self.add("Add", [self.add("Mul", [floats, scales], "words"), here], "placed")
        return self.normal(summed, "embeddings.LayerNorm", "embedded")

    def attention(self, value: str, layer: str) -> str:
        """Every token looks at all of them, with twelve heads."""
        split = self.ints(f"{layer}.split", -1, HEADS, WIDTH // HEADS)
        turned = {"query": [1, 0, 2], "key": [1, 2, 0], "value": [1, 0, 2]}
        heads = []
        for name, order in turned.items():
            flat = self.dense(value, f"{layer}.attention.self.{name}", f"{layer}.{name}")
            parts = self.add("Reshape", [flat, split], f"{flat}.heads")
            heads.append(self.add("Transpose", [parts], f"{flat}.turned", perm=order))
        query, key, what = heads
        root = self.constant(f"{layer}.root", np.array((WIDTH / HEADS) ** -0.5, dtype=np.float32))
        scores = self.add("Mul", [self.add("MatMul", [query, key], f"{layer}.products"), root], f"{layer}.scores")
        looks = self.add("Softmax", [scores], f"{layer}.looks", axis=-1)
        sums = self.add("MatMul", [looks, what], f"{layer}.sums")
        seen = self.add("Transpose", [sums], f"{layer}.seen", perm=[1, 0, 2])
        joined = self.add("Reshape", [seen, self.ints(f"{layer}.width", -1, WIDTH)], f"{layer}.joined")
        return self.dense(joined, f"{layer}.attention.output.dense", f"{layer}.attended")

    def layer(self, value: str, layer: str) -> str:
        """Attention and two dense layers, each added to what was there."""
        attended = self.add("Add", [self.attention(value, layer), value], f"{layer}.with")
        middle = self.normal(attended, f"{layer}.attention.output.LayerNorm", f"{layer}.middle")
        wide = self.dense(middle, f"{layer}.intermediate.dense", f"{layer}.wide")
        narrow = self.dense(self.add("Gelu", [wide], f"{layer}.bent"), f"{layer}.output.dense", f"{layer}.narrow")
        summed = self.add("Add", [narrow, middle], f"{layer}.sum")
        return self.normal(summed, f"{layer}.output.LayerNorm", f"{layer}.out")


def model(weights: Weights) -> ModelProto:
    """`ids`, the numbers of a text's tokens → `embedding`, 384 floats of length one."""
    graph = Graph(weights)
    value = graph.words("ids")
    for number in range(LAYERS):
        value = graph.layer(value, f"encoder.layer.{number}")
    mean = graph.add("ReduceMean", [value, graph.ints("tokens", 0)], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], "embedding", axis=0, p=2)
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [WIDTH])
    made = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", [ids], [embedding], graph.constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def _rounded(rows: Array) -> tuple[NDArray[np.int8], Array]:
    """Each row as 8-bit integers, and what one of them is worth."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-12).astype(np.float32) / LARGEST
    return np.rint(rows / scale[:, None]).astype(np.int8), scale
