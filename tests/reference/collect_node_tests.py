"""Gathers the ONNX project's own node tests for the operators vanish supports.

    python collect_node_tests.py --out node-tests
    VANISH_ONNX_NODE_TESTS=node-tests cargo test --release --test conformance -- --nocapture

The installed onnx makes the data. --source takes it from elsewhere: a wheel of onnx up to 1.19.1, which are the last with
the data inside, or a folder holding test_*/model.onnx. The tests are the ONNX project's, under Apache-2.0; they are not
part of this repository.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import zipfile
from collections import Counter

import numpy as np
import onnx
from onnx import numpy_helper

DATA = "onnx/backend/test/data/node/"

OPERATORS = """
Conv ConvTranspose BatchNormalization InstanceNormalization LayerNormalization GroupNormalization LRN
Relu LeakyRelu PRelu Elu Selu Celu Gelu Erf Tanh Sigmoid HardSigmoid HardSwish Mish Softplus
Softmax LogSoftmax Clip Abs Neg Exp Log Sqrt Reciprocal Pow Min Max Add Sub Mul Div Sum Mean
MatMul Gemm Einsum MaxPool AveragePool LpPool GlobalAveragePool GlobalMaxPool
ReduceMean ReduceSum ReduceMax ReduceMin ReduceL2 ReduceProd
Concat Split Slice Pad Reshape Flatten Squeeze Unsqueeze Transpose Expand Tile Gather Shape Size Range
Where Equal Greater Less Cast Constant ConstantOfShape Identity Dropout DepthToSpace SpaceToDepth
Resize Upsample ArgMax QuantizeLinear DequantizeLinear QLinearConv QLinearMatMul
ReduceL1 ReduceSumSquare ReduceLogSumExp ThresholdedRelu Softsign Swish Trilu Mod Not And Or
GreaterOrEqual LessOrEqual GatherND ScatterND Floor Ceil Round Sign
IsNaN IsInf Xor CastLike ReduceLogSum ArgMin LpNormalization MeanVarianceNormalization LSTM
Sin Cos CumSum RMSNormalization Attention GridSample AffineGrid Col2Im DynamicQuantizeLinear ConvInteger MatMulInteger If
""".split()


def made(scratch: str) -> str:
    """The folder of test_*, as the installed onnx makes them; sequences, maps and optional values are left out."""
    from onnx.backend.test.case.node import collect_testcases

    for case in collect_testcases():
        ports = [*case.model.graph.input, *case.model.graph.output]
        if not all(port.type.HasField("tensor_type") for port in ports):
            continue
        folder = os.path.join(scratch, case.name)
        for number, (inputs, outputs) in enumerate(case.data_sets):
            data = os.path.join(folder, f"test_data_set_{number}")
            os.makedirs(data)
            for role, values in (("input", inputs), ("output", outputs)):
                for i, value in enumerate(values):
                    tensor = value if isinstance(value, onnx.TensorProto) else numpy_helper.from_array(np.asarray(value))
                    with open(os.path.join(data, f"{role}_{i}.pb"), "wb") as file:
                        file.write(tensor.SerializeToString())
        onnx.save(case.model, os.path.join(folder, "model.onnx"))
    return scratch


def unpacked(source: str | None, scratch: str) -> str:
    """The folder of test_*: made here, the source itself, or what a wheel holds."""
    if source is None:
        return made(scratch)
    if os.path.isdir(source):
        return source
    with zipfile.ZipFile(source) as wheel:
        wheel.extractall(scratch, [name for name in wheel.namelist() if name.startswith(DATA)])
    return os.path.join(scratch, DATA)


def operator(folder: str) -> str | None:
    """The operator a test is of; those spelt out as a function's body count as none: they test that body."""
    if folder.endswith("_expanded") or "_expanded_ver" in folder:
        return None
    nodes = [n for n in onnx.load(os.path.join(folder, "model.onnx")).graph.node if n.op_type != "Constant"]
    return nodes[0].op_type if len(nodes) == 1 else "Constant" if not nodes else None


def collect(source: str, out: str) -> Counter:
    counts: Counter = Counter()
    for name in sorted(os.listdir(source)):
        folder = os.path.join(source, name)
        if not os.path.exists(os.path.join(folder, "model.onnx")):
            continue
        op = operator(folder)
        if op in OPERATORS:
            shutil.copytree(folder, os.path.join(out, name), dirs_exist_ok=True)
            counts[op] += 1
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        counts = collect(unpacked(arguments.source, scratch), arguments.out)
    for op in OPERATORS:
        print(f"{op:24}{counts[op]:4}" + ("" if counts[op] else "   no test of its own"))
    print(f"{sum(counts.values())} tests of {len(counts)} operators")


if __name__ == "__main__":
    main()
