// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK-LABEL: func.func @basics
func.func @basics(%t: tensor<?x16xf32>, %i: index, %f: f32, %u: tensor<*xf32>, %n: tensor<8xi32>) {
  // CHECK: tensor.empty() : tensor<4x8xf32>
  %0 = tensor.empty() : tensor<4x8xf32>
  // CHECK: tensor.empty(%{{.*}}, %{{.*}}) : tensor<?x?xf32>
  %1 = tensor.empty(%i, %i) : tensor<?x?xf32>
  // CHECK: tensor.extract %{{.*}}[%{{.*}}, %{{.*}}] : tensor<?x16xf32>
  %2 = tensor.extract %t[%i, %i] : tensor<?x16xf32>
  // CHECK: tensor.insert %{{.*}} into %{{.*}}[%{{.*}}, %{{.*}}] : tensor<?x16xf32>
  %3 = tensor.insert %f into %t[%i, %i] : tensor<?x16xf32>
  // CHECK: tensor.dim %{{.*}}, %{{.*}} : tensor<?x16xf32>
  %4 = tensor.dim %t, %i : tensor<?x16xf32>
  // CHECK: tensor.rank %{{.*}} : tensor<*xf32>
  %5 = tensor.rank %u : tensor<*xf32>
  // CHECK: tensor.cast %{{.*}} : tensor<?x16xf32> to tensor<4x16xf32>
  %6 = tensor.cast %t : tensor<?x16xf32> to tensor<4x16xf32>
  // CHECK: tensor.bitcast %{{.*}} : tensor<8xi32> to tensor<8xf32>
  %7 = tensor.bitcast %n : tensor<8xi32> to tensor<8xf32>
  // CHECK: tensor.from_elements %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x2xf32>
  %8 = tensor.from_elements %f, %f, %f, %f : tensor<2x2xf32>
  // CHECK: tensor.splat %{{.*}} : tensor<4xf32>
  %9 = tensor.splat %f : tensor<4xf32>
  // CHECK: tensor.splat %{{.*}}[%{{.*}}] : tensor<?x2xf32>
  %10 = tensor.splat %f[%i] : tensor<?x2xf32>
  // CHECK: tensor.generate %{{.*}} {
  // CHECK-NEXT: ^bb0(%{{.*}}: index, %{{.*}}: index):
  %11 = tensor.generate %i {
  ^bb0(%a: index, %b: index):
    %c = arith.index_cast %a : index to i32
    // CHECK: tensor.yield %{{.*}} : i32
    tensor.yield %c : i32
  } : tensor<?x3xi32>
  return
}

// CHECK-LABEL: func.func @slices
func.func @slices(%t: tensor<?x16xf32>, %i: index, %s: tensor<8x16x4xf32>, %r: tensor<4x8xf32>, %v: tensor<8xf32>) {
  // CHECK: tensor.extract_slice %{{.*}}[%{{.*}}, 0] [4, 8] [1, 1] : tensor<?x16xf32> to tensor<4x8xf32>
  %0 = tensor.extract_slice %t[%i, 0] [4, 8] [1, 1] : tensor<?x16xf32> to tensor<4x8xf32>
  // CHECK: tensor.extract_slice %{{.*}}[0, 2, 0] [1, 4, %{{.*}}] [1, %{{.*}}, 1] : tensor<8x16x4xf32> to tensor<4x?xf32>
  %1 = tensor.extract_slice %s[0, 2, 0] [1, 4, %i] [1, %i, 1] : tensor<8x16x4xf32> to tensor<4x?xf32>
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[%{{.*}}, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<?x16xf32>
  %2 = tensor.insert_slice %r into %t[%i, 0] [4, 8] [1, 1] : tensor<4x8xf32> into tensor<?x16xf32>
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, %{{.*}}] [1, 8] [1, 1] : tensor<8xf32> into tensor<?x16xf32>
  %3 = tensor.insert_slice %v into %t[0, %i] [1, 8] [1, 1] : tensor<8xf32> into tensor<?x16xf32>
  return
}

// CHECK-LABEL: func.func @shapes
func.func @shapes(%t: tensor<?x16xf32>, %i: index, %s: tensor<8x16x4xf32>, %shape: tensor<2xi32>, %f: f32, %d: tensor<?xf32>,
                  %p: tensor<13x15xf32>, %pd: tensor<2x2x8x8xf32>, %ix: tensor<6x2xindex>, %g: tensor<6x4xf32>, %dyn: tensor<?x?x8x?xf32>) {
  // CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : tensor<8x16x4xf32> into tensor<128x4xf32>
  %0 = tensor.collapse_shape %s [[0, 1], [2]] : tensor<8x16x4xf32> into tensor<128x4xf32>
  // CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [%{{.*}}, 4, 16] : tensor<?x16xf32> into tensor<?x4x16xf32>
  %1 = tensor.expand_shape %t [[0, 1], [2]] output_shape [%i, 4, 16] : tensor<?x16xf32> into tensor<?x4x16xf32>
  // CHECK: tensor.reshape %{{.*}}(%{{.*}}) : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
  %2 = tensor.reshape %d(%shape) : (tensor<?xf32>, tensor<2xi32>) -> tensor<?x?xf32>
  // CHECK: tensor.concat dim(0) %{{.*}}, %{{.*}} : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %3 = tensor.concat dim(0) %t, %t : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  // CHECK: tensor.pad %{{.*}} low[1, %{{.*}}] high[0, 2] {
  // CHECK-NEXT: ^bb0(%{{.*}}: index, %{{.*}}: index):
  // CHECK-NEXT: tensor.yield %{{.*}} : f32
  // CHECK-NEXT: } : tensor<?x16xf32> to tensor<?x?xf32>
  %4 = tensor.pad %t low[1, %i] high[0, 2] {
  ^bb0(%a: index, %b: index):
    tensor.yield %f : f32
  } : tensor<?x16xf32> to tensor<?x?xf32>
  // CHECK: tensor.pad %{{.*}} nofold low[0, 0] high[0, 0] {
  %5 = tensor.pad %p nofold low[0, 0] high[0, 0] {
  ^bb0(%a: index, %b: index):
    tensor.yield %f : f32
  } : tensor<13x15xf32> to tensor<13x15xf32>
  // CHECK: tensor.pack %{{.*}} padding_value(%{{.*}} : f32) outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %{{.*}} : tensor<13x15xf32> -> tensor<2x2x8x8xf32>
  %6 = tensor.pack %p padding_value(%f : f32) outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %pd : tensor<13x15xf32> -> tensor<2x2x8x8xf32>
  // CHECK: tensor.unpack %{{.*}} inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %{{.*}} : tensor<2x2x8x8xf32> -> tensor<13x15xf32>
  %7 = tensor.unpack %pd inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %p : tensor<2x2x8x8xf32> -> tensor<13x15xf32>
  // CHECK: tensor.pack %{{.*}} inner_dims_pos = [0, 1] inner_tiles = [8, %{{.*}}] into %{{.*}} : tensor<?x16xf32> -> tensor<?x?x8x?xf32>
  %8 = tensor.pack %t inner_dims_pos = [0, 1] inner_tiles = [8, %i] into %dyn : tensor<?x16xf32> -> tensor<?x?x8x?xf32>
  // CHECK: tensor.gather %{{.*}}[%{{.*}}] gather_dims([0, 1]) unique : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x4xf32>
  %9 = tensor.gather %s[%ix] gather_dims([0, 1]) unique : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x4xf32>
  // CHECK: tensor.gather %{{.*}}[%{{.*}}] gather_dims([0, 2]) : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x1x16x1xf32>
  %10 = tensor.gather %s[%ix] gather_dims([0, 2]) : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x1x16x1xf32>
  // CHECK: tensor.scatter %{{.*}} into %{{.*}}[%{{.*}}] scatter_dims([0, 1]) unique : (tensor<6x4xf32>, tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<8x16x4xf32>
  %11 = tensor.scatter %g into %s[%ix] scatter_dims([0, 1]) unique : (tensor<6x4xf32>, tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<8x16x4xf32>
  return
}
