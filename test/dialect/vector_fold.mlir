// RUN: lamella opt --pass-pipeline='builtin.module(canonicalize)' %s | FileCheck %s

// CHECK-LABEL: func.func @undone
// CHECK-SAME: (%[[V:.*]]: vector<4xf32>, %[[W:.*]]: vector<2x4xf32>, %[[F:.*]]: f32, %[[U:.*]]: vector<2x2xf32>, %{{.*}}: index)
func.func @undone(%v: vector<4xf32>, %w: vector<2x4xf32>, %f: f32, %u: vector<2x2xf32>, %i: index)
    -> (f32, f32, vector<4xf32>, f32, vector<4xf32>, vector<2x2xf32>, vector<2x4xf32>, vector<2x4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>) {
  %b = vector.broadcast %f : f32 to vector<4xf32>
  %0 = vector.extractelement %b[%i : index] : vector<4xf32>
  %1 = vector.extract %b[2] : f32 from vector<4xf32>
  %n = vector.insert %v, %w[1] : vector<4xf32> into vector<2x4xf32>
  %2 = vector.extract %n[1] : vector<4xf32> from vector<2x4xf32>
  %3 = arith.negf %f : f32
  %e = vector.from_elements %3, %f : vector<2xf32>
  %4 = vector.extract %e[1] : f32 from vector<2xf32>
  %s = vector.shape_cast %v : vector<4xf32> to vector<2x2xf32>
  %5 = vector.shape_cast %s : vector<2x2xf32> to vector<4xf32>
  %k = vector.insert_strided_slice %u, %w {offsets = [0, 1], strides = [1, 1]} : vector<2x2xf32> into vector<2x4xf32>
  %6 = vector.extract_strided_slice %k {offsets = [0, 1], sizes = [2, 2], strides = [1, 1]} : vector<2x4xf32> to vector<2x2xf32>
  %t = vector.transpose %w, [1, 0] : vector<2x4xf32> to vector<4x2xf32>
  %7 = vector.transpose %t, [1, 0] : vector<4x2xf32> to vector<2x4xf32>
  %c = vector.bitcast %w : vector<2x4xf32> to vector<2x4xi32>
  %8 = vector.bitcast %c : vector<2x4xi32> to vector<2x4xf32>
  %9 = vector.shuffle %v, %b [0, 1, 2, 3] : vector<4xf32>, vector<4xf32>
  %10 = vector.shuffle %b, %v [4, 5, 6, 7] : vector<4xf32>, vector<4xf32>
  %x = vector.interleave %v, %b : vector<4xf32> -> vector<8xf32>
  %11, %12 = vector.deinterleave %x : vector<8xf32> -> vector<4xf32>
  // CHECK: %[[B:.*]] = vector.{{broadcast|splat}} %[[F]]
  // CHECK: return %[[F]], %[[F]], %[[V]], %[[F]], %[[V]], %[[U]], %[[W]], %[[W]], %[[V]], %[[V]], %[[V]], %[[B]]
  return %0, %1, %2, %4, %5, %6, %7, %8, %9, %10, %11, %12 : f32, f32, vector<4xf32>, f32, vector<4xf32>, vector<2x2xf32>, vector<2x4xf32>, vector<2x4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>, vector<4xf32>
}

// CHECK-LABEL: func.func @constants
func.func @constants() -> (vector<2x3xi8>, i8, vector<3xi8>, vector<3x2xi8>, vector<2x3xi8>, vector<2x2xi8>, vector<3xi8>, vector<6xi8>, vector<3xi8>, i8, vector<4xindex>, vector<2x3xi8>, vector<2x3xi8>, vector<2xi8>) {
  %m = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : vector<2x3xi8>
  %v = arith.constant dense<[7, 8, 9]> : vector<3xi8>
  %c = arith.constant 40 : i8
  // CHECK-DAG: %[[A:.*]] = arith.constant dense<40> : vector<2x3xi8>
  %0 = vector.broadcast %c : i8 to vector<2x3xi8>
  // CHECK-DAG: %[[B:.*]] = arith.constant 6 : i8
  %1 = vector.extract %m[1, 2] : i8 from vector<2x3xi8>
  // CHECK-DAG: %[[C:.*]] = arith.constant dense<[4, 5, 6]> : vector<3xi8>
  %2 = vector.extract %m[1] : vector<3xi8> from vector<2x3xi8>
  // CHECK-DAG: %[[D:.*]] = arith.constant dense<{{\[\[}}1, 4], [2, 5], [3, 6]]> : vector<3x2xi8>
  %3 = vector.transpose %m, [1, 0] : vector<2x3xi8> to vector<3x2xi8>
  // CHECK-DAG: %[[E:.*]] = arith.constant dense<{{\[\[}}7, 8, 9], [7, 8, 9]]> : vector<2x3xi8>
  %4 = vector.broadcast %v : vector<3xi8> to vector<2x3xi8>
  // CHECK-DAG: %[[F:.*]] = arith.constant dense<{{\[\[}}2, 3], [5, 6]]> : vector<2x2xi8>
  %5 = vector.extract_strided_slice %m {offsets = [0, 1], sizes = [2, 2], strides = [1, 1]} : vector<2x3xi8> to vector<2x2xi8>
  // CHECK-DAG: %[[G:.*]] = arith.constant dense<[9, 7, 8]> : vector<3xi8>
  %6 = vector.shuffle %v, %v [2, 3, 1] : vector<3xi8>, vector<3xi8>
  // CHECK-DAG: %[[H:.*]] = arith.constant dense<[7, 4, 8, 5, 9, 6]> : vector<6xi8>
  %7 = vector.interleave %v, %2 : vector<3xi8> -> vector<6xi8>
  // CHECK-DAG: %[[I:.*]] = arith.constant dense<[7, 40, 9]> : vector<3xi8>
  %8 = vector.insert %c, %v[1] : i8 into vector<3xi8>
  // CHECK-DAG: %[[J:.*]] = arith.constant 24 : i8
  %9 = vector.reduction <add>, %v : vector<3xi8> into i8
  // CHECK-DAG: %[[K:.*]] = arith.constant dense<[0, 1, 2, 3]> : vector<4xindex>
  %10 = vector.step : vector<4xindex>
  // CHECK-DAG: %[[L:.*]] = arith.constant dense<{{\[\[}}7, 8, 9], [4, 5, 6]]> : vector<2x3xi8>
  %11 = vector.insert %v, %m[0] : vector<3xi8> into vector<2x3xi8>
  // CHECK-DAG: %[[M:.*]] = arith.constant dense<{{\[\[}}7, 4, 8], [5, 9, 6]]> : vector<2x3xi8>
  %12 = vector.shape_cast %7 : vector<6xi8> to vector<2x3xi8>
  // CHECK-DAG: %[[N:.*]] = arith.constant dense<40> : vector<2xi8>
  %13 = vector.from_elements %c, %c : vector<2xi8>
  // CHECK: return %[[A]], %[[B]], %[[C]], %[[D]], %[[E]], %[[F]], %[[G]], %[[H]], %[[I]], %[[J]], %[[K]], %[[L]], %[[M]], %[[N]]
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13 : vector<2x3xi8>, i8, vector<3xi8>, vector<3x2xi8>, vector<2x3xi8>, vector<2x2xi8>, vector<3xi8>, vector<6xi8>, vector<3xi8>, i8, vector<4xindex>, vector<2x3xi8>, vector<2x3xi8>, vector<2xi8>
}

// CHECK-LABEL: func.func @memory
// CHECK-SAME: (%[[M:.*]]: memref<8x16xf32>, %[[V:.*]]: vector<8xf32>, %[[F:.*]]: f32, %[[I:.*]]: index)
func.func @memory(%m: memref<8x16xf32>, %v: vector<8xf32>, %f: f32, %i: index) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
  %none = arith.constant dense<false> : vector<8xi1>
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %0 = vector.maskedload %m[%i, %i], %none, %v : memref<8x16xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: %[[A:.*]] = vector.transfer_read %[[M]][%[[I]], %{{.*}}], %[[F]] {in_bounds = [true]} : memref<8x16xf32>, vector<8xf32>
  %1 = vector.transfer_read %m[%i, %c8], %f : memref<8x16xf32>, vector<8xf32>
  // CHECK: %[[B:.*]] = vector.transfer_read %[[M]][%[[I]], %{{.*}}], %[[F]] : memref<8x16xf32>, vector<8xf32>
  %2 = vector.transfer_read %m[%i, %c9], %f : memref<8x16xf32>, vector<8xf32>
  // CHECK: vector.transfer_write %[[V]], %[[M]][%{{.*}}, %{{.*}}] {in_bounds = [true]} : vector<8xf32>, memref<8x16xf32>
  vector.transfer_write %v, %m[%c9, %c8] : vector<8xf32>, memref<8x16xf32>
  %ix = arith.constant dense<0> : vector<8xi32>
  %3 = vector.gather %m[%i, %i][%ix], %none, %v : memref<8x16xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: return %[[V]], %[[A]], %[[B]], %[[V]]
  return %0, %1, %2, %3 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
}
