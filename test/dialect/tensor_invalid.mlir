// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{operand type 'tensor<4xf32>' and result type 'tensor<5xf32>' are cast incompatible}}
  %0 = tensor.cast %t : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{are cast incompatible}}
  %0 = tensor.bitcast %t : tensor<4xf32> to tensor<4xi16>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{has 0 size operands, but its type 'tensor<?xf32>' has 1 dynamic sizes}}
  %0 = tensor.empty() : tensor<?xf32>
  return
}

// -----

func.func @f(%f: f32, %i: index) {
  // expected-error@+1 {{has 1 size operands}}
  %0 = tensor.splat %f[%i] : tensor<4xf32>
  return
}

// -----

func.func @f(%f: complex<f32>) {
  // expected-error@+1 {{operand #0 must be integer/index/float type}}
  %0 = tensor.splat %f : tensor<4xcomplex<f32>>
  return
}

// -----

func.func @f(%t: tensor<4x4xf32>, %i: index) {
  // expected-error@+1 {{incorrect number of indices for extract}}
  %0 = tensor.extract %t[%i] : tensor<4x4xf32>
  return
}

// -----

func.func @f(%t: tensor<4x4xf32>, %i: index, %f: f32) {
  // expected-error@+1 {{incorrect number of indices for insert}}
  %0 = tensor.insert %f into %t[%i] : tensor<4x4xf32>
  return
}

// -----

func.func @f(%f: f32) {
  // expected-error@+1 {{expects parent op to be one of 'tensor.generate, tensor.pad'}}
  tensor.yield %f : f32
}

// -----

func.func @f(%f: f32) {
  // expected-error@+1 {{must have one body argument per result dimension}}
  %0 = tensor.generate {
    tensor.yield %f : f32
  } : tensor<4xf32>
  return
}

// -----

func.func @f(%f: f32) {
  // expected-error@+1 {{all body arguments must be index}}
  %0 = tensor.generate {
  ^bb0(%i: i32):
    tensor.yield %f : f32
  } : tensor<4xf32>
  return
}

// -----

func.func @f(%f: f32) {
  %0 = tensor.generate {
  ^bb0(%i: index):
    // expected-error@+1 {{type of yielded value #0 is 'f32', but 'tensor.generate' expects 'f64'}}
    tensor.yield %f : f32
  } : tensor<4xf64>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error@+1 {{expected 2 offset values, got 1}}
  %0 = tensor.extract_slice %t[0] [4, 4] [1, 1] : tensor<8x16xf32> to tensor<4x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error@+1 {{expected type to be 'tensor<4x4xf32>' or a rank-reduced version. (size mismatch: 'tensor<4x5xf32>')}}
  %0 = tensor.extract_slice %t[0, 0] [4, 4] [1, 1] : tensor<8x16xf32> to tensor<4x5xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{expected type to be 'tensor<4x4xf32>' or a rank-reduced version}}
  %0 = tensor.insert_slice %s into %t[0, 0] [4, 4] [1, 1] : tensor<4xf32> into tensor<8x16xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %s: tensor<4xf32>) {
  // expected-error@+1 {{expected ParallelCombiningOpInterface parent, scf.forall.in_parallel}}
  tensor.parallel_insert_slice %s into %t[0] [4] [1] : tensor<4xf32> into tensor<8xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error@+1 {{expected number of static shape dims to be equal to the output rank (3) but found 2 inputs instead}}
  %0 = tensor.expand_shape %t [[0, 1], [2]] output_shape [2, 4] : tensor<8x16xf32> into tensor<2x4x16xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error@+1 {{invalid output shape provided at pos 1}}
  %0 = tensor.expand_shape %t [[0, 1], [2]] output_shape [2, 5, 16] : tensor<8x16xf32> into tensor<2x4x16xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error@+1 {{element types of source and result differ}}
  %0 = tensor.expand_shape %t [[0, 1], [2]] output_shape [2, 4, 16] : tensor<8x16xf32> into tensor<2x4x16xf64>
  return
}

// -----

func.func @f(%t: tensor<8x?xf32>) {
  // expected-error@+1 {{expected dimension 0 of collapsed type to be dynamic, as the expanded dimensions say}}
  %0 = tensor.collapse_shape %t [[0, 1]] : tensor<8x?xf32> into tensor<8xf32>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>) {
  // expected-error@+1 {{element types of source and result differ}}
  %0 = tensor.collapse_shape %t [[0, 1]] : tensor<8x4xf32> into tensor<32xf16>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>) {
  // expected-error@+1 {{result type 'tensor<15x4xf32>' does not match inferred shape 'tensor<16x4xf32>' static sizes}}
  %0 = tensor.concat dim(0) %t, %t : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<15x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>, %u: tensor<8x5xf32>) {
  // expected-error@+1 {{static concatenation size mismatch along non-concatenated dimension 1}}
  %0 = tensor.concat dim(0) %t, %u : (tensor<8x4xf32>, tensor<8x5xf32>) -> tensor<16x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>, %u: tensor<8xf32>) {
  // expected-error@+1 {{inputs and result element type and rank must match}}
  %0 = tensor.concat dim(0) %t, %u : (tensor<8x4xf32>, tensor<8xf32>) -> tensor<16x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>) {
  // expected-error@+1 {{concatenation dim must be less than the tensor rank}}
  %0 = tensor.concat dim(2) %t, %t : (tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<8x4xf32>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{requires at least one input}}
  %0 = tensor.concat dim(0) : () -> tensor<8x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>, %f: f32) {
  // expected-error@+1 {{specified type 'tensor<8x4xf32>' does not match the inferred type 'tensor<8x5xf32>'}}
  %0 = tensor.pad %t low[0, 1] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %f : f32
  } : tensor<8x4xf32> to tensor<8x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>, %f: f32) {
  // expected-error@+1 {{expects a low and a high padding for each of 2 dimensions}}
  %0 = tensor.pad %t low[0] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %f : f32
  } : tensor<8x4xf32> to tensor<8x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x4xf32>, %f: f32) {
  // expected-error@+1 {{takes more away than dimension 1 has}}
  %0 = tensor.pad %t low[0, -3] high[0, -3] {
  ^bb0(%i: index, %j: index):
    tensor.yield %f : f32
  } : tensor<8x4xf32> to tensor<8x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %f: f32, %i: index) {
  // expected-error@+1 {{expects an operand for each dynamic padding}}
  %0 = "tensor.pad"(%t, %i) <{operandSegmentSizes = array<i32: 1, 1, 0>, static_low = array<i64: 1>, static_high = array<i64: 0>}> ({
  ^bb0(%j: index):
    tensor.yield %f : f32
  }) : (tensor<8xf32>, index) -> tensor<9xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %f: f32) {
  // expected-error@+1 {{must have one body argument per input dimension}}
  %0 = tensor.pad %t low[1] high[0] {
    tensor.yield %f : f32
  } : tensor<8xf32> to tensor<9xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16x4xf32>, %x: tensor<6x2xindex>, %g: tensor<6x4xf32>) {
  // expected-error@+1 {{gather_dims must be non-empty and at most the rank of the indexed tensor}}
  %0 = tensor.gather %t[%x] gather_dims([]) : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16x4xf32>, %x: tensor<6x2xindex>, %g: tensor<6x4xf32>) {
  // expected-error@+1 {{gather_dims values must be strictly increasing and inside the rank}}
  %0 = tensor.gather %t[%x] gather_dims([1, 0]) : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16x4xf32>, %x: tensor<6x2xindex>, %g: tensor<6x4xf32>) {
  // expected-error@+1 {{gather_dims length must match the size of last dimension of indices}}
  %0 = tensor.gather %t[%x] gather_dims([0]) : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x16x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16x4xf32>, %x: tensor<6x2xindex>, %g: tensor<6x4xf32>) {
  // expected-error@+1 {{the type of the slices 'tensor<6x5xf32>' does not follow from indices and gather_dims}}
  %0 = tensor.gather %t[%x] gather_dims([0, 1]) : (tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<6x5xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %x: tensor<6x1xf32>) {
  // expected-error@+1 {{indices must be a tensor of integers or indices of rank 1 or more}}
  %0 = tensor.gather %t[%x] gather_dims([0]) : (tensor<8xf32>, tensor<6x1xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16x4xf32>, %x: tensor<6x2xindex>, %g: tensor<6x4xf32>) {
  // expected-error@+1 {{requires 'unique' attribute to be set}}
  %0 = tensor.scatter %g into %t[%x] scatter_dims([0, 1]) : (tensor<6x4xf32>, tensor<8x16x4xf32>, tensor<6x2xindex>) -> tensor<8x16x4xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf32>, %d: tensor<2x1x8x8xf32>, %f: f32, %g: f64) {
  // expected-error@+1 {{packed rank != (unpacked rank + num tiling factors), got 4 != 3}}
  %0 = tensor.pack %s inner_dims_pos = [0] inner_tiles = [8] into %d : tensor<16x8xf32> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf32>, %d: tensor<2x1x8x8xf32>, %f: f32, %g: f64) {
  // expected-error@+1 {{invalid zero tile factor}}
  %0 = tensor.pack %s inner_dims_pos = [0, 1] inner_tiles = [8, 0] into %d : tensor<16x8xf32> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf32>, %d: tensor<2x1x8x8xf32>, %f: f32, %g: f64) {
  // expected-error@+1 {{invalid inner_dims_pos vector}}
  %0 = tensor.pack %s inner_dims_pos = [0, 0] inner_tiles = [8, 8] into %d : tensor<16x8xf32> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf32>, %d: tensor<2x1x8x8xf32>, %f: f32, %g: f64) {
  // expected-error@+1 {{invalid outer_dims_perm vector}}
  %0 = tensor.pack %s outer_dims_perm = [0, 0] inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %d : tensor<16x8xf32> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf32>, %d: tensor<2x1x8x8xf32>, %f: f32, %g: f64) {
  // expected-error@+1 {{the shape of output is not large enough to hold the packed data. Expected at least 'tensor<4x1x4x8xf32>', got 'tensor<2x1x8x8xf32>'}}
  %0 = tensor.pack %s inner_dims_pos = [0, 1] inner_tiles = [4, 8] into %d : tensor<16x8xf32> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<13x8xf32>, %d: tensor<2x1x8x8xf32>) {
  // expected-error@+1 {{invalid tile factor or output size provided. Only full tiles are supported when padding_value is not set}}
  %0 = tensor.pack %s inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %d : tensor<13x8xf32> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf32>, %d: tensor<2x1x8x8xf32>, %f: f32, %g: f64) {
  // expected-error@+1 {{expected padding_value to have the element type of the source}}
  %0 = tensor.pack %s padding_value(%g : f64) inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %d : tensor<16x8xf32> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf64>, %d: tensor<2x1x8x8xf32>) {
  // expected-error@+1 {{expected packed and unpacked element types to be equal}}
  %0 = tensor.pack %s inner_dims_pos = [0, 1] inner_tiles = [8, 8] into %d : tensor<16x8xf64> -> tensor<2x1x8x8xf32>
  return
}

// -----

func.func @f(%s: tensor<16x8xf32>, %d: tensor<2x1x8x8xf32>, %i: index) {
  // expected-error@+1 {{tiling factors must have an operand for each dynamic one}}
  %0 = "tensor.unpack"(%d, %s, %i) <{inner_dims_pos = array<i64: 0, 1>, static_inner_tiles = array<i64: 8, 8>}> : (tensor<2x1x8x8xf32>, tensor<16x8xf32>, index) -> tensor<16x8xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %s: tensor<1xi32>) {
  // expected-error@+1 {{source and destination should have the same number of elements}}
  %0 = tensor.reshape %t(%s) : (tensor<4xf32>, tensor<1xi32>) -> tensor<5xf32>
  return
}
