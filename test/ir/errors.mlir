// RUN: lamella opt --split-input-file --verify-diagnostics %s

// What is wrong with a text is told with its place; parsing goes on after a broken function.

func.func @undefined_value(%x: i32) -> i32 {
  // expected-error@+1 {{use of undeclared SSA value name '%y'}}
  %0 = arith.addi %x, %y : i32
  return %0 : i32
}
func.func @unknown_op(%x: i32) -> i32 {
  // expected-error@+1 {{unknown op 'arith.addff'}}
  %0 = arith.addff %x, %x : i32
  return %0 : i32
}
// An unknown op in generic form does not hide what follows; it is told once.
func.func @unknown_generic(%x: i32) -> i32 {
  // expected-error@+1 {{unknown op 'foo.bar'}}
  %0 = "foo.bar"(%x) : (i32) -> i32
  %1 = "foo.bar"(%0) : (i32) -> i32
  // expected-error@+1 {{unknown op 'foo.baz'}}
  %2 = "foo.baz"(%0) ({
  ^bb0(%a: i32):
    "foo.bar"(%a) : (i32) -> ()
  }) : (i32) -> i32
  // expected-error@+1 {{value '%1' is used with type f32, but has type i32}}
  return %1 : f32
}
func.func @expected(%x: i32) -> i32 {
  // expected-error@+1 {{expected ':'}}
  %0 = arith.addi %x, %x i32
  return %0 : i32
}
func.func @undefined_block() {
  // expected-error@+1 {{reference to an undefined block '^bb7'}}
  cf.br ^bb7
}
// expected-note@+1 {{first defined here}}
func.func @redefinition(%x: i32) -> i32 {
  // expected-error@+1 {{redefinition of '%x'}}
  %x = arith.constant 7 : i32
  return %x : i32
}
func.func @block_twice() {
  cf.br ^a
^a:
  cf.br ^a
// expected-error@+1 {{redefinition of '^a'}}
^a:
  return
}
func.func @keyword(%x: i32) -> i1 {
  // expected-error@+1 {{expected one of: eq, ne, slt}}
  %0 = arith.cmpi less, %x, %x : i32
  return %0 : i1
}
module @inner {
  func.func @results(%x: i32) -> i32 {
    // expected-error@+1 {{the op has 1 results, but 2 are named}}
    %0:2 = arith.constant 0 : i32
    return %x : i32
  }
  func.func @number() {
    // expected-error@+1 {{use of undeclared SSA value name '%0#1'}}
    %1 = arith.addi %0#1, %0#0 : i32
    %0 = arith.constant 0 : i32
    return
  }
}
// expected-error@+1 {{expected an operation}}
)
// expected-error@+1 {{undefined alias '#nope'}}
func.func private @alias() attributes {b = #nope}
#a = [#b]
// expected-error@+1 {{alias '#a' is defined by itself}}
#b = [#a]
// expected-error@+1 {{redefinition of '#c'}}
#c = 1 #c = 2
// expected-error@+1 {{names with a '.' are reserved for dialects}}
#d.e = 1

// -----

func.func @shape() {
  // expected-error@+1 {{'arith.addi' op expected 2 operands, but found 0}}
  %0 = "arith.addi"() : () -> i32
  return
}
func.func @types(%a: i32, %b: f32) {
  %0 = "arith.addi"(%a, %b) : (i32, f32) -> i32
  // expected-error@+1 {{'scf.for' op expected 1 region, but found 0}}
  "scf.for"(%a, %a, %a) : (i32, i32, i32) -> ()
  return
}
func.func @segments(%a: memref<4xf32>) {
  // expected-error@+1 {{operand count (1) does not match with the total size (2) specified in attribute 'operandSegmentSizes'}}
  %0 = "memref.alloc"(%a) <{operandSegmentSizes = array<i32: 1, 1>}> : (memref<4xf32>) -> memref<?xf32>
  return
}
func.func @segments_missing() {
  // expected-error@+1 {{requires attribute 'operandSegmentSizes'}}
  %0 = "memref.alloc"() : () -> memref<4xf32>
  return
}
func.func @property() {
  // expected-error@+1 {{'arith.constant' has no property 'valu'}}
  %0 = "arith.constant"() <{valu = 1 : i32}> : () -> i32
  return
}
func.func @property_kind() {
  // expected-error@+1 {{attribute 'predicate' failed to satisfy constraint}}
  %0 = "arith.cmpi"(%a, %a) <{predicate = "slt"}> : (i32, i32) -> i1
  %a = arith.constant 1 : i32
  return
}
func.func @twice(%a: i32) {
  // expected-error@+1 {{attribute 'x' stands twice}}
  %0 = arith.addi %a, %a {x = 1, x = 2} : i32
  return
}

// -----

// Numbers, types and constants.

// expected-error@+1 {{integer constant out of range for its type}}
func.func private @range() attributes {a = 300 : i8}
// expected-error@+1 {{integer constant out of range for its type}}
func.func private @negative() attributes {a = -1 : ui8}
// expected-error@+1 {{a float is written with a '.'}}
func.func private @float() attributes {a = 1 : f32}
// expected-error@+1 {{more bits than the float type has}}
func.func private @bits() attributes {a = 0x1FFFFFFFF : f32}
// expected-error@+1 {{floating-point number is too large}}
func.func private @large() attributes {a = 1.0e999}
// expected-error@+1 {{string has no end or a bad escape}}
func.func private @string() attributes {a = "abc}
// expected-error@+1 {{expected a type}}
func.func private @shape(tensor<4x)
// expected-error@+1 {{expected 'x' in dimension list}}
func.func private @shape(tensor<4 f32>)
// expected-error@+1 {{vectors have constant dimensions}}
func.func private @vector(vector<?xf32>)
// expected-error@+1 {{vector dimensions are positive}}
func.func private @vector0(vector<0xf32>)
// expected-error@+1 {{the size in bytes does not fit 63 bits}}
func.func private @huge(tensor<4294967296x4294967296xf32>)
// expected-error@+1 {{dimension does not fit 63 bits}}
func.func private @dim(tensor<99999999999999999999xf32>)
// expected-error@+1 {{layout is for rank 2, the memref's rank is 1}}
func.func private @layout(memref<4xf32, affine_map<(d0, d1) -> (d0, d1)>>)
// expected-error@+1 {{this type cannot be the element of a tensor}}
func.func private @element(tensor<4xtensor<4xf32>>)
// expected-error@+1 {{expected #dialect.name}}
func.func private @dot() attributes {a = #d.}
// expected-error@+1 {{the lists of this constant are not of one shape}}
func.func private @ragged() attributes {a = dense<[[1, 2], [3]]> : tensor<2x2xi32>}
// expected-error@+1 {{the shape of the constant's lists is not that of its type}}
func.func private @count() attributes {a = dense<[1, 2]> : tensor<3xi32>}
// expected-error@+1 {{the hexadecimal string has 3 bytes, the type needs 8}}
func.func private @hex() attributes {a = dense<"0x010203"> : tensor<2xf32>}
// expected-error@+1 {{a dense constant has a vector or tensor type of constant shape}}
func.func private @dynamic() attributes {a = dense<1> : tensor<?xi32>}
// expected-error@+1 {{not affine}}
func.func private @affine() attributes {a = affine_map<(d0) -> (d0 * d0)>}
// expected-error@+1 {{the divisor must be positive}}
func.func private @zero() attributes {a = affine_map<(d0) -> (d0 mod 0)>}
// expected-error@+1 {{'e' is no dimension or symbol of this map}}
func.func private @name() attributes {a = affine_map<(d0) -> (e)>}
// expected-error@+1 {{'fastest' is no fastmath}}
func.func private @enum() attributes {a = #arith.fastmath<fastest>}
// expected-error@+1 {{expected ')'}}
func.func private @body() attributes {a = #d.x<(>)}
// expected-error@+1 {{resource 'r' has 1 bytes, the type needs 4}}
func.func private @resource() attributes {a = dense_resource<r> : tensor<4xi8>}
// expected-error@+1 {{'sparse' attributes are not supported}}
func.func private @sparse() attributes {a = sparse<0, 1> : tensor<4xi8>}
{-# dialect_resources: { builtin: { r: "0x0100000007" } } #-}
