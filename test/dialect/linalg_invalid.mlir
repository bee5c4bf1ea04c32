// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected the number of indexing_map (1) to be equal to the number of input/output operands (2)}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{unexpected symbols in indexing_map #1}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j)[s] -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected indexing_map #1 to have 2 dim(s) to match the number of loops}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected operand rank (1) to match the result rank of indexing_map #1 (2)}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected the shape-to-loops map to be non-null: the size of loop #2 follows from no operand}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j)>, affine_map<(i, j, k) -> (i)>], iterator_types = ["parallel", "reduction", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<5x8xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{inferred input/output operand #1 has shape's dimension #0 to be 5, but found 4}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<5x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<5xf32>, %w: tensor<3xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{inferred input/output operand #0 has shape's dimension #0 to be greater than or equal to 6, but found 5}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i + j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a, %w : tensor<5xf32>, tensor<3xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32, %z: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{unexpected result less than 0 at expression #0 in map #0}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i - 1)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%a : tensor<4xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected as many non-induction variable region arguments as the number of input/output operands: 2, got 1}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected type of bb argument #1 ('f64') to match element or self type of the corresponding operand ('f32')}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f64):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    // expected-error@+1 {{yields 2 values, but 1 are expected by 'linalg.generic'}}
    linalg.yield %x, %y : f32, f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected the number of tensor results (1) to be equal to the number of output tensors (0)}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%m : memref<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected type of operand #1 ('tensor<4xf32>') to match type of corresponding result}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<?xf32>
  return
}

// -----

func.func @f(%a: tensor<4xf32>) {
  // expected-error@+1 {{expected a dictionary with indexing_maps and iterator_types}}
  %0 = linalg.generic 4 ins(%a : tensor<4xf32>) outs(%a : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{iterator_types must be an array of "parallel", "reduction" and "window"}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "round"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  // expected-error@+1 {{expected at least one output operand}}
  "linalg.generic"(%a) <{indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = [#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>], operandSegmentSizes = array<i32: 1, 0>}> ({
  ^bb0(%x: f32):
    linalg.yield
  }) : (tensor<4x8xf32>) -> ()
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %u: tensor<*xf32>) {
  // expected-error@+1 {{output #0 must have a rank}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x8xf32>) outs(%u : tensor<*xf32>) {
  ^bb0(%x: f32, %y: f32):
    linalg.yield %x : f32
  } -> tensor<4x8xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %b: tensor<9x3xf32>, %c: tensor<4x3xf32>) {
  // expected-error@+1 {{inferred input/output operand #1 has shape's dimension #0 to be 8, but found 9}}
  %0 = linalg.matmul ins(%a, %b : tensor<4x8xf32>, tensor<9x3xf32>) outs(%c : tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %c: tensor<4x3xf32>) {
  // expected-error@+1 {{'linalg.matmul' has no body for operands of this number or these element types}}
  %0 = linalg.matmul ins(%a : tensor<4x8xf32>) outs(%c : tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @f(%a: tensor<4xi32>) {
  // expected-error@+1 {{'linalg.exp' has no body for operands of this number or these element types}}
  %0 = linalg.exp ins(%a : tensor<4xi32>) outs(%a : tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @f(%a: tensor<1x8x8x3xf32>, %f: tensor<3x3x3x2xf32>, %o: tensor<1x6x6x2xf32>) {
  // expected-error@+1 {{incorrect shape for index attribute 'strides': expected 2 elements}}
  %0 = linalg.conv_2d_nhwc_hwcf {strides = dense<1> : tensor<3xi64>} ins(%a, %f : tensor<1x8x8x3xf32>, tensor<3x3x3x2xf32>) outs(%o : tensor<1x6x6x2xf32>) -> tensor<1x6x6x2xf32>
  return
}

// -----

func.func @f(%a: tensor<1x8x8x3xf32>, %f: tensor<3x3x3x2xf32>, %o: tensor<1x6x6x2xf32>) {
  // expected-error@+1 {{inferred input/output operand #0 has shape's dimension #1 to be greater than or equal to 10, but found 8}}
  %0 = linalg.conv_2d_nhwc_hwcf {dilations = dense<2> : tensor<2xi64>} ins(%a, %f : tensor<1x8x8x3xf32>, tensor<3x3x3x2xf32>) outs(%o : tensor<1x6x6x2xf32>) -> tensor<1x6x6x2xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{dimensions for reduction should be in increasing order and in the range [0, 2)}}
  %0 = linalg.reduce { arith.addf } ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) dimensions = [2]
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{number of dimensions after reduction 0 doesn't match the init rank 1}}
  %0 = linalg.reduce { arith.addf } ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) dimensions = [0, 1]
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{'linalg.reduce' takes as many inits as inputs}}
  %0 = linalg.reduce { arith.addf } ins(%a, %a : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4xf32>) dimensions = [1]
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{unknown op 'arith.nonsense'}}
  %0 = linalg.reduce { arith.nonsense } ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) dimensions = [1]
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{'scf.yield' can't stand for a body: it needs one result and no region}}
  %0 = linalg.reduce { scf.yield } ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) dimensions = [1]
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>) {
  // expected-error@+1 {{'math.absf' does not take 2 operands}}
  %0 = linalg.reduce { math.absf } ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) dimensions = [1]
  return
}

// -----

func.func @f(%a: tensor<4xf32>) {
  // expected-error@+1 {{'linalg.map' takes one init}}
  %0 = linalg.map { arith.addf } ins(%a, %a : tensor<4xf32>, tensor<4xf32>) outs(%a, %a : tensor<4xf32>, tensor<4xf32>)
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<8x4xf32>) {
  // expected-error@+1 {{permutation is not valid}}
  %0 = linalg.transpose ins(%a : tensor<4x8xf32>) outs(%o : tensor<8x4xf32>) permutation = [1, 1]
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<8x4xf32>) {
  // expected-error@+1 {{size of permutation 3 does not match the ranks of input and init}}
  %0 = linalg.transpose ins(%a : tensor<4x8xf32>) outs(%o : tensor<8x4xf32>) permutation = [2, 1, 0]
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<8x4xf32>) {
  // expected-error@+1 {{has shape's dimension #0 to be 4, but found 8}}
  %0 = linalg.transpose ins(%a : tensor<4x8xf32>) outs(%o : tensor<8x4xf32>) permutation = [0, 1]
  return
}

// -----

func.func @f(%a: tensor<4xf32>, %o: tensor<4x8xf32>) {
  // expected-error@+1 {{dimension 0 is out of range. expected range: [0, 1], got: 2}}
  %0 = linalg.broadcast ins(%a : tensor<4xf32>) outs(%o : tensor<4x8xf32>) dimensions = [2]
  return
}

// -----

func.func @f(%a: tensor<4xf32>, %o: tensor<4x8x2xf32>) {
  // expected-error@+1 {{names dimension 1 twice}}
  %0 = linalg.broadcast ins(%a : tensor<4xf32>) outs(%o : tensor<4x8x2xf32>) dimensions = [1, 1]
  return
}

// -----

func.func @f(%a: tensor<4xf32>, %o: tensor<4x8xf32>) {
  // expected-error@+1 {{input rank plus added dimensions does not match init rank. input rank: 1, dimensions size: 0, init rank: 2}}
  %0 = linalg.broadcast ins(%a : tensor<4xf32>) outs(%o : tensor<4x8xf32>) dimensions = []
  return
}

// -----

func.func @f(%a: tensor<4xf32>, %o: tensor<4x8xf32>) {
  // expected-error@+1 {{'linalg.broadcast' takes one input and one init}}
  %0 = linalg.broadcast ins(%a, %a : tensor<4xf32>, tensor<4xf32>) outs(%o : tensor<4x8xf32>) dimensions = [1]
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{expected parent op with LinalgOp interface}}
  linalg.yield
}

// -----

func.func @f() {
  // expected-error@+1 {{expected parent op with LinalgOp interface}}
  %0 = linalg.index 0 : index
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %o: tensor<4xf32>, %m: memref<4xf32>) {
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4xf32>) {
  ^bb0(%x: f32, %y: f32):
    // expected-error@+1 {{expected dim (2) to be lower than the number of loops (2) of the enclosing LinalgOp}}
    %i = linalg.index 2 : index
    linalg.yield %x : f32
  } -> tensor<4xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %b: tensor<4x9xf32>) {
  // expected-error@+1 {{incompatible input/output shapes}}
  %0 = linalg.softmax dimension(0) ins(%a : tensor<4x8xf32>) outs(%b : tensor<4x9xf32>) -> tensor<4x9xf32>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>, %b: tensor<4x8xf64>) {
  // expected-error@+1 {{input and output have same element type}}
  %0 = linalg.softmax dimension(0) ins(%a : tensor<4x8xf32>) outs(%b : tensor<4x8xf64>) -> tensor<4x8xf64>
  return
}

// -----

func.func @f(%a: tensor<4x8xf32>) {
  // expected-error@+1 {{incorrect dimension specified}}
  %0 = linalg.softmax dimension(2) ins(%a : tensor<4x8xf32>) outs(%a : tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @f(%a: tensor<2x3x3x5xf32>, %o: tensor<6x6x5x3xf32>) {
  // expected-error@+1 {{the number of filters differs: 2 and 3}}
  %0 = linalg.winograd_filter_transform m(4) r(3) ins(%a : tensor<2x3x3x5xf32>) outs(%o : tensor<6x6x5x3xf32>) -> tensor<6x6x5x3xf32>
  return
}

// -----

func.func @f(%a: tensor<2x3x3x5xf32>, %o: tensor<5x6x5x2xf32>) {
  // expected-error@+1 {{expected a transformed size of 6, got 5}}
  %0 = linalg.winograd_filter_transform m(4) r(3) ins(%a : tensor<2x3x3x5xf32>) outs(%o : tensor<5x6x5x2xf32>) -> tensor<5x6x5x2xf32>
  return
}

// -----

func.func @f(%a: tensor<2x4x3x5xf32>, %o: tensor<6x6x5x2xf32>) {
  // expected-error@+1 {{expect filter height and width either equal to r or 1}}
  %0 = linalg.winograd_filter_transform m(4) r(3) ins(%a : tensor<2x4x3x5xf32>) outs(%o : tensor<6x6x5x2xf32>) -> tensor<6x6x5x2xf32>
  return
}

// -----

func.func @f(%a: tensor<2x1x1x5xf32>, %o: tensor<1x1x5x2xf32>) {
  // expected-error@+1 {{expect either filter height or width to be r}}
  %0 = linalg.winograd_filter_transform m(4) r(3) ins(%a : tensor<2x1x1x5xf32>) outs(%o : tensor<1x1x5x2xf32>) -> tensor<1x1x5x2xf32>
  return
}

// -----

func.func @f(%a: tensor<2x3x3x5xf32>, %o: tensor<6x6x5x2xf32>) {
  // expected-error@+1 {{m and r must be positive}}
  %0 = linalg.winograd_filter_transform m(0) r(3) ins(%a : tensor<2x3x3x5xf32>) outs(%o : tensor<6x6x5x2xf32>) -> tensor<6x6x5x2xf32>
  return
}

// -----

func.func @f(%a: tensor<2x3x3x5xf32>, %o: tensor<6x6x5x2xf64>) {
  // expected-error@+1 {{all of {operand, output} have same element type}}
  %0 = linalg.winograd_filter_transform m(4) r(3) ins(%a : tensor<2x3x3x5xf32>) outs(%o : tensor<6x6x5x2xf64>) -> tensor<6x6x5x2xf64>
  return
}

// -----

func.func @f(%a: tensor<2x14x18x5xf32>, %o: tensor<6x6x4x4x2x5xf32>) {
  // expected-error@+1 {{expected 3 tiles, got 4}}
  %0 = linalg.winograd_input_transform m(4) r(3) ins(%a : tensor<2x14x18x5xf32>) outs(%o : tensor<6x6x4x4x2x5xf32>) -> tensor<6x6x4x4x2x5xf32>
  return
}

// -----

func.func @f(%a: tensor<2x14x18x5xf32>, %o: tensor<6x6x3x4x2xf32>) {
  // expected-error@+1 {{operand ranks must be 4 for plain, 6 for transformed images and 4 for transformed filters}}
  %0 = linalg.winograd_input_transform m(4) r(3) ins(%a : tensor<2x14x18x5xf32>) outs(%o : tensor<6x6x3x4x2xf32>) -> tensor<6x6x3x4x2xf32>
  return
}

// -----

func.func @f(%a: tensor<6x6x3x4x2x2xf32>, %o: tensor<2x12x15x2xf32>) {
  // expected-error@+1 {{expected output size 16, got 15}}
  %0 = linalg.winograd_output_transform m(4) r(3) ins(%a : tensor<6x6x3x4x2x2xf32>) outs(%o : tensor<2x12x15x2xf32>) -> tensor<2x12x15x2xf32>
  return
}
