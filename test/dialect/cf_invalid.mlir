// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f(%a: i32) {
  // expected-error@+1 {{branch has 1 operands for successor #0, but target block has 0}}
  cf.br ^b(%a : i32)
  ^b:
    return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{type mismatch for bb argument #0 of successor #0}}
  cf.br ^b(%a : i32)
  ^b(%x: f32):
    return
}

// -----

func.func @f(%c: i1, %a: i32) {
  // expected-error@+1 {{branch has 0 operands for successor #1, but target block has 1}}
  cf.cond_br %c, ^b(%a : i32), ^b
  ^b(%x: i32):
    return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{number of case values (0) should match number of case destinations (1)}}
  "cf.switch"(%a)[^b, ^b] <{case_operand_segments = array<i32: 0>, operandSegmentSizes = array<i32: 1, 0, 0>}> : (i32) -> ()
  ^b:
    return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{'flag' type ('i32') should match case value type ('i64')}}
  "cf.switch"(%a)[^b, ^b] <{case_operand_segments = array<i32: 0>, case_values = dense<1> : tensor<1xi64>, operandSegmentSizes = array<i32: 1, 0, 0>}> : (i32) -> ()
  ^b:
    return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{case_operand_segments does not cut the case operands into one part a case}}
  "cf.switch"(%a, %a)[^b, ^b] <{case_operand_segments = array<i32: 0>, case_values = dense<1> : tensor<1xi32>, operandSegmentSizes = array<i32: 1, 0, 1>}> : (i32, i32) -> ()
  ^b:
    return
}

// -----

func.func @f(%a: f32) {
  // expected-error@+1 {{the flag must be an integer}}
  cf.switch %a : f32, [
    default: ^b
  ]
  ^b:
    return
}
