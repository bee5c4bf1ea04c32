# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# lit: tests whose RUN lines drive the command. Without the tools they compare with they are
# unsupported, not passed.
import os
import shutil

import lit.formats

config.name = "lamella"
config.suffixes = [".mlir", ".mach", ".test"]
config.excludes = ["unit"]
config.test_source_root = os.path.dirname(__file__)
build = os.path.abspath(os.environ.get("LAMELLA_BUILD", "build"))
config.test_exec_root = os.path.join(build, "lit")
config.environment["PATH"] = os.pathsep.join([build, os.environ["PATH"]])
# The oracles that tests pipe through come with `make test`; without them nothing here can run.
tools = {t: shutil.which(t) for t in ("FileCheck-19", "mlir-opt-19", "llvm-mc-19")}
config.unsupported = not all(tools.values())
config.substitutions.append((r"\bFileCheck\b", tools["FileCheck-19"] or "FileCheck-19"))
config.test_format = lit.formats.ShTest(execute_external=False)
