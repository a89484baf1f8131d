"""Writes a copy of a model with the height and width of its picture left open, for growth.rs.

    python benches/free_size.py squeezenet1.1.onnx free.onnx
"""

import pathlib
import shutil
import sys

import onnx

source, target = map(pathlib.Path, sys.argv[1:3])
model = onnx.load(str(source))
picture = model.graph.input[0].type.tensor_type.shape
for axis, name in ((2, "height"), (3, "width")):
    picture.dim[axis].ClearField("dim_value")
    picture.dim[axis].dim_param = name
# The shapes of inner tensors that the exporter noted hold for one size only.
del model.graph.value_info[:]
onnx.save(model, str(target))
shutil.copy(source.with_suffix(".json"), target.with_suffix(".json"))
