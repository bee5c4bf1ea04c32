// RUN: lamella opt %s | FileCheck %s
// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 %s | lamella opt | FileCheck %s

!f = f32
!t = tensor<4x!f>

// CHECK: @scalars(i1, i32, si8, ui128, index, none, f32, f64, f16, bf16, tf32, f8E4M3FN, f8E5M2, f8E4M3FNUZ, f8E5M2FNUZ, f8E4M3B11FNUZ, f8E4M3)
func.func private @scalars(i1, i32, si8, ui128, index, none, f32, f64, f16, bf16, tf32, f8E4M3FN, f8E5M2, f8E4M3FNUZ, f8E5M2FNUZ,
                           f8E4M3B11FNUZ, f8E4M3)
// CHECK: @vectors(vector<4xf32>, vector<2x[4]xi8>, vector<[4]x[8]xf32>, vector<f32>, vector<4xindex>)
func.func private @vectors(vector<4xf32>, vector<2x[4]xi8>, vector<[4] x [8]xf32>, vector<f32>, vector<4xindex>)
// CHECK: @tensors(tensor<f32>, tensor<4x?x0x8xf32>, tensor<*xi8>, tensor<?xf32, "N">, tensor<2xcomplex<f32>>, tensor<4xvector<8xf32>>, tensor<4xf32>, tensor<4xf32, {a = 1 : i64}>)
func.func private @tensors(tensor<f32>, tensor<4 x ? x 0x8xf32>, tensor<*xi8>, tensor<?xf32, "N">, tensor<2xcomplex<f32>>,
                           tensor<4xvector<8xf32>>, !t, tensor<4xf32, {a = 1}>)
// CHECK: @memrefs(memref<f32>, memref<4x4xf32, #map>, memref<4xf32, strided<[2], offset: 3>, 1>, memref<*xf32, "sram">, memref<?xf32, "x">, memref<4x4xf32>, memref<2xmemref<?xf32>>)
func.func private @memrefs(memref<f32>, memref<4x4xf32, affine_map<(i, j) -> (j, i)>>, memref<4xf32, strided<[2], offset: 3>, 1>, memref<*xf32, "sram">,
                           memref<?xf32, "x">, memref<4x4xf32, affine_map<(d0, d1) -> (d0, d1)>, 0>, memref<2xmemref<?xf32>>)
// CHECK: @others((i32, f32) -> f32, () -> (), () -> (() -> ()), (() -> i1) -> (i1, i1), tuple<>, tuple<i32, tuple<f32>>, complex<f64>) -> ((i32) -> i32)
func.func private @others((i32, f32) -> f32, () -> (), () -> (() -> ()), (() -> i1) -> (i1, i1), tuple<>, tuple<i32, tuple<f32>>, complex<f64>) -> ((i32) -> i32)
