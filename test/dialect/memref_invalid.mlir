// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f(%i: index) {
  // expected-error@+1 {{has 0 size operands, but its type 'memref<?xf32>' has 1 dynamic sizes}}
  %0 = memref.alloc() : memref<?xf32>
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{symbol operand count does not equal memref symbol count}}
  %0 = memref.alloc()[%i] : memref<4xf32>
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{alignment attribute value 3 is not a power of 2}}
  %0 = memref.alloca() {alignment = 3 : i64} : memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<4x4xi32>) {
  // expected-error@+1 {{unsupported layout or rank: needs memrefs of rank 1 with identity layout}}
  %0 = memref.realloc %m : memref<4x4xi32> to memref<16xi32>
  return
}

// -----

func.func @f(%m: memref<4xi32>) {
  // expected-error@+1 {{element type or memory space of source and result differ}}
  %0 = memref.realloc %m : memref<4xi32> to memref<16xf32>
  return
}

// -----

func.func @f(%m: memref<4xi32>) {
  // expected-error@+1 {{needs a size operand exactly when the result's size is dynamic}}
  %0 = memref.realloc %m : memref<4xi32> to memref<?xi32>
  return
}

// -----

func.func @f(%m: memref<4xi32>) {
  // expected-error@+1 {{alignment attribute value 12 is not a power of 2}}
  memref.assume_alignment %m, 12 : memref<4xi32>
  return
}

// -----

func.func @f(%m: memref<4x4xf32>, %i: index) {
  // expected-error@+1 {{incorrect number of indices for load, expected 2 but got 1}}
  %0 = memref.load %m[%i] : memref<4x4xf32>
  return
}

// -----

func.func @f(%m: memref<4x4xf32>, %i: index, %f: f32) {
  // expected-error@+1 {{incorrect number of indices for store, expected 2 but got 1}}
  memref.store %f, %m[%i] : memref<4x4xf32>
  return
}

// -----

func.func @f(%m: memref<4x4xf32>, %i: index, %f: f32) {
  // expected-error@+1 {{expects the number of subscripts to be equal to memref rank}}
  %0 = memref.atomic_rmw addf %f, %m[%i] : (f32, memref<4x4xf32>) -> f32
  return
}

// -----

func.func @f(%m: memref<4xf32>, %i: index, %f: f64) {
  // expected-error@+1 {{value type matches element type of memref}}
  %0 = memref.atomic_rmw addf %f, %m[%i] : (f64, memref<4xf32>) -> f64
  return
}

// -----

func.func @f(%m: memref<4xi32>, %i: index, %f: i32) {
  // expected-error@+1 {{with this kind expects a floating-point type}}
  %0 = memref.atomic_rmw addf %f, %m[%i] : (i32, memref<4xi32>) -> i32
  return
}

// -----

func.func @f(%m: memref<4xf32>, %i: index, %f: f32) {
  // expected-error@+1 {{with this kind expects an integer type}}
  %0 = memref.atomic_rmw ori %f, %m[%i] : (f32, memref<4xf32>) -> f32
  return
}

// -----

func.func @f(%m: memref<4xf32>, %n: memref<4xf64>) {
  // expected-error@+1 {{requires the same element type for all operands}}
  memref.copy %m, %n : memref<4xf32> to memref<4xf64>
  return
}

// -----

func.func @f(%m: memref<4xf32>, %n: memref<5xf32>) {
  // expected-error@+1 {{requires the same shape for all operands}}
  memref.copy %m, %n : memref<4xf32> to memref<5xf32>
  return
}

// -----

func.func @f(%m: memref<4xf32>) {
  // expected-error@+1 {{operand type 'memref<4xf32>' and result type 'memref<5xf32>' are cast incompatible}}
  %0 = memref.cast %m : memref<4xf32> to memref<5xf32>
  return
}

// -----

func.func @f(%m: memref<4xf32>) {
  // expected-error@+1 {{are cast incompatible}}
  %0 = memref.cast %m : memref<4xf32> to memref<4xf32, strided<[2]>>
  return
}

// -----

func.func @f(%m: memref<*xf32>) {
  // expected-error@+1 {{are cast incompatible}}
  %0 = memref.cast %m : memref<*xf32> to memref<*xf32>
  return
}

// -----

func.func @f(%m: memref<4xf32>) {
  // expected-error@+1 {{are cast incompatible}}
  %0 = memref.memory_space_cast %m : memref<4xf32> to memref<8xf32, 1>
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{expected 1 offset, 1 sizes and 1 strides}}
  %0 = memref.reinterpret_cast %m to offset: [0, 0], sizes: [4], strides: [1] : memref<?xf32> to memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{expected result type with offset = 1 instead of 0}}
  %0 = memref.reinterpret_cast %m to offset: [1], sizes: [4], strides: [1] : memref<?xf32> to memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{expected result type with size = 5 instead of 4 in dim = 0}}
  %0 = memref.reinterpret_cast %m to offset: [0], sizes: [5], strides: [1] : memref<?xf32> to memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{expected result type with stride = 2 instead of 1 in dim = 0}}
  %0 = memref.reinterpret_cast %m to offset: [0], sizes: [4], strides: [2] : memref<?xf32> to memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{different element types or memory spaces specified}}
  %0 = memref.reinterpret_cast %m to offset: [0], sizes: [4], strides: [1] : memref<?xf32> to memref<4xf64>
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{expected result type to have a strided layout}}
  %0 = memref.reinterpret_cast %m to offset: [0], sizes: [4], strides: [1] : memref<?xf32> to memref<4xf32, affine_map<(d0) -> (d0 mod 2)>>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index) {
  // expected-error@+1 {{expected an operand for each dynamic offset, size and stride}}
  %0 = "memref.reinterpret_cast"(%m, %i) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>, static_offsets = array<i64: 0>, static_sizes = array<i64: 4>, static_strides = array<i64: 1>}> : (memref<?xf32>, index) -> memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected 2 offset values, got 1}}
  %0 = memref.subview %m[0] [4, 4] [1, 1] : memref<8x16xf32> to memref<4x4xf32, strided<[16, 1]>>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected sizes to be non-negative, but got -4}}
  %0 = memref.subview %m[0, 0] [4, -4] [1, 1] : memref<8x16xf32> to memref<4x4xf32, strided<[16, 1]>>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected result type to be 'memref<4x4xf32, strided<[16, 1]>>' or a rank-reduced version}}
  %0 = memref.subview %m[0, 0] [4, 4] [1, 1] : memref<8x16xf32> to memref<4x4xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected result type to be 'memref<4x4xf32, strided<[16, 1], offset: 2>>' or a rank-reduced version}}
  %0 = memref.subview %m[0, 2] [4, 4] [1, 1] : memref<8x16xf32> to memref<4x4xf32, strided<[16, 1]>>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{different memory spaces specified for base memref type}}
  %0 = memref.subview %m[0, 0] [4, 4] [1, 1] : memref<8x16xf32> to memref<4x4xf32, strided<[16, 1]>, 3>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>, %i: index) {
  // expected-error@+1 {{expected 0 dynamic offset values}}
  %0 = "memref.subview"(%m, %i) <{operandSegmentSizes = array<i32: 1, 1, 0, 0>, static_offsets = array<i64: 0, 0>, static_sizes = array<i64: 4, 4>, static_strides = array<i64: 1, 1>}> : (memref<8x16xf32>, index) -> memref<4x4xf32, strided<[16, 1]>>
  return
}

// -----

func.func @f(%m: memref<8xf32, affine_map<(d0) -> (d0 mod 4)>>) {
  // expected-error@+1 {{has no subview type: its lists or its source's layout do not allow it}}
  %0 = memref.subview %m[0] [4] [1] : memref<8xf32, affine_map<(d0) -> (d0 mod 4)>> to memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected rank of the collapsed type (2) to be the number of reassociation maps (1)}}
  %0 = memref.expand_shape %m [[0, 1]] output_shape [2, 4, 16] : memref<8x16xf32> into memref<2x4x16xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected reassociation map #0 to be valid and contiguous}}
  %0 = memref.expand_shape %m [[0, 2], [1]] output_shape [2, 4, 16] : memref<8x16xf32> into memref<2x4x16xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{reassociation map #1 is empty}}
  %0 = memref.expand_shape %m [[0, 1], []] output_shape [2, 4, 16] : memref<8x16xf32> into memref<2x4x16xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected dimension 0 of collapsed type to be the product of static sizes, as the expanded dimensions say}}
  %0 = memref.expand_shape %m [[0, 1], [2]] output_shape [2, 3, 16] : memref<8x16xf32> into memref<2x3x16xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected the reassociation to cover all 3 dimensions of the expanded type}}
  %0 = memref.expand_shape %m [[0], [1]] output_shape [8, 16, 1] : memref<8x16xf32> into memref<8x16x1xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{expected number of static shape bounds to be equal to the output rank (3) but found 2}}
  %0 = memref.expand_shape %m [[0, 1], [2]] output_shape [2, 4] : memref<8x16xf32> into memref<2x4x16xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32>) {
  // expected-error@+1 {{invalid output shape provided at pos 0}}
  %0 = memref.expand_shape %m [[0, 1], [2]] output_shape [4, 2, 16] : memref<8x16xf32> into memref<2x4x16xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32, strided<[32, 1]>>) {
  // expected-error@+1 {{expected result type to be 'memref<2x4x16xf32, strided<[128, 32, 1]>>', but found 'memref<2x4x16xf32>'}}
  %0 = memref.expand_shape %m [[0, 1], [2]] output_shape [2, 4, 16] : memref<8x16xf32, strided<[32, 1]>> into memref<2x4x16xf32>
  return
}

// -----

func.func @f(%m: memref<8x16xf32, strided<[32, 1]>>) {
  // expected-error@+1 {{is not possible: the layout of}}
  %0 = memref.collapse_shape %m [[0, 1]] : memref<8x16xf32, strided<[32, 1]>> into memref<128xf32>
  return
}

// -----

func.func @f(%m: memref<?xi8>, %i: index) {
  // expected-error@+1 {{different memory spaces specified for base memref type}}
  %0 = memref.view %m[%i][] : memref<?xi8> to memref<4xf32, 2>
  return
}

// -----

func.func @f(%m: memref<?xi16>, %i: index) {
  // expected-error@+1 {{operand #0 must be a memref of bytes of rank 1 without layout}}
  %0 = memref.view %m[%i][] : memref<?xi16> to memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xi8>, %i: index) {
  // expected-error@+1 {{unsupported map for result memref type 'memref<4xf32, strided<[2]>>'}}
  %0 = memref.view %m[%i][] : memref<?xi8> to memref<4xf32, strided<[2]>>
  return
}

// -----

func.func @f(%m: memref<?xi8>, %i: index) {
  // expected-error@+1 {{has 1 size operands}}
  %0 = memref.view %m[%i][%i] : memref<?xi8> to memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{expects a base buffer of rank 0 with the source's elements}}
  %0:4 = memref.extract_strided_metadata %m : memref<?xf32> -> memref<f64>, index, index, index
  return
}

// -----

func.func @f(%m: memref<?xf32>) {
  // expected-error@+1 {{expects 1 sizes and as many strides among its results}}
  %0:5 = memref.extract_strided_metadata %m : memref<?xf32> -> memref<f32>, index, index, index, index
  return
}

// -----

func.func @f(%m: memref<4x8xf32>) {
  // expected-error@+1 {{expected a permutation map of same rank as the input}}
  %0 = memref.transpose %m (i, j) -> (j) : memref<4x8xf32> to memref<8xf32>
  return
}

// -----

func.func @f(%m: memref<4x8xf32>) {
  // expected-error@+1 {{expected a permutation map}}
  %0 = memref.transpose %m (i, j) -> (j, j) : memref<4x8xf32> to memref<8x8xf32>
  return
}

// -----

func.func @f(%m: memref<4x8xf32>) {
  // expected-error@+1 {{expected result type to be 'memref<8x4xf32, strided<[1, 8]>>', but found 'memref<8x4xf32>'}}
  %0 = memref.transpose %m (i, j) -> (j, i) : memref<4x8xf32> to memref<8x4xf32>
  return
}

// -----

func.func @f(%m: memref<4x8xf32>) {
  // expected-error@+1 {{'k' is no dimension of this map}}
  %0 = memref.transpose %m (i, j) -> (j, k) : memref<4x8xf32> to memref<8x4xf32>
  return
}

// -----

func.func @f(%m: memref<4xf32>, %i: index) {
  // expected-error@+1 {{attribute 'localityHint' failed to satisfy constraint}}
  memref.prefetch %m[%i], read, locality<4>, data : memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<4xf32>, %i: index) {
  // expected-error@+1 {{too few or too many indices}}
  memref.prefetch %m[], read, locality<3>, data : memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<4xf32>, %i: index) {
  // expected-error@+1 {{rw specifier has to be 'read' or 'write'}}
  memref.prefetch %m[%i], look, locality<3>, data : memref<4xf32>
  return
}

// -----

func.func @f(%m: memref<4xf32>, %i: index) {
  // expected-error@+1 {{cache type has to be 'data' or 'instr'}}
  memref.prefetch %m[%i], read, locality<3>, paper : memref<4xf32>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{'none' does not reference a valid global memref}}
  %0 = memref.get_global @none : memref<4xf32>
  return
}

// -----

memref.global @g : memref<4xf32>
func.func @f() {
  // expected-error@+1 {{result type 'memref<4xf64>' does not match type 'memref<4xf32>' of the global memref @g}}
  %0 = memref.get_global @g : memref<4xf64>
  return
}

// -----

// expected-error@+1 {{type should be static shaped memref}}
memref.global @g : memref<?xf32>

// -----

// expected-error@+1 {{initial value expected to be of type 'tensor<4xf32>', but was of type 'tensor<5xf32>'}}
"memref.global"() <{sym_name = "g", type = memref<4xf32>, initial_value = dense<1.0> : tensor<5xf32>}> : () -> ()

// -----

// expected-error@+1 {{initial value should be a unit or elements attribute}}
"memref.global"() <{sym_name = "g", type = memref<4xf32>, initial_value = "text"}> : () -> ()

// -----

// expected-error@+1 {{alignment attribute value 63 is not a power of 2}}
memref.global @g : memref<4xf32> {alignment = 63 : i64}

// -----

func.func @f(%m: memref<f32>, %i: index) {
  // expected-error@+1 {{operand #0 must not have rank 0}}
  %0 = memref.dim %m, %i : memref<f32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %s: memref<2xi32>) {
  // expected-error@+1 {{element types of source and destination types should be the same}}
  %0 = memref.reshape %m(%s) : (memref<?xf32>, memref<2xi32>) -> memref<?x?xf64>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %s: memref<2xf32>) {
  // expected-error@+1 {{the shape operand must be of rank 1 with integer or index elements}}
  %0 = memref.reshape %m(%s) : (memref<?xf32>, memref<2xf32>) -> memref<?x?xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %s: memref<2xi32>) {
  // expected-error@+1 {{length of shape operand differs from the result's rank}}
  %0 = memref.reshape %m(%s) : (memref<?xf32>, memref<2xi32>) -> memref<?xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32, strided<[2]>>, %s: memref<2xi32>) {
  // expected-error@+1 {{source and result memref types should have identity layouts}}
  %0 = memref.reshape %m(%s) : (memref<?xf32, strided<[2]>>, memref<2xi32>) -> memref<?x?xf32>
  return
}
