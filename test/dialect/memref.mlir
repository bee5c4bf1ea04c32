// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK: memref.global "private" constant @weights : memref<2x2xf32> = dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> {alignment = 64 : i64}
memref.global "private" constant @weights : memref<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> {alignment = 64 : i64}
// CHECK: memref.global @state : memref<4xi32> = uninitialized
memref.global @state : memref<4xi32> = uninitialized
// CHECK: memref.global "nested" @outside : memref<f32>
memref.global "nested" @outside : memref<f32>

// CHECK-LABEL: func.func @buffers
func.func @buffers(%n: index, %m: memref<?x16xf32>, %i: index, %f: f32, %u: memref<*xf32>, %k: i32, %q: memref<8xi32>) {
  // CHECK: memref.alloc() : memref<4x8xf32>
  %0 = memref.alloc() : memref<4x8xf32>
  // CHECK: memref.alloc(%{{.*}}, %{{.*}}) {alignment = 64 : i64} : memref<?x8x?xf32, "sram">
  %1 = memref.alloc(%n, %i) {alignment = 64 : i64} : memref<?x8x?xf32, "sram">
  // CHECK: memref.alloc()[%{{.*}}] : memref<4xf32, #{{.*}}>
  %2 = memref.alloc()[%n] : memref<4xf32, affine_map<(d0)[s0] -> (d0 + s0)>>
  // CHECK: memref.alloca() : memref<64xi8, 3>
  %3 = memref.alloca() : memref<64xi8, 3>
  // CHECK: memref.load %{{.*}}[%{{.*}}, %{{.*}}] : memref<?x16xf32>
  %4 = memref.load %m[%i, %i] : memref<?x16xf32>
  // CHECK: memref.load %{{.*}}[%{{.*}}, %{{.*}}] {nontemporal = true} : memref<?x16xf32>
  %5 = memref.load %m[%i, %i] {nontemporal = true} : memref<?x16xf32>
  // CHECK: memref.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : memref<?x16xf32>
  memref.store %f, %m[%i, %i] : memref<?x16xf32>
  // CHECK: memref.copy %{{.*}}, %{{.*}} : memref<4x8xf32> to memref<4x8xf32>
  memref.copy %0, %0 : memref<4x8xf32> to memref<4x8xf32>
  // CHECK: memref.assume_alignment %{{.*}}, 64 : memref<?x16xf32>
  memref.assume_alignment %m, 64 : memref<?x16xf32>
  // CHECK: memref.prefetch %{{.*}}[%{{.*}}, %{{.*}}], write, locality<2>, data : memref<?x16xf32>
  memref.prefetch %m[%i, %i], write, locality<2>, data : memref<?x16xf32>
  // CHECK: memref.atomic_rmw addf %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : (f32, memref<?x16xf32>) -> f32
  %6 = memref.atomic_rmw addf %f, %m[%i, %i] : (f32, memref<?x16xf32>) -> f32
  // CHECK: memref.atomic_rmw assign %{{.*}}, %{{.*}}[%{{.*}}] : (i32, memref<8xi32>) -> i32
  %7 = memref.atomic_rmw assign %k, %q[%i] : (i32, memref<8xi32>) -> i32
  // CHECK: memref.get_global @weights : memref<2x2xf32>
  %8 = memref.get_global @weights : memref<2x2xf32>
  // CHECK: memref.dim %{{.*}}, %{{.*}} : memref<?x16xf32>
  %9 = memref.dim %m, %i : memref<?x16xf32>
  // CHECK: memref.rank %{{.*}} : memref<*xf32>
  %10 = memref.rank %u : memref<*xf32>
  // CHECK: memref.realloc %{{.*}} : memref<8xi32> to memref<16xi32>
  %11 = memref.realloc %q : memref<8xi32> to memref<16xi32>
  // CHECK: memref.realloc %{{.*}}(%{{.*}}) {alignment = 8 : i64} : memref<16xi32> to memref<?xi32>
  %12 = memref.realloc %11(%n) {alignment = 8 : i64} : memref<16xi32> to memref<?xi32>
  // CHECK: memref.dealloc %{{.*}} : memref<4x8xf32>
  memref.dealloc %0 : memref<4x8xf32>
  return
}

// CHECK-LABEL: func.func @views
func.func @views(%m: memref<?x16xf32>, %i: index, %s: memref<8x16x4xf32>, %u: memref<*xf32>, %bytes: memref<2048xi8>,
                 %shape: memref<2xindex>, %t: memref<64x4xf32, strided<[8, 1], offset: 2>>, %sp: memref<4xf32, "sram">, %d: memref<?xf32>) {
  // CHECK: memref.subview %{{.*}}[%{{.*}}, 0] [4, 8] [1, 1] : memref<?x16xf32> to memref<4x8xf32, strided<[16, 1], offset: ?>>
  %0 = memref.subview %m[%i, 0] [4, 8] [1, 1] : memref<?x16xf32> to memref<4x8xf32, strided<[16, 1], offset: ?>>
  // CHECK: memref.subview %{{.*}}[0, 2, 0] [1, 4, %{{.*}}] [1, 2, 1] : memref<8x16x4xf32> to memref<4x?xf32, strided<[8, 1], offset: 8>>
  %1 = memref.subview %s[0, 2, 0] [1, 4, %i] [1, 2, 1] : memref<8x16x4xf32> to memref<4x?xf32, strided<[8, 1], offset: 8>>
  // CHECK: memref.subview %{{.*}}[1, 1] [4, 3] [%{{.*}}, 1] : memref<64x4xf32, strided<[8, 1], offset: 2>> to memref<4x3xf32, strided<[?, 1], offset: 11>>
  %2 = memref.subview %t[1, 1] [4, 3] [%i, 1] : memref<64x4xf32, strided<[8, 1], offset: 2>> to memref<4x3xf32, strided<[?, 1], offset: 11>>
  // CHECK: memref.cast %{{.*}} : memref<?x16xf32> to memref<4x16xf32>
  %3 = memref.cast %m : memref<?x16xf32> to memref<4x16xf32>
  // CHECK: memref.cast %{{.*}} : memref<*xf32> to memref<?xf32, strided<[?], offset: ?>>
  %4 = memref.cast %u : memref<*xf32> to memref<?xf32, strided<[?], offset: ?>>
  // CHECK: memref.reinterpret_cast %{{.*}} to offset: [%{{.*}}], sizes: [4, %{{.*}}], strides: [%{{.*}}, 1] : memref<?x16xf32> to memref<4x?xf32, strided<[?, 1], offset: ?>>
  %5 = memref.reinterpret_cast %m to offset: [%i], sizes: [4, %i], strides: [%i, 1] : memref<?x16xf32> to memref<4x?xf32, strided<[?, 1], offset: ?>>
  // CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [2, 8], strides: [8, 1] : memref<*xf32> to memref<2x8xf32>
  %6 = memref.reinterpret_cast %u to offset: [0], sizes: [2, 8], strides: [8, 1] : memref<*xf32> to memref<2x8xf32>
  // CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : memref<8x16x4xf32> into memref<128x4xf32>
  %7 = memref.collapse_shape %s [[0, 1], [2]] : memref<8x16x4xf32> into memref<128x4xf32>
  // CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0, 1]] : memref<2x8xf32> into memref<16xf32>
  %8 = memref.collapse_shape %6 [[0, 1]] : memref<2x8xf32> into memref<16xf32>
  // CHECK: memref.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [2, 32, 4] : memref<64x4xf32, strided<[8, 1], offset: 2>> into memref<2x32x4xf32, strided<[256, 8, 1], offset: 2>>
  %9 = memref.expand_shape %t [[0, 1], [2]] output_shape [2, 32, 4] : memref<64x4xf32, strided<[8, 1], offset: 2>> into memref<2x32x4xf32, strided<[256, 8, 1], offset: 2>>
  // CHECK: memref.expand_shape %{{.*}} {{\[\[}}0, 1]] output_shape [%{{.*}}, 4] : memref<?xf32> into memref<?x4xf32>
  %10 = memref.expand_shape %d [[0, 1]] output_shape [%i, 4] : memref<?xf32> into memref<?x4xf32>
  // CHECK: memref.view %{{.*}}[%{{.*}}][%{{.*}}] : memref<2048xi8> to memref<4x?xf32>
  %11 = memref.view %bytes[%i][%i] : memref<2048xi8> to memref<4x?xf32>
  // CHECK: memref.reshape %{{.*}}(%{{.*}}) : (memref<?xf32>, memref<2xindex>) -> memref<?x?xf32>
  %12 = memref.reshape %d(%shape) : (memref<?xf32>, memref<2xindex>) -> memref<?x?xf32>
  // CHECK: memref.transpose %{{.*}} (d0, d1) -> (d1, d0) : memref<?x16xf32> to memref<16x?xf32, strided<[1, 16]>>
  %13 = memref.transpose %m (i, j) -> (j, i) : memref<?x16xf32> to memref<16x?xf32, strided<[1, 16]>>
  // CHECK: memref.memory_space_cast %{{.*}} : memref<4xf32, "sram"> to memref<4xf32>
  %14 = memref.memory_space_cast %sp : memref<4xf32, "sram"> to memref<4xf32>
  // CHECK: memref.extract_aligned_pointer_as_index %{{.*}} : memref<?x16xf32> -> index
  %15 = memref.extract_aligned_pointer_as_index %m : memref<?x16xf32> -> index
  // CHECK: memref.extract_strided_metadata %{{.*}} : memref<?x16xf32> -> memref<f32>, index, index, index, index, index
  %base, %offset, %sizes:2, %strides:2 = memref.extract_strided_metadata %m : memref<?x16xf32> -> memref<f32>, index, index, index, index, index
  return
}
