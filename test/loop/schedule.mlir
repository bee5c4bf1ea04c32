// A kernel's schedule prints, reads back, and takes an edit; what does not fit is refused.
// RUN: lamella opt %s --vector-bytes=64 --pass-pipeline=fuse,bufferise --print-schedule -o %t.a 2> %t.s
// RUN: FileCheck %s --check-prefix=PLAN < %t.s
// RUN: lamella opt %s --vector-bytes=64 --pass-pipeline=fuse,bufferise --schedule=%t.s -o %t.b
// RUN: cmp %t.a %t.b
// RUN: sed -e s/d0:6/d0:14/g -e s/d1:64/d1:32/g %t.s > %t.edited
// RUN: lamella opt %s --vector-bytes=64 --pass-pipeline=fuse,bufferise --schedule=%t.edited | FileCheck %s --check-prefix=EDIT
// RUN: sed -e s/parallel/for/ -e "s/for d2:1/for d2:2/" %t.s > %t.bad
// RUN: not lamella opt %s --vector-bytes=64 --pass-pipeline=fuse,bufferise --schedule=%t.bad 2>&1 | FileCheck %s --check-prefix=BAD

// PLAN: kernel kernel0 algorithm direct {
// PLAN: parallel d1:64 {
// PLAN: for d0:6 {
// PLAN: for d2:1 {
// PLAN: tile d0:6 d1:64 vector d1 : s0
// EDIT: vector<14x32xf32>
// BAD: error: schedule of kernel 'kernel0' does not fit

func.func @main(%a: tensor<140x96xf32>, %b: tensor<96x128xf32>) -> tensor<140x128xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<140x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<140x128xf32>) -> tensor<140x128xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : tensor<140x96xf32>, tensor<96x128xf32>) outs(%init : tensor<140x128xf32>) {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    linalg.yield %s : f32
  } -> tensor<140x128xf32>
  return %r : tensor<140x128xf32>
}
