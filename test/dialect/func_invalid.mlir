// RUN: lamella opt --split-input-file --verify-diagnostics %s

// expected-error@+1 {{can only contain attributes with dialect-prefixed names, found: 'tag'}}
builtin.module attributes {tag = 1 : i64} {
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{expected at least one result for cast operation}}
  "builtin.unrealized_conversion_cast"(%a) : (i32) -> ()
  return
}

// -----

// expected-error@+1 {{symbol declaration cannot have public visibility}}
func.func @f(i32)

// -----

// expected-error@+1 {{expects argument attribute array to have the same number of elements as the number of function arguments, got 0, but expected 1}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", arg_attrs = []}> ({
^bb0(%a: i32):
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@+1 {{expects result attribute array to have the same number of elements as the number of function results, got 2, but expected 1}}
"func.func"() <{function_type = () -> i32, sym_name = "f", sym_visibility = "private", res_attrs = [{}, {}]}> ({
}) : () -> ()

// -----

// expected-error@+1 {{entry block must have 1 arguments to match function signature}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f"}> ({
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@+1 {{type of entry block argument #0('i64') must match the type of the corresponding argument in function signature('i32')}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f"}> ({
^bb0(%a: i64):
  "func.return"() : () -> ()
}) : () -> ()

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{has 1 operands, but enclosing function (@f) returns 0}}
  return %a : i32
}

// -----

func.func @f(%a: i32) -> i64 {
  // expected-error@+1 {{type of return operand 0 ('i32') doesn't match function result type ('i64') in function @f}}
  return %a : i32
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{'nobody' does not reference a valid function}}
  func.call @nobody(%a) : (i32) -> ()
  return
}

// -----

func.func private @g(i32) -> f32
func.func @f(%a: i32) {
  // expected-error@+1 {{incorrect number of operands for callee: 0, expected 1}}
  func.call @g() : () -> f32
  return
}

// -----

func.func private @g(i32) -> f32
func.func @f(%a: i64) {
  // expected-error@+1 {{operand type mismatch: expected operand type 'i32', but provided 'i64' for operand number 0}}
  %0 = func.call @g(%a) : (i64) -> f32
  return
}

// -----

func.func private @g(i32) -> f32
func.func @f(%a: i32) {
  // expected-error@+1 {{incorrect number of results for callee: 0, expected 1}}
  func.call @g(%a) : (i32) -> ()
  return
}

// -----

func.func private @g(i32) -> f32
func.func @f(%a: i32) {
  // expected-error@+1 {{result type mismatch: expected result type 'f32', but provided 'f64' for result number 0}}
  %0 = func.call @g(%a) : (i32) -> f64
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{reference to undefined function 'nobody'}}
  %0 = func.constant @nobody : () -> ()
  return
}

// -----

func.func private @g(i32) -> f32
func.func @f() {
  // expected-error@+1 {{reference to function with mismatched type}}
  %0 = func.constant @g : () -> ()
  return
}

// -----

func.func @f(%a: i32, %g: (i32) -> f32) {
  // expected-error@+1 {{incorrect number of results for callee: 0, expected 1}}
  "func.call_indirect"(%g, %a) : ((i32) -> f32, i32) -> ()
  return
}
