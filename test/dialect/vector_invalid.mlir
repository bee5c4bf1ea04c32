// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf16>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{failed to verify that lhs and rhs have same element type}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf16> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{expected an indexing map for each vector operand}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{expected indexing map 2 to have no symbols}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k)[s] -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{expected indexing map 1 to have 3 number of inputs}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(k, n) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{expected indexing map 2 to have 2 number of outputs}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{expected indexing map 1 to be a projected permutation of its inputs}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{expected indexing map 1 to be an affine map}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, 4, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{iterator_types must be an array of "parallel" and "reduction"}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "sideways"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{parallel dimension #2 must appear in the accumulator's map}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "parallel"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{reduction dimension #1 must not appear in the accumulator's map}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "reduction", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<8xf32>, %c: vector<4x8xf32>) {
  // expected-error@+1 {{expected at least one contracting dimension pair}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"], kind = #vector.kind<add>} %a, %b, %c : vector<4xf32>, vector<8xf32> into vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<4xf32>, %c: vector<8xf32>) {
  // expected-error@+1 {{iteration dimension #1 is used by neither lhs nor rhs}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (n)>], iterator_types = ["reduction", "parallel"], kind = #vector.kind<add>} %a, %b, %c : vector<4xf32>, vector<4xf32> into vector<8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<9x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{invalid contracting dimension map: sizes of a dimension differ between operands}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32>, vector<9x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{unsupported contraction type}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<xor>} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{expected the types of lhs and rhs}}
  %0 = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %a, %b, %c : vector<4x8xf32> into vector<4x16xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>) {
  // expected-error@+1 {{'vector.contract' op result #0}}
  %0 = "vector.contract"(%a, %b, %c) <{indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = [#vector.iterator_type<parallel>, #vector.iterator_type<parallel>, #vector.iterator_type<reduction>], kind = #vector.kind<add>}> : (vector<4x8xf32>, vector<8x16xf32>, vector<4x16xf32>) -> vector<4x17xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %f: f32) {
  // expected-error@+1 {{unsupported reduction rank: 2}}
  %0 = vector.reduction <add>, %a : vector<4x8xf32> into f32
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{source operand and result have same element type}}
  %0 = vector.reduction <add>, %a : vector<4xf32> into f64
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{unsupported reduction type 'f32' for kind}}
  %0 = vector.reduction <minsi>, %a : vector<4xf32> into f32
  return
}

// -----

func.func @f(%a: vector<4xf32>, %d: f64) {
  // expected-error@+1 {{dest and acc have the same type}}
  %0 = "vector.reduction"(%a, %d) <{kind = #vector.kind<add>}> : (vector<4xf32>, f64) -> f32
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4xf32>) {
  // expected-error@+1 {{reduction dimension 2 is out of range or named twice}}
  %0 = vector.multi_reduction <add>, %a, %v [2] : vector<4x8xf32> to vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4xf32>) {
  // expected-error@+1 {{destination type 'vector<4xf32>' is incompatible with source type 'vector<4x8xf32>'}}
  %0 = vector.multi_reduction <add>, %a, %v [0] : vector<4x8xf32> to vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4xf32>) {
  // expected-error@+1 {{unsupported reduction type for kind}}
  %0 = vector.multi_reduction <and>, %a, %v [1] : vector<4x8xf32> to vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: f64) {
  // expected-error@+1 {{operands have the same element type}}
  %0 = vector.outerproduct %a, %b : vector<4xf32>, f64
  return
}

// -----

func.func @f(%a: vector<4x4xf32>, %b: f32) {
  // expected-error@+1 {{expected 1-d vector for operand #1}}
  %0 = vector.outerproduct %a, %b : vector<4x4xf32>, f32
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<2x2xf32>) {
  // expected-error@+1 {{expected 1-d vector for operand #2}}
  %0 = vector.outerproduct %a, %b : vector<4xf32>, vector<2x2xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{expected at least 2 operands and at most 3}}
  %0 = vector.outerproduct %a : vector<4xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{expected 2 types}}
  %0 = vector.outerproduct %a, %a : vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<8xf32>) {
  // expected-error@+1 {{expected result type 'vector<4x8xf32>'}}
  %0 = "vector.outerproduct"(%a, %b) : (vector<4xf32>, vector<8xf32>) -> vector<8x4xf32>
  return
}

// -----

func.func @f(%a: vector<4x4xf32>, %b: vector<8xf32>) {
  // expected-error@+1 {{expected 1-d vector for operand #1 and 1-d vector or scalar for operand #2}}
  %0 = "vector.outerproduct"(%a, %b) : (vector<4x4xf32>, vector<8xf32>) -> vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<8xf32>, %c: vector<8x4xf32>) {
  // expected-error@+1 {{expected operand #3 of same type as result type}}
  %0 = "vector.outerproduct"(%a, %b, %c) : (vector<4xf32>, vector<8xf32>, vector<8x4xf32>) -> vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<8xf32>, %c: vector<4x8xf32>) {
  // expected-error@+1 {{unsupported outerproduct type}}
  %0 = vector.outerproduct %a, %b, %c {kind = #vector.kind<or>} : vector<4xf32>, vector<8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4xf32>) {
  // expected-error@+1 {{reduction dimension 2 has to be less than 2}}
  %0:2 = vector.scan <add>, %a, %v {inclusive = true, reduction_dim = 2 : i64} : vector<4x8xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4x8xf32>) {
  // expected-error@+1 {{initial value rank 2 has to be equal to 1}}
  %0:2 = vector.scan <add>, %a, %v {inclusive = true, reduction_dim = 1 : i64} : vector<4x8xf32>, vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<8xf32>) {
  // expected-error@+1 {{incompatible input/initial value shapes}}
  %0:2 = vector.scan <add>, %a, %v {inclusive = true, reduction_dim = 1 : i64} : vector<4x8xf32>, vector<8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4xf32>) {
  // expected-error@+1 {{unsupported reduction type for kind}}
  %0:2 = vector.scan <minui>, %a, %v {inclusive = true, reduction_dim = 1 : i64} : vector<4x8xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4xf64>) {
  // expected-error@+1 {{incompatible input/initial value element types}}
  %0:2 = vector.scan <add>, %a, %v {inclusive = true, reduction_dim = 1 : i64} : vector<4x8xf32>, vector<4xf64>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{lengths of the vectors must be the products of the matrices' rows and columns}}
  %0 = vector.matrix_multiply %a, %a {lhs_rows = 2 : i32, lhs_columns = 2 : i32, rhs_columns = 2 : i32} : (vector<4xf32>, vector<4xf32>) -> vector<5xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{operands and result have same element type}}
  %0 = vector.matrix_multiply %a, %a {lhs_rows = 2 : i32, lhs_columns = 2 : i32, rhs_columns = 2 : i32} : (vector<4xf32>, vector<4xf32>) -> vector<4xf64>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{source operand and result must have rows * columns elements of the same type}}
  %0 = vector.flat_transpose %a {rows = 2 : i32, columns = 2 : i32} : vector<4xf32> -> vector<4xf64>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected position attribute of rank no greater than vector rank}}
  %0 = vector.extract %a[0, 1, 2] : f32 from vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected position attribute #1 to be a non-negative integer smaller than the corresponding vector dimension}}
  %0 = vector.extract %a[4] : vector<8xf32> from vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expects its result to be 'vector<8xf32>', got 'vector<4xf32>'}}
  %0 = vector.extract %a[1] : vector<4xf32> from vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %i: index) {
  // expected-error@+1 {{expects 0 dynamic positions, got 1}}
  %0 = "vector.extract"(%a, %i) <{static_position = array<i64: 1>}> : (vector<4x8xf32>, index) -> vector<8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<4xf32>) {
  // expected-error@+1 {{expects a source of type 'vector<8xf32>'}}
  %0 = vector.insert %v, %a[0] : vector<4xf32> into vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %v: vector<8xf32>) {
  // expected-error@+1 {{expected position attribute rank + source rank to match dest vector rank}}
  %0 = vector.insert %v, %a[0, 1] : vector<8xf32> into vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %f: f32) {
  // expected-error@+1 {{expected position attribute rank to match the dest vector rank}}
  %0 = vector.insert %f, %a[0] : f32 into vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>, %i: index) {
  // expected-error@+1 {{unexpected >1 vector rank}}
  %0 = vector.extractelement %a[%i : index] : vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<f32>, %i: index) {
  // expected-error@+1 {{expected position to be empty with 0-D vector}}
  %0 = vector.extractelement %a[%i : index] : vector<f32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %f: f32) {
  // expected-error@+1 {{expected position for 1-D vector}}
  %0 = vector.insertelement %f, %a[] : vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{source operand and result have same element type}}
  %0 = vector.broadcast %a : vector<4xf32> to vector<4xf64>
  return
}

// -----

func.func @f(%a: vector<4x4xf32>) {
  // expected-error@+1 {{source rank higher than destination rank}}
  %0 = vector.broadcast %a : vector<4x4xf32> to vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{dimension mismatch (4 vs. 8)}}
  %0 = vector.broadcast %a : vector<4xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: memref<f32>) {
  // expected-error@+1 {{source type is not a vector or scalar}}
  %0 = vector.broadcast %a : memref<f32> to vector<8xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<2x4xf32>) {
  // expected-error@+1 {{rank mismatch}}
  %0 = vector.shuffle %a, %b [0, 1] : vector<4xf32>, vector<2x4xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>, %b: vector<2x5xf32>) {
  // expected-error@+1 {{dimension mismatch}}
  %0 = vector.shuffle %a, %b [0, 1] : vector<2x4xf32>, vector<2x5xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>, %b: vector<4xf64>) {
  // expected-error@+1 {{operands and result have same element type}}
  %0 = vector.shuffle %a, %b [0, 1] : vector<4xf32>, vector<4xf64>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{mask index #2 out of range}}
  %0 = vector.shuffle %a, %a [0, 8] : vector<4xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{mask length mismatch}}
  %0 = "vector.shuffle"(%a, %a) <{mask = [0, 1]}> : (vector<4xf32>, vector<4xf32>) -> vector<3xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{expects its result to be 'vector<8xf32>', got 'vector<4xf32>'}}
  %0 = vector.interleave %a, %a : vector<4xf32> -> vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<5xf32>) {
  // expected-error@+1 {{the trailing dimension of the source vector has an even number of elements}}
  %0:2 = vector.deinterleave %a : vector<5xf32> -> vector<2xf32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{expects its result to be 'vector<2xf32>', got 'vector<4xf32>'}}
  %0:2 = vector.deinterleave %a : vector<4xf32> -> vector<4xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{the permutation names a dimension twice or one that is not there}}
  %0 = vector.transpose %a, [0, 0] : vector<2x4xf32> to vector<2x2xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{transposition length mismatch}}
  %0 = vector.transpose %a, [0] : vector<2x4xf32> to vector<2x4xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{expects its result to be 'vector<4x2xf32>', got 'vector<2x4xf32>'}}
  %0 = vector.transpose %a, [1, 0] : vector<2x4xf32> to vector<2x4xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{source/result number of elements must match}}
  %0 = vector.shape_cast %a : vector<2x4xf32> to vector<9xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{source/result vectors must have same element type}}
  %0 = vector.shape_cast %a : vector<2x4xf32> to vector<8xi32>
  return
}

// -----

func.func @f(%a: vector<6x4xf32>) {
  // expected-error@+1 {{invalid shape cast}}
  %0 = vector.shape_cast %a : vector<6x4xf32> to vector<4x2x3xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{source and result have same rank}}
  %0 = vector.bitcast %a : vector<2x4xf32> to vector<8xf32>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{dimension size mismatch at: 0}}
  %0 = vector.bitcast %a : vector<2x4xf32> to vector<4x4xf16>
  return
}

// -----

func.func @f(%a: vector<2x4xf32>) {
  // expected-error@+1 {{source/result bitwidth of the minor 1-D vectors must be equal}}
  %0 = vector.bitcast %a : vector<2x4xf32> to vector<2x4xf16>
  return
}

// -----

func.func @f(%a: memref<?xf32>) {
  // expected-error@+1 {{expects operand to be a memref with identity layout and static shape}}
  %0 = vector.type_cast %a : memref<?xf32> to memref<vector<4xf32>>
  return
}

// -----

func.func @f(%a: memref<4xf32>) {
  // expected-error@+1 {{expects result to be a memref with identity layout in the memory space of the operand}}
  %0 = vector.type_cast %a : memref<4xf32> to memref<vector<4xf32>, 1>
  return
}

// -----

func.func @f(%a: memref<4xf32>) {
  // expected-error@+1 {{expects same underlying scalar type for operand and result}}
  %0 = vector.type_cast %a : memref<4xf32> to memref<vector<4xi32>>
  return
}

// -----

func.func @f(%a: memref<4xf32>) {
  // expected-error@+1 {{expects operand and result to have the same dimensions, those of their elements included}}
  %0 = vector.type_cast %a : memref<4xf32> to memref<vector<8xf32>>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected offsets, sizes and strides attributes of same size}}
  %0 = vector.extract_strided_slice %a {offsets = [0, 0], sizes = [2], strides = [1]} : vector<4x8xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected strides to be confined to [1, 2)}}
  %0 = vector.extract_strided_slice %a {offsets = [0], sizes = [2], strides = [2]} : vector<4x8xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected offsets dimension 0 to be confined to [0, 4)}}
  %0 = vector.extract_strided_slice %a {offsets = [4], sizes = [2], strides = [1]} : vector<4x8xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected sum(offsets, sizes) dimension 0 to be confined to [1, 4]}}
  %0 = vector.extract_strided_slice %a {offsets = [3], sizes = [2], strides = [1]} : vector<4x8xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected sizes to be confined to [1, 4]}}
  %0 = vector.extract_strided_slice %a {offsets = [0], sizes = [0], strides = [1]} : vector<4x8xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expects its result to be 'vector<3x8xf32>', got 'vector<2x8xf32>'}}
  %0 = vector.extract_strided_slice %a {offsets = [0], sizes = [3], strides = [1]} : vector<4x8xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: vector<4x8xf32>) {
  // expected-error@+1 {{expected offsets, sizes, and strides attributes of rank no greater than vector rank}}
  %0 = vector.extract_strided_slice %a {offsets = [0, 0, 0], sizes = [2, 2, 2], strides = [1, 1, 1]} : vector<4x8xf32> to vector<2x8xf32>
  return
}

// -----

func.func @f(%a: vector<[4]xf32>) {
  // expected-error@+1 {{expected size at idx=0 to match the corresponding base size from the input vector}}
  %0 = vector.extract_strided_slice %a {offsets = [0], sizes = [2], strides = [1]} : vector<[4]xf32> to vector<[2]xf32>
  return
}

// -----

func.func @f(%a: vector<2x8xf32>, %b: vector<4x8xf32>) {
  // expected-error@+1 {{expected offsets of same size as destination vector rank}}
  %0 = vector.insert_strided_slice %a, %b {offsets = [0], strides = [1, 1]} : vector<2x8xf32> into vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<2x8xf32>, %b: vector<4x8xf32>) {
  // expected-error@+1 {{expected strides of same size as source vector rank}}
  %0 = vector.insert_strided_slice %a, %b {offsets = [0, 0], strides = [1]} : vector<2x8xf32> into vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<2x8xf32>, %b: vector<4x8xf32>) {
  // expected-error@+1 {{expected sum(offsets, source vector shape) dimension 0 to be confined to [1, 4]}}
  %0 = vector.insert_strided_slice %a, %b {offsets = [3, 0], strides = [1, 1]} : vector<2x8xf32> into vector<4x8xf32>
  return
}

// -----

func.func @f(%a: vector<2x8xf32>, %b: vector<8xf32>) {
  // expected-error@+1 {{expected source rank to be no greater than destination rank}}
  %0 = vector.insert_strided_slice %a, %b {offsets = [0], strides = [1, 1]} : vector<2x8xf32> into vector<8xf32>
  return
}

// -----

func.func @f(%a: vector<2xf32>, %b: vector<4xf64>) {
  // expected-error@+1 {{operand #0 and result have same element type}}
  %0 = vector.insert_strided_slice %a, %b {offsets = [0], strides = [1]} : vector<2xf32> into vector<4xf64>
  return
}

// -----

func.func @f(%a: vector<2xf32>, %b: vector<[4]xf32>) {
  // expected-error@+1 {{mismatching scalable flags or a part of a scalable dimension at source vector dimension 0}}
  %0 = vector.insert_strided_slice %a, %b {offsets = [0], strides = [1]} : vector<2xf32> into vector<[4]xf32>
  return
}

// -----

func.func @f(%a: vector<4xi32>, %b: vector<[8]xi32>) {
  // expected-error@+1 {{position is a multiple of the source length}}
  %0 = vector.scalable.insert %a, %b[3] : vector<4xi32> into vector<[8]xi32>
  return
}

// -----

func.func @f(%a: vector<4xi32>, %b: vector<[8]xf32>) {
  // expected-error@+1 {{source and destination have the same element type}}
  %0 = vector.scalable.insert %a, %b[0] : vector<4xi32> into vector<[8]xf32>
  return
}

// -----

func.func @f(%b: vector<8xi32>) {
  // expected-error@+1 {{needs a vector of rank 1 and a scalable one of rank 1}}
  %0 = vector.scalable.extract %b[0] : vector<4xi32> from vector<8xi32>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{must specify array attr of size equal vector result rank}}
  %0 = vector.constant_mask [2] : vector<2x4xi1>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{array attr of size out of bounds of vector result dimension size}}
  %0 = vector.constant_mask [2, 5] : vector<2x4xi1>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{expected all mask dim sizes to be zeros, as a result of conjunction with zero mask dim}}
  %0 = vector.constant_mask [2, 0] : vector<2x4xi1>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{mask dim size must be one of 0 or 1 for a 0-D mask}}
  %0 = vector.constant_mask [2] : vector<i1>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{only supports 'none set' or 'all set' scalable dimensions}}
  %0 = vector.constant_mask [2] : vector<[4]xi1>
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{must specify an operand for each result vector dimension}}
  %0 = vector.create_mask %i : vector<2x4xi1>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{result #0 must be vector of index values of ranks 1}}
  %0 = vector.step : vector<4xi32>
  return
}

// -----

func.func @f(%a: vector<4xf32>) {
  // expected-error@+1 {{`source` or `punctuation` are not set when printing strings}}
  "vector.print"(%a) <{stringLiteral = "x"}> : (vector<4xf32>) -> ()
  return
}

// -----

func.func @f(%a: memref<f32>) {
  // expected-error@+1 {{operand #0 must be a vector, an integer, an index or a float}}
  vector.print %a : memref<f32>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{expected no_punctuation, newline, comma, open or close}}
  vector.print punctuation <dot>
  return
}

// -----

func.func @f(%f: f32) {
  // expected-error@+1 {{number of operands (2) differs from the result's number of elements}}
  %0 = vector.from_elements %f, %f : vector<3xf32>
  return
}

// -----

func.func @f(%f: f32) {
  // expected-error@+1 {{result must have a static shape}}
  %0 = vector.from_elements %f, %f : vector<[2]xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires formal padding and source of the same elemental type}}
  %0 = "vector.transfer_read"(%m, %i, %i, %d) <{in_bounds = [false], operandSegmentSizes = array<i32: 1, 2, 1, 0>, permutation_map = affine_map<(d0, d1) -> (d1)>}> : (memref<?x?xf32>, index, index, f64) -> vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires 2 indices}}
  %0 = vector.transfer_read %m[%i], %f : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires source and vector of the same elemental type}}
  %0 = vector.transfer_read %m[%i, %i], %f : memref<?x?xf32>, vector<4xf64>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires permutation_map without symbols}}
  %0 = vector.transfer_read %m[%i, %i], %f {permutation_map = affine_map<(d0, d1)[s] -> (d0)>} : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires a permutation_map with input dims of the same rank as the source type}}
  %0 = vector.transfer_read %m[%i, %i], %f {permutation_map = affine_map<(d0) -> (d0)>} : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires a permutation_map with result dims of the same rank as the vector type}}
  %0 = vector.transfer_read %m[%i, %i], %f {permutation_map = affine_map<(d0, d1) -> (d0, d1)>} : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires a projected permutation_map (at most one dim or the zero constant can appear in each result)}}
  %0 = vector.transfer_read %m[%i, %i], %f {permutation_map = affine_map<(d0, d1) -> (d0 + d1)>} : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires a permutation_map that is a permutation (found one dim used more than once)}}
  %0 = vector.transfer_read %m[%i, %i], %f {permutation_map = affine_map<(d0, d1) -> (d0, d0)>} : memref<?x?xf32>, vector<4x4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{expects the in_bounds attr of same rank as permutation_map results: 1 vs inBounds of size: 2}}
  %0 = vector.transfer_read %m[%i, %i], %f {in_bounds = [true, true]} : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{requires broadcast dimensions to be in-bounds}}
  %0 = vector.transfer_read %m[%i, %i], %f {permutation_map = affine_map<(d0, d1) -> (0)>} : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{inferred mask type ('vector<8xi1>') and mask operand type ('vector<4xi1>') don't match}}
  %0 = "vector.transfer_read"(%m, %i, %i, %f, %mask) <{in_bounds = [false], operandSegmentSizes = array<i32: 1, 2, 1, 1>, permutation_map = affine_map<(d0, d1) -> (d1)>}> : (memref<?x?xf32>, index, index, f32, vector<4xi1>) -> vector<8xf32>
  return
}

// -----

func.func @f(%m: memref<?xvector<4xf32>>, %i: index, %v: vector<4xf32>) {
  // expected-error@+1 {{requires the source's element vector to be the minor dimensions of the vector}}
  %0 = vector.transfer_read %m[%i], %v : memref<?xvector<4xf32>>, vector<1x3xf32>
  return
}

// -----

func.func @f(%m: memref<?xvector<4xf32>>, %i: index, %v: vector<4xf32>, %k: vector<1xi1>) {
  // expected-error@+1 {{does not support masks with vector element type}}
  %0 = vector.transfer_read %m[%i], %v, %k : memref<?xvector<4xf32>>, vector<1x4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %f: f32) {
  // expected-error@+1 {{expected a custom permutation_map when rank(source) != rank(destination)}}
  %0 = vector.transfer_read %m[%i], %f : memref<?xf32>, vector<4x4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %f: f32) {
  // expected-error@+1 {{requires two types}}
  %0 = vector.transfer_read %m[%i], %f : memref<?xf32>
  return
}

// -----

func.func @f(%m: i32, %i: index, %f: f32) {
  // expected-error@+1 {{requires memref or ranked tensor type and a vector type}}
  %0 = vector.transfer_read %m[%i], %f : i32, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %f: f32) {
  // expected-error@+1 {{permutation_map must be an affine map}}
  %0 = vector.transfer_read %m[%i], %f {permutation_map = 3} : memref<?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %v: vector<4xf32>) {
  // expected-error@+1 {{requires two types}}
  vector.transfer_write %v, %m[%i] : vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index, %f: f32, %d: f64, %mask: vector<4xi1>, %v: vector<4xf32>, %t: tensor<4x4xf32>) {
  // expected-error@+1 {{gives back a tensor destination, and nothing for a memref}}
  "vector.transfer_write"(%v, %t, %i, %i) <{in_bounds = [false], operandSegmentSizes = array<i32: 1, 1, 2, 0>, permutation_map = affine_map<(d0, d1) -> (d1)>}> : (vector<4xf32>, tensor<4x4xf32>, index, index) -> ()
  return
}

// -----

func.func @f(%m: memref<?x?xf32, strided<[1, 8]>>, %i: index) {
  // expected-error@+1 {{most minor memref dim must have unit stride}}
  %0 = vector.load %m[%i, %i] : memref<?x?xf32, strided<[1, 8]>>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?x?xf32>, %i: index) {
  // expected-error@+1 {{requires 2 indices}}
  %0 = vector.load %m[%i] : memref<?x?xf32>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %v: vector<4xf64>) {
  // expected-error@+1 {{base and vector element types should match}}
  vector.store %v, %m[%i] : memref<?xf32>, vector<4xf64>
  return
}

// -----

func.func @f(%m: memref<?xvector<8xf32>>, %i: index) {
  // expected-error@+1 {{base memref and the vector differ in type}}
  %0 = vector.load %m[%i] : memref<?xvector<8xf32>>, vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{expected vector dim to match mask dim}}
  %0 = vector.maskedload %m[%i], %k, %w : memref<?xf32>, vector<4xi1>, vector<8xf32> into vector<8xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{base and vector element type should match}}
  vector.maskedstore %m[%i], %k, %d : memref<?xf32>, vector<4xi1>, vector<4xf64>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{requires 1 indices}}
  %0 = vector.expandload %m[%i, %i], %k, %v : memref<?xf32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{expects vectors of rank 1}}
  vector.compressstore %m[%i], %r, %q : memref<?xf32>, vector<2x2xi1>, vector<2x2xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{expected vector dim to match indices dim}}
  %0 = vector.gather %m[%i][%y], %k, %v : memref<?xf32>, vector<8xi32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{expected vector dim to match mask dim}}
  %0 = vector.gather %m[%i][%x], %z, %v : memref<?xf32>, vector<4xi32>, vector<8xi1>, vector<4xf32> into vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{base and vector element type should match}}
  %0 = vector.gather %m[%i][%x], %k, %d : memref<?xf32>, vector<4xi32>, vector<4xi1>, vector<4xf64> into vector<4xf64>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{requires 1 indices}}
  %0 = vector.gather %m[][%x], %k, %v : memref<?xf32>, vector<4xi32>, vector<4xi1>, vector<4xf32> into vector<4xf32>
  return
}

// -----

func.func @f(%m: memref<?xf32>, %i: index, %k: vector<4xi1>, %v: vector<4xf32>, %w: vector<8xf32>, %d: vector<4xf64>, %x: vector<4xi32>, %q: vector<2x2xf32>, %r: vector<2x2xi1>, %s: vector<2x2xi32>, %y: vector<8xi32>, %z: vector<8xi1>) {
  // expected-error@+1 {{expects vectors of rank 1}}
  vector.scatter %m[%i][%s], %r, %q : memref<?xf32>, vector<2x2xi32>, vector<2x2xi1>, vector<2x2xf32>
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<8xf32>) {
  // expected-error@+1 {{expects a 'vector<8xi1>' mask for the maskable operation}}
  %0 = vector.mask %k { vector.reduction <add>, %v : vector<8xf32> into f32 } : vector<4xi1> -> f32
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<4xf32>) {
  // expected-error@+1 {{expects a MaskableOpInterface within the mask region}}
  %0 = vector.mask %k { arith.negf %v : vector<4xf32> } : vector<4xi1> -> vector<4xf32>
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<4xf32>) {
  // expected-error@+1 {{expects result type to match mask region yielded value types}}
  %0 = vector.mask %k { vector.reduction <add>, %v : vector<4xf32> into f32 } : vector<4xi1> -> f64
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<4xf32>) {
  // expected-error@+1 {{expects number of results to match mask region yielded values}}
  vector.mask %k { vector.reduction <add>, %v : vector<4xf32> into f32 } : vector<4xi1>
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<4xf32>, %p: f64) {
  // expected-error@+1 {{expects passthru type to match result type}}
  %0 = "vector.mask"(%k, %p) ({
    %1 = vector.reduction <add>, %v : vector<4xf32> into f32
    vector.yield %1 : f32
  }) : (vector<4xi1>, f64) -> f32
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<4xf32>) {
  // expected-error@+1 {{expects only one operation to mask}}
  %0 = "vector.mask"(%k) ({
    %1 = vector.reduction <add>, %v : vector<4xf32> into f32
    %2 = vector.reduction <add>, %v : vector<4xf32> into f32
    vector.yield %1 : f32
  }) : (vector<4xi1>) -> f32
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<4xf32>) {
  // expected-error@+1 {{expects no region arguments}}
  %0 = "vector.mask"(%k) ({
  ^bb0(%a: i32):
    %1 = vector.reduction <add>, %v : vector<4xf32> into f32
    vector.yield %1 : f32
  }) : (vector<4xi1>) -> f32
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: f32) {
  // expected-error@+1 {{expects an operation to mask}}
  %0 = "vector.mask"(%k) ({
    vector.yield %v : f32
  }) : (vector<4xi1>) -> f32
  return
}

// -----

func.func @f(%k: vector<4xi1>, %v: vector<4xf32>, %p: f32) {
  vector.mask %k, %p { vector.reduction <add>, %v : vector<4xf32> into f32 } : vector<4xi1>
  // expected-error@+1 {{expects a result when passthru argument is provided}}
  return
}
