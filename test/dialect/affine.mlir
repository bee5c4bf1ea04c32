// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK-LABEL: func.func @maps
func.func @maps(%a: index, %b: index, %n: index) -> (index, index, index, index, index) {
  // CHECK: affine.apply #{{.*}}(%{{.*}}, %{{.*}})[%{{.*}}]
  %0 = affine.apply affine_map<(d0, d1)[s0] -> (d0 * 4 + d1 floordiv 2 + s0)>(%a, %b)[%n]
  // CHECK: affine.min #{{.*}}(%{{.*}})[%{{.*}}]
  %1 = affine.min affine_map<(d0)[s0] -> (-d0 + s0, 32)>(%a)[%n]
  // CHECK: affine.max #{{.*}}(%{{.*}}, %{{.*}})
  %2 = affine.max affine_map<(d0, d1) -> (d0, d1, 0)>(%a, %b)
  // CHECK: affine.apply #{{.*}}()[%{{.*}}]
  %3 = affine.apply affine_map<()[s0] -> (s0 ceildiv 8)>()[%n]
  // CHECK: affine.apply #{{.*}}(%{{.*}}) {note = "kept"}
  %4 = affine.apply affine_map<(d0) -> (d0 mod 7)>(%a) {note = "kept"}
  return %0, %1, %2, %3, %4 : index, index, index, index, index
}
