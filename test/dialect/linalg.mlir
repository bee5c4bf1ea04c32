// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt
// Named ops: linalg_named.mlir.

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (j)>
#sum = affine_map<(i, j) -> (i)>
#trait = {indexing_maps = [#id, #sum], iterator_types = ["parallel", "reduction"], doc = "sum of rows", library_call = "rows"}

// CHECK-LABEL: func.func @generics
func.func @generics(%a: tensor<4x8xf32>, %b: tensor<8xf32>, %o: tensor<4x8xf32>, %s: tensor<4xf32>, %m: memref<4x8xf32>, %f: f32,
                    %i: memref<?x?xindex>, %in: memref<20xf32>, %out: memref<16xf32>, %w: memref<5xf32>) -> (tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK: linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}, #{{.*}}], iterator_types = ["parallel", "parallel"]} ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8xf32>) outs(%{{.*}} : tensor<4x8xf32>) {
  %0 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<4x8xf32>, tensor<8xf32>) outs(%o : tensor<4x8xf32>) {
  // CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
  ^bb0(%x: f32, %y: f32, %z: f32):
    %1 = arith.addf %x, %y : f32
    // CHECK: linalg.yield %{{.*}} : f32
    linalg.yield %1 : f32
  // CHECK: } -> tensor<4x8xf32>
  } -> tensor<4x8xf32>
  // CHECK: linalg.generic {doc = "sum of rows", indexing_maps = [#{{.*}}, #{{.*}}], iterator_types = ["parallel", "reduction"], library_call = "rows"} ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4xf32>) attrs = {note = "kept"} {
  %2 = linalg.generic #trait ins(%a : tensor<4x8xf32>) outs(%s : tensor<4xf32>) attrs = {note = "kept"} {
  ^bb0(%x: f32, %y: f32):
    %3 = arith.addf %x, %y : f32
    linalg.yield %3 : f32
  } -> tensor<4xf32>
  // CHECK: linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}], iterator_types = ["parallel", "parallel"]} ins(%{{.*}} : f32) outs(%{{.*}} : memref<4x8xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> ()>, #id], iterator_types = ["parallel", "parallel"]} ins(%f : f32) outs(%m : memref<4x8xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  }
  // CHECK: linalg.generic {indexing_maps = [#{{.*}}], iterator_types = ["parallel", "parallel"]} outs(%{{.*}} : memref<?x?xindex>) {
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%i : memref<?x?xindex>) {
  ^bb0(%x: index):
    // CHECK: linalg.index 0 : index
    %4 = linalg.index 0 : index
    %5 = linalg.index 1 : index
    %6 = arith.addi %4, %5 : index
    linalg.yield %6 : index
  }
  // CHECK: %{{.*}}:2 = linalg.generic
  %7:2 = linalg.generic {indexing_maps = [#id, #sum, #sum], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%s, %s : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %8 = arith.addf %x, %y : f32
    %9 = arith.maximumf %x, %z : f32
    linalg.yield %8, %9 : f32, f32
  // CHECK: } -> (tensor<4xf32>, tensor<4xf32>)
  } -> (tensor<4xf32>, tensor<4xf32>)
  // CHECK: linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}, #{{.*}}], iterator_types = ["parallel", "reduction"]} ins(%{{.*}}, %{{.*}} : memref<20xf32>, memref<5xf32>) outs(%{{.*}} : memref<16xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, k) -> (i + k)>, affine_map<(i, k) -> (k)>, affine_map<(i, k) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%in, %w : memref<20xf32>, memref<5xf32>) outs(%out : memref<16xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    %10 = math.fma %x, %y, %z : f32
    linalg.yield %10 : f32
  }
  return %0, %2, %7#1 : tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @element_wise
func.func @element_wise(%a: tensor<64xf32>, %b: tensor<64xf32>, %o: tensor<64xf32>, %m: memref<64xf32>) -> tensor<64xf32> {
  // CHECK: linalg.map { arith.addf } ins(%{{.*}}, %{{.*}} : tensor<64xf32>, tensor<64xf32>) outs(%{{.*}} : tensor<64xf32>)
  %0 = linalg.map ins(%a, %b : tensor<64xf32>, tensor<64xf32>) outs(%o : tensor<64xf32>)
    (%x: f32, %y: f32) {
      %1 = arith.addf %x, %y : f32
      linalg.yield %1 : f32
    }
  // CHECK: linalg.map { arith.mulf {fastmath = #arith.fastmath<fast>} } ins(%{{.*}}, %{{.*}} : tensor<64xf32>, tensor<64xf32>) outs(%{{.*}} : tensor<64xf32>)
  %2 = linalg.map { arith.mulf {fastmath = #arith.fastmath<fast>} } ins(%0, %b : tensor<64xf32>, tensor<64xf32>) outs(%o : tensor<64xf32>)
  // CHECK: linalg.map { math.absf } ins(%{{.*}} : memref<64xf32>) outs(%{{.*}} : memref<64xf32>)
  linalg.map { math.absf } ins(%m : memref<64xf32>) outs(%m : memref<64xf32>)
  return %2 : tensor<64xf32>
}

// CHECK-LABEL: func.func @reduces
func.func @reduces(%a: tensor<16x32x64xf32>, %o: tensor<16x64xf32>, %i: memref<16x32x64xi32>, %q: memref<16x64xi32>, %m: memref<16x32x64xf32>, %n: memref<16x64xf32>) -> tensor<16x64xf32> {
  // CHECK: linalg.reduce { arith.addf } ins(%{{.*}} : tensor<16x32x64xf32>) outs(%{{.*}} : tensor<16x64xf32>) dimensions = [1]
  %0 = linalg.reduce { arith.addf } ins(%a : tensor<16x32x64xf32>) outs(%o : tensor<16x64xf32>) dimensions = [1]
  // CHECK: linalg.reduce ins(%{{.*}}, %{{.*}} : memref<16x32x64xf32>, memref<16x32x64xi32>) outs(%{{.*}}, %{{.*}} : memref<16x64xf32>, memref<16x64xi32>) dimensions = [1]
  linalg.reduce ins(%m, %i : memref<16x32x64xf32>, memref<16x32x64xi32>) outs(%n, %q : memref<16x64xf32>, memref<16x64xi32>) dimensions = [1]
    (%x: f32, %y: i32, %u: f32, %v: i32) {
      %1 = arith.addf %x, %u : f32
      %2 = arith.addi %y, %v : i32
      linalg.yield %1, %2 : f32, i32
    }
  return %0 : tensor<16x64xf32>
}

// CHECK-LABEL: func.func @moves
func.func @moves(%a: tensor<16x64xf32>, %o: tensor<64x16xf32>, %m: memref<16x64xf32>, %b: memref<16x4x64xf32>) -> tensor<64x16xf32> {
  // CHECK: linalg.transpose ins(%{{.*}} : tensor<16x64xf32>) outs(%{{.*}} : tensor<64x16xf32>) permutation = [1, 0]
  %0 = linalg.transpose ins(%a : tensor<16x64xf32>) outs(%o : tensor<64x16xf32>) permutation = [1, 0]
  // CHECK: linalg.broadcast ins(%{{.*}} : memref<16x64xf32>) outs(%{{.*}} : memref<16x4x64xf32>) dimensions = [1]
  linalg.broadcast ins(%m : memref<16x64xf32>) outs(%b : memref<16x4x64xf32>) dimensions = [1]
  return %0 : tensor<64x16xf32>
}

// CHECK-LABEL: func.func @algorithms
func.func @algorithms(%a: tensor<2x16x32xf32>, %b: memref<16x32xf32>, %filter: tensor<2x3x3x5xf32>, %tf: tensor<6x6x5x2xf32>,
                      %input: tensor<2x14x18x5xf32>, %ti: tensor<6x6x3x4x2x5xf32>, %value: tensor<6x6x3x4x2x2xf32>, %output: tensor<2x12x16x2xf32>)
                      -> (tensor<2x16x32xf32>, tensor<6x6x5x2xf32>, tensor<6x6x3x4x2x5xf32>, tensor<2x12x16x2xf32>) {
  // CHECK: linalg.softmax dimension(2) ins(%{{.*}} : tensor<2x16x32xf32>) outs(%{{.*}} : tensor<2x16x32xf32>) -> tensor<2x16x32xf32>
  %0 = linalg.softmax dimension(2) ins(%a : tensor<2x16x32xf32>) outs(%a : tensor<2x16x32xf32>) -> tensor<2x16x32xf32>
  // CHECK: linalg.softmax dimension(0) ins(%{{.*}} : memref<16x32xf32>) outs(%{{.*}} : memref<16x32xf32>)
  linalg.softmax dimension(0) ins(%b : memref<16x32xf32>) outs(%b : memref<16x32xf32>)
  // CHECK: linalg.winograd_filter_transform m(4) r(3) ins(%{{.*}} : tensor<2x3x3x5xf32>) outs(%{{.*}} : tensor<6x6x5x2xf32>) -> tensor<6x6x5x2xf32>
  %1 = linalg.winograd_filter_transform m(4) r(3) ins(%filter : tensor<2x3x3x5xf32>) outs(%tf : tensor<6x6x5x2xf32>) -> tensor<6x6x5x2xf32>
  // CHECK: linalg.winograd_input_transform m(4) r(3) ins(%{{.*}} : tensor<2x14x18x5xf32>) outs(%{{.*}} : tensor<6x6x3x4x2x5xf32>) -> tensor<6x6x3x4x2x5xf32>
  %2 = linalg.winograd_input_transform m(4) r(3) ins(%input : tensor<2x14x18x5xf32>) outs(%ti : tensor<6x6x3x4x2x5xf32>) -> tensor<6x6x3x4x2x5xf32>
  // CHECK: linalg.winograd_output_transform m(4) r(3) ins(%{{.*}} : tensor<6x6x3x4x2x2xf32>) outs(%{{.*}} : tensor<2x12x16x2xf32>) -> tensor<2x12x16x2xf32>
  %3 = linalg.winograd_output_transform m(4) r(3) ins(%value : tensor<6x6x3x4x2x2xf32>) outs(%output : tensor<2x12x16x2xf32>) -> tensor<2x12x16x2xf32>
  return %0, %1, %2, %3 : tensor<2x16x32xf32>, tensor<6x6x5x2xf32>, tensor<6x6x3x4x2x5xf32>, tensor<2x12x16x2xf32>
}
