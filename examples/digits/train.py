#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Train the demo's model and write digits.onnx and heldout.bin.

A small residual network with batch normalisation learns scikit-learn's 8x8
digits.  The graph is written node by node with onnx.helper rather than by
torch.onnx, because an exporter is free to fold BatchNormalization into the
convolution before it, and folding it is the compiler's work here.

Everything is seeded and runs on one thread; see README.md for what that
guarantees.  Needs torch 2.13.0, onnx 1.23.1, onnxruntime 1.30.0, scikit-learn.
"""

import argparse
import os
import pathlib
import struct

# Read once when the math libraries load, so they are set before the imports:
# one thread, and kernels that do not depend on the CPU's vector width.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["ATEN_CPU_CAPABILITY"] = "default"
os.environ["MKL_CBWR"] = "COMPATIBLE"

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional

SEED = 0
HELDOUT_COUNT = 450
SIDE = 8
CLASSES = 10
PIXEL_MAX = 16
EPOCHS = 60
BATCH = 32
LEARNING_RATE = 0.01
ACCURACY_MIN = 0.97

OPSET = 17
IR_VERSION = 8

HELDOUT_MAGIC = b"DIGITS01"
HELDOUT_HEADER = struct.Struct("<8s6I")
assert HELDOUT_HEADER.size == 32


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut, which is 1x1 where widths differ."""

    def __init__(self, width_in, width_out):
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width_out, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width_out)
        self.conv2 = nn.Conv2d(width_out, width_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width_out)
        self.projects = width_in != width_out
        if self.projects:
            self.shortcut_conv = nn.Conv2d(width_in, width_out, 1, bias=False)
            self.shortcut_bn = nn.BatchNorm2d(width_out)

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        shortcut = self.shortcut_bn(self.shortcut_conv(x)) if self.projects else x
        return functional.relu(y + shortcut)


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem_conv = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.stem_bn = nn.BatchNorm2d(16)
        self.block1 = Block(16, 16)
        self.block2 = Block(16, 32)
        self.head = nn.Linear(32, CLASSES)

    def forward(self, image):
        x = functional.relu(self.stem_bn(self.stem_conv(image)))
        x = self.block1(x)
        x = functional.max_pool2d(x, 2)
        x = self.block2(x)
        return self.head(x.mean(dim=(2, 3)))


def scale(pixels):
    """The model's input for u8 pixels [count,8,8]: f32 [count,1,8,8] in 0..1."""
    return (pixels.astype(np.float32) / np.float32(PIXEL_MAX))[:, None]


def load_split(ordered):
    """Training and held-out pixels and labels.

    Ordered takes the data set's last images instead of a stratified draw.  One
    writer's digits lie together there, so hardly any writer is on both sides.
    """
    data = load_digits()
    pixels = data.images.astype(np.uint8)
    assert pixels.shape[1:] == (SIDE, SIDE) and (pixels == data.images).all()
    assert pixels.max() == PIXEL_MAX
    return train_test_split(
        pixels,
        data.target.astype(np.uint8),
        test_size=HELDOUT_COUNT,
        shuffle=not ordered,
        stratify=None if ordered else data.target,
        random_state=None if ordered else SEED,
    )


def shift_at_random(images, generator):
    """Move each image by -1, 0 or 1 pixel both ways, filling with background."""
    count = len(images)
    padded = functional.pad(images, (1, 1, 1, 1))
    dy, dx = torch.randint(0, 3, (2, count, 1, 1), generator=generator)
    rows = dy + torch.arange(SIDE).view(1, SIDE, 1)
    columns = dx + torch.arange(SIDE).view(1, 1, SIDE)
    return padded[torch.arange(count).view(count, 1, 1), 0, rows, columns].unsqueeze(1)


def train(pixels, labels):
    """The model after a fixed number of epochs: held-out data choose nothing."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    images = torch.from_numpy(scale(pixels))
    targets = torch.from_numpy(labels.astype(np.int64))
    model = DigitNet()
    steps = len(images) // BATCH
    optimiser = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=EPOCHS * steps
    )
    model.train()
    for _ in range(EPOCHS):
        order = torch.randperm(len(images), generator=generator)
        for step in range(steps):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            logits = model(shift_at_random(images[chosen], generator))
            loss = functional.cross_entropy(logits, targets[chosen], label_smoothing=0.1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


class GraphWriter:
    """Appends ONNX nodes; a node's output and parameters are named after it."""

    def __init__(self):
        self.nodes = []
        self.parameters = []

    def node(self, op, name, inputs, output=None, **attributes):
        output = output or name + "/output"
        self.nodes.append(helper.make_node(op, inputs, [output], name=name, **attributes))
        return output

    def parameter(self, name, tensor):
        values = np.ascontiguousarray(tensor.detach().numpy().astype(np.float32))
        self.parameters.append(numpy_helper.from_array(values, name))
        return name

    def conv(self, name, x, module):
        side = module.kernel_size[0]
        weight = self.parameter(name + "/weight", module.weight)
        return self.node(
            "Conv",
            name,
            [x, weight],
            kernel_shape=[side, side],
            pads=[module.padding[0]] * 4,
            strides=[1, 1],
        )

    def batch_norm(self, name, x, module):
        inputs = [
            x,
            self.parameter(name + "/scale", module.weight),
            self.parameter(name + "/bias", module.bias),
            self.parameter(name + "/mean", module.running_mean),
            self.parameter(name + "/variance", module.running_var),
        ]
        return self.node("BatchNormalization", name, inputs, epsilon=module.eps)

    def block(self, name, x, block):
        y = self.conv(name + "/conv1", x, block.conv1)
        y = self.batch_norm(name + "/bn1", y, block.bn1)
        y = self.node("Relu", name + "/relu1", [y])
        y = self.conv(name + "/conv2", y, block.conv2)
        y = self.batch_norm(name + "/bn2", y, block.bn2)
        if block.projects:
            x = self.conv(name + "/shortcut/conv", x, block.shortcut_conv)
            x = self.batch_norm(name + "/shortcut/bn", x, block.shortcut_bn)
        y = self.node("Add", name + "/add", [y, x])
        return self.node("Relu", name + "/relu2", [y])


def build_onnx(model):
    writer = GraphWriter()
    x = writer.conv("/stem/conv", "image", model.stem_conv)
    x = writer.batch_norm("/stem/bn", x, model.stem_bn)
    x = writer.node("Relu", "/stem/relu", [x])
    x = writer.block("/block1", x, model.block1)
    x = writer.node("MaxPool", "/pool", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = writer.block("/block2", x, model.block2)
    x = writer.node("GlobalAveragePool", "/head/pool", [x])
    x = writer.node("Flatten", "/head/flatten", [x], axis=1)
    weight = writer.parameter("/head/gemm/weight", model.head.weight)
    bias = writer.parameter("/head/gemm/bias", model.head.bias)
    writer.node("Gemm", "/head/gemm", [x, weight, bias], "logits", transB=1)

    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, SIDE, SIDE])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])
    graph = helper.make_graph(writer.nodes, "digits", [image], [logits], writer.parameters)
    proto = helper.make_model(
        graph,
        producer_name="lamella/examples/digits",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
        doc_string="8x8 digit classifier; image = pixel / 16, pixels 0..16.",
    )
    onnx.checker.check_model(proto, full_check=True)
    return proto


def run_onnxruntime(path, images):
    """Logits [count,10], one image a run: the shape that the demo compiles for."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    runs = [session.run(["logits"], {"image": image[None]})[0] for image in images]
    return np.concatenate(runs)


def heldout_bytes(pixels, labels, logits):
    """The file that digits.c reads; README.md documents its layout."""
    count = len(pixels)
    assert pixels.shape == (count, SIDE, SIDE) and pixels.dtype == np.uint8
    assert labels.shape == (count,) and labels.dtype == np.uint8
    assert logits.shape == (count, CLASSES) and logits.dtype == np.float32
    header = HELDOUT_HEADER.pack(
        HELDOUT_MAGIC, HELDOUT_HEADER.size, count, SIDE, SIDE, CLASSES, PIXEL_MAX
    )
    return header + labels.tobytes() + pixels.tobytes() + logits.astype("<f4").tobytes()


def accuracy(logits, labels):
    return float((logits.argmax(axis=1) == labels).mean())


def main():
    parser = argparse.ArgumentParser(description="Train the digits demo's model.")
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--output-dir", type=pathlib.Path, default=here)
    parser.add_argument(
        "--ordered", action="store_true", help="hold out the data set's last images"
    )
    arguments = parser.parse_args()
    directory = arguments.output_dir

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.backends.mkldnn.enabled = False

    train_pixels, heldout_pixels, train_labels, heldout_labels = load_split(arguments.ordered)
    model = train(train_pixels, train_labels)
    with torch.no_grad():
        torch_logits = model(torch.from_numpy(scale(heldout_pixels))).numpy()

    model_path = directory / "digits.onnx"
    model_path.write_bytes(build_onnx(model).SerializeToString(deterministic=True))
    logits = run_onnxruntime(model_path, scale(heldout_pixels))
    train_logits = run_onnxruntime(model_path, scale(train_pixels))
    heldout_path = directory / "heldout.bin"
    heldout_path.write_bytes(heldout_bytes(heldout_pixels, heldout_labels, logits))

    reached = accuracy(logits, heldout_labels)
    difference = float(np.abs(logits - torch_logits).max())
    parameters = sum(p.numel() for p in model.parameters())
    print(f"parameters         {parameters}")
    print(f"training accuracy  {accuracy(train_logits, train_labels):.2%} of {len(train_labels)}")
    print(f"held-out accuracy  {reached:.2%} of {len(heldout_labels)} (ONNX Runtime)")
    print(f"largest |logit|    {np.abs(logits).max():.3f}")
    print(f"ORT against torch  {difference:.2e}")
    for path in (model_path, heldout_path):
        print(f"{path.name:18} {path.stat().st_size} bytes")
    if reached < ACCURACY_MIN:
        raise SystemExit(f"held-out accuracy is below {ACCURACY_MIN:.0%}")
    if difference > 1e-4:
        raise SystemExit("the ONNX graph does not compute what was trained")


if __name__ == "__main__":
    main()
