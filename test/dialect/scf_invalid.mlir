// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f(%i: index, %f: f32) {
  // expected-error@+1 {{mismatch in number of loop-carried values and defined values: 1 and 0}}
  "scf.for"(%i, %i, %i, %f) ({
  ^bb0(%k: index, %x: f32):
    scf.yield %x : f32
  }) : (index, index, index, f32) -> ()
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expected body to have 1 arguments}}
  "scf.for"(%i, %i, %i) ({
    scf.yield
  }) : (index, index, index) -> ()
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expected induction variable to be same type as bounds and step}}
  "scf.for"(%i, %i, %i) ({
  ^bb0(%k: i32):
    scf.yield
  }) : (index, index, index) -> ()
  return
}

// -----

func.func @f(%i: index, %f: f32) {
  // expected-error@+1 {{types mismatch between loop-carried value #0}}
  %0 = "scf.for"(%i, %i, %i, %f) ({
  ^bb0(%k: index, %x: f64):
    scf.yield %f : f32
  }) : (index, index, index, f32) -> f32
  return
}

// -----

func.func @f(%i: index) {
  %c = arith.constant -1 : index
  // expected-error@+1 {{constant step operand must be positive}}
  scf.for %k = %i to %i step %c {
  }
  return
}

// -----

func.func @f(%i: index, %f: f32) {
  %0 = scf.for %k = %i to %i step %i iter_args(%x = %f) -> (f32) {
    // expected-error@+1 {{yields 0 values, but 1 are expected by 'scf.for'}}
    scf.yield
  }
  return
}

// -----

func.func @f(%i: index, %f: f32, %g: f64) {
  %0 = scf.for %k = %i to %i step %i iter_args(%x = %f) -> (f32) {
    // expected-error@+1 {{type of yielded value #0 is 'f64', but 'scf.for' expects 'f32'}}
    scf.yield %g : f64
  }
  return
}

// -----

func.func @f(%i: index, %f: f32) {
  // expected-error@+1 {{mismatch in number of loop-carried values and defined values}}
  %0 = scf.for %k = %i to %i step %i iter_args(%x = %f) -> (f32, f32) {
    scf.yield %x : f32
  }
  return
}

// -----

func.func @f(%c: i1, %f: f32) {
  // expected-error@+1 {{must have an else block if defining values}}
  %0 = scf.if %c -> (f32) {
    scf.yield %f : f32
  }
  return
}

// -----

func.func @f(%c: i1, %f: f32) {
  // expected-error@+1 {{expects no region arguments}}
  "scf.if"(%c) ({
  ^bb0(%x: i32):
    scf.yield
  }, {
  }) : (i1) -> ()
  return
}

// -----

func.func @f(%c: i1, %f: f32) {
  %0 = scf.if %c -> (f32) {
    scf.yield %f : f32
  } else {
    // expected-error@+1 {{yields 0 values, but 1 are expected by 'scf.if'}}
    scf.yield
  }
  return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{expects the 'before' region to terminate with 'scf.condition'}}
  scf.while (%x = %a) : (i32) -> () {
    scf.yield
  } do {
    scf.yield
  }
  return
}

// -----

func.func @f(%a: i32, %c: i1) {
  // expected-error@+1 {{expects the 'after' region to terminate with 'scf.yield'}}
  scf.while (%x = %a) : (i32) -> () {
    scf.condition(%c)
  } do {
    scf.condition(%c)
  }
  return
}

// -----

func.func @f(%a: i32, %c: i1) {
  // expected-error@+1 {{'scf.condition' passes 1 values, but the op has 0 results}}
  scf.while (%x = %a) : (i32) -> () {
    scf.condition(%c) %x : i32
  } do {
    scf.yield %a : i32
  }
  return
}

// -----

func.func @f(%a: i32, %c: i1) {
  // expected-error@+1 {{type of value #0 of 'scf.condition' is 'i32', but the result is 'i64'}}
  %0 = scf.while (%x = %a) : (i32) -> i64 {
    scf.condition(%c) %x : i32
  } do {
  ^bb0(%y: i64):
    scf.yield %a : i32
  }
  return
}

// -----

func.func @f(%a: i32, %c: i1) {
  // expected-error@+1 {{expects its 'after' region to take what it is handed}}
  %0 = scf.while (%x = %a) : (i32) -> i32 {
    scf.condition(%c) %x : i32
  } do {
    scf.yield %a : i32
  }
  return
}

// -----

func.func @f(%a: i32, %c: i1) {
  // expected-error@+1 {{expects its 'before' region to take what it is handed}}
  "scf.while"(%a) ({
    scf.condition(%c)
  }, {
    scf.yield %a : i32
  }) : (i32) -> ()
  return
}

// -----

func.func @f(%a: i32, %c: i1) {
  scf.while (%x = %a) : (i32) -> () {
    scf.condition(%c)
  } do {
    // expected-error@+1 {{yields 0 values, but 1 are expected by 'scf.while'}}
    scf.yield
  }
  return
}

// -----

func.func @f(%a: i32) {
  // expected-error@+1 {{expected as many input types as operands (expected 1 got 2)}}
  scf.while (%x = %a) : (i32, i32) -> () {
  } do {
  }
  return
}

// -----

func.func @f(%c: i1) {
  // expected-error@+1 {{'scf.condition' op expects parent op 'scf.while'}}
  scf.condition(%c)
}

// -----

func.func @f(%c: i1) {
  // expected-error@+1 {{expects parent op to be one of 'scf.execute_region, scf.for, scf.if, scf.index_switch, scf.while'}}
  scf.yield
}

// -----

func.func @f(%c: i1) {
  // expected-error@+1 {{region needs to have at least one block}}
  "scf.execute_region"() ({
  }) : () -> ()
  return
}

// -----

func.func @f(%c: i1) {
  // expected-error@+1 {{region cannot have any arguments}}
  "scf.execute_region"() ({
  ^bb0(%x: i32):
    scf.yield
  }) : () -> ()
  return
}

// -----

func.func @f(%c: i1, %f: f32) {
  %0 = scf.execute_region -> i32 {
    // expected-error@+1 {{yields other values than 'scf.execute_region' has results}}
    scf.yield %f : f32
  }
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{has 1 case regions but 2 case values}}
  "scf.index_switch"(%i) <{cases = array<i64: 1, 2>}> ({
    scf.yield
  }, {
    scf.yield
  }) : (index) -> ()
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{has duplicate case value: 3}}
  scf.index_switch %i
  case 3 {
    scf.yield
  }
  case 3 {
    scf.yield
  }
  default {
    scf.yield
  }
  return
}

// -----

func.func @f(%i: index, %a: i32) {
  %0 = scf.index_switch %i -> i32
  case 3 {
    // expected-error@+1 {{yields 0 values, but 1 are expected by 'scf.index_switch'}}
    scf.yield
  }
  default {
    scf.yield %a : i32
  }
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expected 2 lower bound values, got 1}}
  "scf.forall"() <{staticLowerBound = array<i64: 0>, staticUpperBound = array<i64: 4, 4>, staticStep = array<i64: 1, 1>, operandSegmentSizes = array<i32: 0, 0, 0, 0>}> ({
  ^bb0(%a: index, %b: index):
    "scf.forall.in_parallel"() ({
    ^bb0:
    }) : () -> ()
  }) : () -> ()
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expected 0 dynamic upper bound values}}
  "scf.forall"(%i) <{staticLowerBound = array<i64: 0>, staticUpperBound = array<i64: 4>, staticStep = array<i64: 1>, operandSegmentSizes = array<i32: 0, 1, 0, 0>}> ({
  ^bb0(%a: index):
    "scf.forall.in_parallel"() ({
    ^bb0:
    }) : () -> ()
  }) : (index) -> ()
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{produces 0 results, but has only 1 outputs}}
  "scf.forall"(%t) <{staticLowerBound = array<i64: 0>, staticUpperBound = array<i64: 4>, staticStep = array<i64: 1>, operandSegmentSizes = array<i32: 0, 0, 0, 1>}> ({
  ^bb0(%a: index, %x: tensor<4xf32>):
    "scf.forall.in_parallel"() ({
    ^bb0:
    }) : () -> ()
  }) : (tensor<4xf32>) -> ()
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{region expects 2 arguments}}
  %0 = "scf.forall"(%t) <{staticLowerBound = array<i64: 0>, staticUpperBound = array<i64: 4>, staticStep = array<i64: 1>, operandSegmentSizes = array<i32: 0, 0, 0, 1>}> ({
  ^bb0(%a: index):
    "scf.forall.in_parallel"() ({
    ^bb0:
    }) : () -> ()
  }) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{expects 0-th block argument to be an index}}
  %0 = "scf.forall"(%t) <{staticLowerBound = array<i64: 0>, staticUpperBound = array<i64: 4>, staticStep = array<i64: 1>, operandSegmentSizes = array<i32: 0, 0, 0, 1>}> ({
  ^bb0(%a: i32, %x: tensor<4xf32>):
    "scf.forall.in_parallel"() ({
    ^bb0:
    }) : () -> ()
  }) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{type mismatch between 0-th output and corresponding block argument or result}}
  %0 = "scf.forall"(%t) <{staticLowerBound = array<i64: 0>, staticUpperBound = array<i64: 4>, staticStep = array<i64: 1>, operandSegmentSizes = array<i32: 0, 0, 0, 1>}> ({
  ^bb0(%a: index, %x: tensor<?xf32>):
    "scf.forall.in_parallel"() ({
    ^bb0:
    }) : () -> ()
  }) : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{mapping attribute size must match op rank}}
  scf.forall (%i, %j) in (4, 4) {
  } {mapping = [#gpu.block<x>]}
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expected 2 bounds and steps, one for each induction variable}}
  scf.forall (%a, %b) in (%i) {
  }
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error@+1 {{mismatch between out operands and types}}
  %0 = scf.forall (%a) in (4) shared_outs(%x = %t) -> (tensor<4xf32>, tensor<4xf32>) {
  }
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{expects parent op 'scf.forall'}}
  scf.forall.in_parallel {
  }
}

// -----

func.func @f(%t: tensor<4xf32>) {
  %0 = scf.forall (%i) in (4) shared_outs(%o = %t) -> (tensor<4xf32>) {
    // expected-error@+1 {{expected only tensor.parallel_insert_slice ops}}
    scf.forall.in_parallel {
      %c = arith.constant 1 : index
    }
  }
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %s: tensor<1xf32>) {
  %0 = scf.forall (%i) in (4) shared_outs(%o = %t) -> (tensor<4xf32>) {
    // expected-error@+1 {{may only insert into an output block argument}}
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %t[%i] [1] [1] : tensor<1xf32> into tensor<4xf32>
    }
  }
  return
}

// -----

func.func @f() {
  // expected-error@+1 {{needs at least one tuple element for lowerBound, upperBound and step}}
  "scf.parallel"() <{operandSegmentSizes = array<i32: 0, 0, 0, 0>}> ({
    scf.reduce
  }) : () -> ()
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expects as many upper bounds and steps as lower bounds: 1}}
  "scf.parallel"(%i) <{operandSegmentSizes = array<i32: 1, 0, 0, 0>}> ({
  ^bb0(%a: index):
    scf.reduce
  }) : (index) -> ()
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expects the same number of induction variables as bound and step values: 1}}
  "scf.parallel"(%i, %i, %i) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({
    scf.reduce
  }) : (index, index, index) -> ()
  return
}

// -----

func.func @f(%i: index) {
  // expected-error@+1 {{expects arguments for the induction variable to be of index type}}
  "scf.parallel"(%i, %i, %i) <{operandSegmentSizes = array<i32: 1, 1, 1, 0>}> ({
  ^bb0(%a: i32):
    scf.reduce
  }) : (index, index, index) -> ()
  return
}

// -----

func.func @f(%i: index, %f: f32) {
  // expected-error@+1 {{expects number of results: 1 to be the same as number of reductions: 0 and of initial values: 1}}
  %0 = scf.parallel (%a) = (%i) to (%i) step (%i) init (%f) -> f32 {
    scf.reduce
  }
  return
}

// -----

func.func @f(%i: index, %f: f32, %g: f64) {
  // expected-error@+1 {{expects type of result #0, its initial value and its reduction to be the same}}
  %0 = scf.parallel (%a) = (%i) to (%i) step (%i) init (%f) -> f32 {
    scf.reduce(%g : f64) {
    ^bb0(%x: f64, %y: f64):
      scf.reduce.return %x : f64
    }
  }
  return
}

// -----

func.func @f(%i: index, %f: f32) {
  %0 = scf.parallel (%a) = (%i) to (%i) step (%i) init (%f) -> f32 {
    // expected-error@+1 {{expects number of operands to match number of reductions: 1 and 0}}
    "scf.reduce"(%f) : (f32) -> ()
  }
  return
}

// -----

func.func @f(%i: index, %f: f32) {
  %0 = scf.parallel (%a) = (%i) to (%i) step (%i) init (%f) -> f32 {
    // expected-error@+1 {{expects two block arguments with type 'f32' in reduction #0}}
    scf.reduce(%f : f32) {
    ^bb0(%x: f32):
      scf.reduce.return %x : f32
    }
  }
  return
}

// -----

func.func @f(%i: index, %f: f32, %g: f64) {
  %0 = scf.parallel (%a) = (%i) to (%i) step (%i) init (%f) -> f32 {
    // expected-error@+1 {{the body of reduction #0 must be terminated with 'scf.reduce.return' of type 'f32'}}
    scf.reduce(%f : f32) {
    ^bb0(%x: f32, %y: f32):
      scf.reduce.return %g : f64
    }
  }
  return
}

// -----

func.func @f(%f: f32) {
  // expected-error@+1 {{expects parent op 'scf.reduce'}}
  scf.reduce.return %f : f32
}

// -----

func.func @f() {
  // expected-error@+1 {{expects parent op 'scf.parallel'}}
  scf.reduce
}

// -----

func.func @f(%i: index, %f: f32) {
  // expected-error@+1 {{expected 1 operands, one for each induction variable}}
  scf.parallel (%a) = (%i) to (%i, %i) step (%i) {
    scf.reduce
  }
  return
}
