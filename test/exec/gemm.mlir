// A GEMM micro-kernel on packed panels: C[14 x 32] += A[k x 14]^T * B[k x 32], and the same with
// columns that do not fill the vectors.
// RUN: lamella verify %s

func.func @gemm_14x32(%a: memref<?x14xf32>, %b: memref<?x32xf32>, %c: memref<14x32xf32>, %k: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %ka = memref.dim %a, %c0 : memref<?x14xf32>
  %kb = memref.dim %b, %c0 : memref<?x32xf32>
  %n = arith.minsi %ka, %kb : index
  %init = vector.transfer_read %c[%c0, %c0], %zero {in_bounds = [true, true]} : memref<14x32xf32>, vector<14x32xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %init) -> (vector<14x32xf32>) {
    %x = vector.load %a[%i, %c0] : memref<?x14xf32>, vector<14xf32>
    %y = vector.load %b[%i, %c0] : memref<?x32xf32>, vector<32xf32>
    %p = vector.outerproduct %x, %y, %acc {kind = #vector.kind<add>} : vector<14xf32>, vector<32xf32>
    scf.yield %p : vector<14x32xf32>
  }
  vector.transfer_write %r, %c[%c0, %c0] {in_bounds = [true, true]} : vector<14x32xf32>, memref<14x32xf32>
  return
}

func.func @gemm_tail(%a: memref<24x6xf32>, %b: memref<24x21xf32>, %c: memref<6x21xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c24 = arith.constant 24 : index
  %zero = arith.constant 0.0 : f32
  %init = vector.transfer_read %c[%c0, %c0], %zero {in_bounds = [true, true]} : memref<6x21xf32>, vector<6x21xf32>
  %r = scf.for %i = %c0 to %c24 step %c1 iter_args(%acc = %init) -> (vector<6x21xf32>) {
    %x = vector.transfer_read %a[%i, %c0], %zero {permutation_map = affine_map<(d0, d1) -> (d1, 0)>, in_bounds = [true, true]} : memref<24x6xf32>, vector<6x21xf32>
    %y = vector.transfer_read %b[%i, %c0], %zero {permutation_map = affine_map<(d0, d1) -> (0, d1)>, in_bounds = [true, true]} : memref<24x21xf32>, vector<6x21xf32>
    %p = vector.fma %x, %y, %acc : vector<6x21xf32>
    scf.yield %p : vector<6x21xf32>
  }
  vector.transfer_write %r, %c[%c0, %c0] {in_bounds = [true, true]} : vector<6x21xf32>, memref<6x21xf32>
  return
}
