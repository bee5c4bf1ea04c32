// Two joins that share an empty tensor (as CSE leaves them) are two tensors; kernels write into their
// parts, an input gets a copy, and what is returned is written in place.
// RUN: lamella opt %s --pass-pipeline=copy-parts,fuse,bufferise --verify-each | FileCheck %s

// CHECK-LABEL: func.func @main(%arg0: memref<4x8xf32>, %arg1: memref<4x16xf32>, %arg2: memref<4x16xf32>)
// CHECK-NOT: lam.buffer
// CHECK: memref.subview %arg1[0, 0] [4, 8]
// CHECK: lam.launch @kernel0(%arg0,
// CHECK: memref.subview %arg2[0, 0] [4, 8]
// CHECK: lam.launch @kernel1(%arg0,
// CHECK: memref.subview %arg1[0, 8] [4, 8]
// CHECK: lam.launch @kernel2(%arg0,
// CHECK: memref.subview %arg2[0, 8] [4, 8]
// CHECK: lam.launch @kernel3(%arg0,
// CHECK-NEXT: return

func.func @main(%x: tensor<4x8xf32>) -> (tensor<4x16xf32>, tensor<4x16xf32>) {
  %half = tensor.empty() : tensor<4x8xf32>
  %whole = tensor.empty() : tensor<4x16xf32>
  %n = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x8xf32>) outs(%half : tensor<4x8xf32>) {
  ^bb0(%e: f32, %o: f32):
    %m = arith.negf %e : f32
    linalg.yield %m : f32
  } -> tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x8xf32>) outs(%half : tensor<4x8xf32>) {
  ^bb0(%e: f32, %o: f32):
    %m = arith.mulf %e, %e : f32
    linalg.yield %m : f32
  } -> tensor<4x8xf32>
  %a0 = tensor.insert_slice %n into %whole[0, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x16xf32>
  %a1 = tensor.insert_slice %x into %a0[0, 8] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x16xf32>
  %b0 = tensor.insert_slice %s into %whole[0, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x16xf32>
  %b1 = tensor.insert_slice %x into %b0[0, 8] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<4x16xf32>
  return %a1, %b1 : tensor<4x16xf32>, tensor<4x16xf32>
}
