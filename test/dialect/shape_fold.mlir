// RUN: lamella opt --pass-pipeline='builtin.module(canonicalize)' %s | FileCheck %s

// CHECK-LABEL: func.func @dimensions
// CHECK-SAME: (%[[T:.*]]: tensor<?x16xf32>, %[[N:.*]]: index, %{{.*}}: memref<?x8xf32>)
func.func @dimensions(%t: tensor<?x16xf32>, %n: index, %m: memref<?x8xf32>) -> (index, index, index, index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = tensor.dim %t, %c1 : tensor<?x16xf32>
  %e = tensor.empty(%n) : tensor<4x?xf32>
  %1 = tensor.dim %e, %c1 : tensor<4x?xf32>
  %a = memref.alloc(%n) : memref<?x4xf32>
  %2 = memref.dim %a, %c0 : memref<?x4xf32>
  %v = memref.subview %m[0, 0] [%n, 4] [1, 1] : memref<?x8xf32> to memref<?x4xf32, strided<[8, 1]>>
  %3 = memref.dim %v, %c0 : memref<?x4xf32, strided<[8, 1]>>
  %4 = tensor.rank %t : tensor<?x16xf32>
  // CHECK: %[[D:.*]] = tensor.dim %[[T]], %{{.*}} : tensor<?x16xf32>
  %f = arith.constant 0.0 : f32
  %i = tensor.insert %f into %t[%c0, %c1] : tensor<?x16xf32>
  %5 = tensor.dim %i, %c0 : tensor<?x16xf32>
  // CHECK: return %{{.*}}, %[[N]], %[[N]], %[[N]], %{{.*}}, %[[D]]
  return %0, %1, %2, %3, %4, %5 : index, index, index, index, index, index
}

// CHECK-LABEL: func.func @maps
// CHECK-SAME: (%[[A:.*]]: index, %[[B:.*]]: index)
func.func @maps(%a: index, %b: index) -> (index, index, index, index, index, index) {
  %c3 = arith.constant 3 : index
  %c5 = arith.constant 5 : index
  %0 = affine.apply affine_map<(d0)[s0] -> (d0 * 4 + s0)>(%c3)[%c5]
  %1 = affine.apply affine_map<(d0, d1) -> (d1)>(%a, %b)
  %2 = affine.min affine_map<(d0) -> (d0, 4)>(%c5)
  %3 = affine.max affine_map<(d0, d1) -> (d0 + d1, 4)>(%c5, %c3)
  // CHECK: %[[M:.*]] = affine.min #{{.*}}(%[[A]]
  %4 = affine.min affine_map<(d0) -> (d0, 8, 4, d0)>(%a)
  %5 = affine.max affine_map<(d0) -> (d0, d0)>(%a)
  // CHECK: return %{{.*}}, %[[B]], %{{.*}}, %{{.*}}, %[[M]], %[[A]]
  return %0, %1, %2, %3, %4, %5 : index, index, index, index, index, index
}

// CHECK-LABEL: func.func @control
// CHECK-SAME: (%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[C:.*]]: i1, %[[T:.*]]: tensor<4xf32>)
func.func @control(%x: f32, %y: f32, %c: i1, %t: tensor<4xf32>) -> (f32, f32, f32, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %true = arith.constant true
  %0 = scf.for %i = %c1 to %c0 step %c1 iter_args(%a = %x) -> (f32) {
    %s = arith.addf %a, %a : f32
    scf.yield %s : f32
  }
  %1 = scf.if %true -> (f32) {
    scf.yield %x : f32
  } else {
    scf.yield %y : f32
  }
  %2 = scf.if %c -> (f32) {
    scf.yield %y : f32
  } else {
    scf.yield %y : f32
  }
  %3 = scf.forall (%i, %j) in (4, 0) shared_outs(%o = %t) -> (tensor<4xf32>) {
    %e = tensor.extract_slice %o[0] [1] [1] : tensor<4xf32> to tensor<1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %e into %o[%i] [1] [1] : tensor<1xf32> into tensor<4xf32>
    }
  }
  cf.assert %true, "holds"
  // CHECK-NOT: cf.assert
  // CHECK: return %[[X]], %[[X]], %[[Y]], %[[T]]
  return %0, %1, %2, %3 : f32, f32, f32, tensor<4xf32>
}

// CHECK-LABEL: func.func @tensors
// CHECK-SAME: (%[[T:.*]]: tensor<4x8xf32>, %[[S:.*]]: tensor<2x8xf32>, %[[F:.*]]: f32, %[[I:.*]]: index, %[[P:.*]]: tensor<2x1x2x8xf32>)
func.func @tensors(%t: tensor<4x8xf32>, %s: tensor<2x8xf32>, %f: f32, %i: index, %p: tensor<2x1x2x8xf32>)
    -> (tensor<4x8xf32>, tensor<2x8xf32>, tensor<4x8xf32>, f32, f32, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, i32) {
  %c1 = arith.constant 1 : index
  %0 = tensor.extract_slice %t[0, 0] [4, 8] [1, 1] : tensor<4x8xf32> to tensor<4x8xf32>
  %a = tensor.insert_slice %s into %t[%i, 0] [2, 8] [1, 1] : tensor<2x8xf32> into tensor<4x8xf32>
  %1 = tensor.extract_slice %a[%i, 0] [2, 8] [1, 1] : tensor<4x8xf32> to tensor<2x8xf32>
  %b = tensor.extract_slice %t[%i, 0] [2, 8] [1, 1] : tensor<4x8xf32> to tensor<2x8xf32>
  %2 = tensor.insert_slice %b into %t[%i, 0] [2, 8] [1, 1] : tensor<2x8xf32> into tensor<4x8xf32>
  // CHECK-DAG: %[[N:.*]] = arith.negf %[[F]] : f32
  %3 = arith.negf %f : f32
  %e = tensor.from_elements %f, %3 : tensor<2xf32>
  %4 = tensor.extract %e[%c1] : tensor<2xf32>
  %sp = tensor.splat %f : tensor<16xf32>
  %5 = tensor.extract %sp[%i] : tensor<16xf32>
  %k = tensor.collapse_shape %t [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %6 = tensor.expand_shape %k [[0, 1]] output_shape [4, 8] : tensor<32xf32> into tensor<4x8xf32>
  %7 = tensor.pad %t low[0, 0] high[0, 0] {
  ^bb0(%x: index, %y: index):
    tensor.yield %f : f32
  } : tensor<4x8xf32> to tensor<4x8xf32>
  %q = tensor.pack %t inner_dims_pos = [0, 1] inner_tiles = [2, 8] into %p : tensor<4x8xf32> -> tensor<2x1x2x8xf32>
  %8 = tensor.unpack %q inner_dims_pos = [0, 1] inner_tiles = [2, 8] into %t : tensor<2x1x2x8xf32> -> tensor<4x8xf32>
  %9 = tensor.concat dim(0) %t : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %d = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  // CHECK-DAG: %[[FOUR:.*]] = arith.constant 4 : i32
  %10 = tensor.extract %d[%c1, %c1] : tensor<2x2xi32>
  // CHECK: return %[[T]], %[[S]], %[[T]], %[[N]], %[[F]], %[[T]], %[[T]], %[[T]], %[[T]], %[[FOUR]]
  return %0, %1, %2, %4, %5, %6, %7, %8, %9, %10 : tensor<4x8xf32>, tensor<2x8xf32>, tensor<4x8xf32>, f32, f32, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, i32
}

// CHECK-LABEL: func.func @constant_tensors
func.func @constant_tensors() -> (tensor<2xi32>, tensor<4xi32>, tensor<2x1x2x2xf32>) {
  %d = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  // CHECK-DAG: %[[A:.*]] = arith.constant dense<[2, 5]> : tensor<2xi32>
  %0 = tensor.extract_slice %d[0, 1] [2, 1] [1, 1] : tensor<2x3xi32> to tensor<2xi32>
  // CHECK-DAG: %[[B:.*]] = arith.constant dense<[1, 3, 4, 6]> : tensor<4xi32>
  %s = tensor.extract_slice %d[0, 0] [2, 2] [1, 2] : tensor<2x3xi32> to tensor<2x2xi32>
  %1 = tensor.collapse_shape %s [[0, 1]] : tensor<2x2xi32> into tensor<4xi32>
  // CHECK-DAG: %[[C:.*]] = arith.constant dense<1.500000e+00> : tensor<2x1x2x2xf32>
  %f = arith.constant dense<1.5> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<2x1x2x2xf32>
  %2 = tensor.pack %f inner_dims_pos = [0, 1] inner_tiles = [2, 2] into %e : tensor<4x2xf32> -> tensor<2x1x2x2xf32>
  // CHECK: return %[[A]], %[[B]], %[[C]]
  return %0, %1, %2 : tensor<2xi32>, tensor<4xi32>, tensor<2x1x2x2xf32>
}

// CHECK-LABEL: func.func @buffers
// CHECK-SAME: (%[[M:.*]]: memref<4x8xf32>, %[[N:.*]]: memref<?x8xf32>)
func.func @buffers(%m: memref<4x8xf32>, %n: memref<?x8xf32>) -> (memref<4x8xf32>, memref<4x8xf32>, memref<2x16xf32>, memref<4x8xf32>, memref<4x8xf32>) {
  %0 = memref.subview %m[0, 0] [4, 8] [1, 1] : memref<4x8xf32> to memref<4x8xf32>
  %a = memref.cast %m : memref<4x8xf32> to memref<?x8xf32>
  %1 = memref.cast %a : memref<?x8xf32> to memref<4x8xf32>
  // CHECK: %[[R:.*]] = memref.reinterpret_cast %[[M]] to
  %2 = memref.reinterpret_cast %a to offset: [0], sizes: [2, 16], strides: [16, 1] : memref<?x8xf32> to memref<2x16xf32>
  %b = memref.collapse_shape %m [[0, 1]] : memref<4x8xf32> into memref<32xf32>
  %3 = memref.expand_shape %b [[0, 1]] output_shape [4, 8] : memref<32xf32> into memref<4x8xf32>
  %4 = memref.transpose %m (i, j) -> (i, j) : memref<4x8xf32> to memref<4x8xf32>
  // CHECK: return %[[M]], %[[M]], %[[R]], %[[M]], %[[M]]
  return %0, %1, %2, %3, %4 : memref<4x8xf32>, memref<4x8xf32>, memref<2x16xf32>, memref<4x8xf32>, memref<4x8xf32>
}
