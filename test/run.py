#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs the tests: unit programs (cmocka), comparisons with assemblers, lit tests, pytest where present, and
# the style guide. Ends with `N passed, N failed, N skipped`; exit status 1 when a test failed or none
# passed.
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
passed = failed = skipped = 0


def count(what, p, f, s):
    global passed, failed, skipped
    passed, failed, skipped = passed + p, failed + f, skipped + s
    print(f"  {what}: {p} passed, {f} failed, {s} skipped", flush=True)


def run(command, **kw):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **kw)


def unit_tests(build):
    top = os.path.join(build, "test", "unit")
    programs = sorted(os.path.join(d, f) for d, _, files in os.walk(top) for f in files)
    for program in programs:
        if not os.access(program, os.X_OK):
            continue
        try:
            r = run([program], timeout=600)
        except subprocess.TimeoutExpired:
            count(os.path.relpath(program, top) + " (timed out)", 0, 1, 0)
            continue
        ok = len(re.findall(r"^\[ +OK \]", r.stdout, re.M))
        bad = len(set(re.findall(r"^\[  FAILED  \] (\w+)$", r.stdout, re.M)))
        skip = len(set(re.findall(r"^\[  SKIPPED \] (\w+)$", r.stdout, re.M)))
        if r.returncode and not bad:
            bad = 1
        count(os.path.relpath(program, top), ok, bad, skip)
        if bad:
            print(r.stdout)


def lit_tests(build):
    lit = shutil.which("lit", path=os.path.join(os.path.dirname(sys.executable)) + os.pathsep + os.environ["PATH"])
    if not lit:
        count("lit (not installed)", 0, 0, 1)
        return
    with tempfile.NamedTemporaryFile(suffix=".json") as f:
        r = run([lit, "-q", "--no-progress-bar", "-j2", "--output", f.name, "test"],
                env=dict(os.environ, LAMELLA_BUILD=os.path.abspath(build)))
        codes = [t["code"] for t in json.load(open(f.name))["tests"]]
    ok = sum(c in ("PASS", "XFAIL", "FLAKYPASS") for c in codes)
    skip = sum(c in ("UNSUPPORTED", "SKIPPED", "EXCLUDED") for c in codes)
    count("lit", ok, len(codes) - ok - skip, skip)
    if len(codes) - ok - skip:
        print(r.stdout[-20000:])


def oracle_tests(build):
    """Programs that compare a target's tables and encoder with an assembler."""
    top = os.path.join(build, "test", "target")
    programs = sorted(os.path.join(d, f) for d, _, files in os.walk(top) for f in files)
    for program in programs:
        if not os.access(program, os.X_OK):
            continue
        name = os.path.relpath(program, top)
        if not shutil.which("llvm-mc-19"):
            count(f"{name} (llvm-mc-19 is not installed)", 0, 0, 1)
            continue
        r = run([program])
        print("   ", r.stdout.strip().splitlines()[-1] if r.stdout.strip() else "")
        count(name, int(r.returncode == 0), int(r.returncode != 0), 0)
        if r.returncode:
            print(r.stdout[-5000:])


def tidy(build):
    program = os.path.join(build, "tidy")
    if os.access(program, os.X_OK):
        r = run([program, "."])
        count("tidy", int(r.returncode == 0), int(r.returncode != 0), 0)
        if r.returncode:
            print(r.stdout[-8000:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--fast", action="store_true", help="only what takes under a minute")
    a = parser.parse_args()
    unit_tests(a.build)
    lit_tests(a.build)
    tidy(a.build)
    if not a.fast:
        oracle_tests(a.build)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or not passed else 0)


main()
