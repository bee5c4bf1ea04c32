// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f() {
  // expected-error@+1 {{failed to verify that all of {value, result} have same type}}
  %0 = "arith.constant"() <{value = 1 : i32}> : () -> i64
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{integer return type must be signless}}
  %0 = arith.constant 1 : si32
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{a constant of scalable type is a splat}}
  %0 = arith.constant dense<[1, 2]> : vector<[2]xi32>
  return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{result type 'i16' must be wider than operand type 'i32'}}
  %0 = arith.extsi %a : i32 to i16
  return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{result type 'i32' must be wider than operand type 'i32'}}
  %0 = arith.extui %a : i32 to i32
  return
}

// -----

func.func @f(%a: f32) {
  // expected-error@+1 {{result type 'f16' must be wider than operand type 'f32'}}
  %0 = arith.extf %a : f32 to f16
  return
}

// -----

func.func @f(%a: i16) {
  // expected-error@+1 {{result type 'i32' must be shorter than operand type 'i16'}}
  %0 = arith.trunci %a : i16 to i32
  return
}

// -----

func.func @f(%a: f16) {
  // expected-error@+1 {{result type 'bf16' must be shorter than operand type 'f16'}}
  %0 = arith.truncf %a : f16 to bf16
  return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{operand type 'i32' and result type 'i64' are cast incompatible}}
  %0 = arith.index_cast %a : i32 to i64
  return
}

// -----

func.func @f(%a: index) {
  // expected-error@+1 {{operand type 'index' and result type 'index' are cast incompatible}}
  %0 = arith.index_castui %a : index to index
  return
}

// -----

func.func @f(%a: f32) {
  // expected-error@+1 {{operand type 'f32' and result type 'i16' are cast incompatible}}
  %0 = arith.bitcast %a : f32 to i16
  return
}

// -----

func.func @f(%a: index) {
  // expected-error@+1 {{operand type 'index' and result type 'i64' are cast incompatible}}
  %0 = arith.bitcast %a : index to i64
  return
}

// -----

func.func @f(%a: vector<4xi32>) {
  // expected-error@+1 {{requires the same shape for all operands and results}}
  %0 = arith.extsi %a : vector<4xi32> to vector<8xi64>
  return
}

// -----

func.func @f(%c: vector<4xi1>, %a: vector<8xf32>) {
  // expected-error@+1 {{requires the same shape for all operands and results}}
  %0 = arith.select %c, %a, %a : vector<4xi1>, vector<8xf32>
  return
}

// -----

func.func @f(%c: vector<4xi1>, %a: f32) {
  // expected-error@+1 {{requires a shaped result, since an operand is shaped}}
  %0 = arith.select %c, %a, %a : vector<4xi1>, f32
  return
}

// -----

func.func @f(%c: i1, %a: f32) {
  %0 = arith.select %c, %a, %a : i1, f32, f32
// expected-error@+1 {{expected one or two types}}
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{predicate}}
  %0 = "arith.cmpi"(%a, %a) <{predicate = 77 : i64}> : (i32, i32) -> i1
  return
}
