// RUN: lamella opt --split-input-file --verify-diagnostics %s

// What reads but does not hold together: every problem is told.

func.func @constraints(%a: f32, %b: i32, %v: vector<4xf32>, %w: vector<8xf32>) {
  // expected-error@+3 {{'arith.addi' op operand #0 must be signless-integer-like, but got 'f32'}}
  // expected-error@+2 {{'arith.addi' op operand #1 must be signless-integer-like, but got 'f32'}}
  // expected-error@+1 {{'arith.addi' op result #0 must be signless-integer-like, but got 'f32'}}
  %0 = "arith.addi"(%a, %a) : (f32, f32) -> f32
  // expected-error@+1 {{'arith.addf' op operand #1 must be of the same type as the others, 'vector<4xf32>', but got 'vector<8xf32>'}}
  %1 = "arith.addf"(%v, %w) : (vector<4xf32>, vector<8xf32>) -> vector<4xf32>
  // expected-error@+1 {{'memref.load' op operand #0 must be memref of any type values, but got 'i32'}}
  %2 = "memref.load"(%b) : (i32) -> f32
  // expected-error@+1 {{'arith.extf' op requires the same shape for all operands and results}}
  %3 = "arith.extf"(%v) : (vector<4xf32>) -> vector<8xf64>
  return
}
func.func @relation(%m: memref<4xf32>, %i: index) {
  // expected-error@+1 {{result #0 must be the element type of 'memref', but got 'i32'}}
  %0 = "memref.load"(%m, %i) : (memref<4xf32>, index) -> i32
  return
}

// -----

func.func @terminators(%c: i1) {
  // expected-error@+1 {{'func.return' op must be the last operation in the parent block}}
  return
  cf.br ^end
^end:
  // expected-error@+1 {{'arith.constant' op is the last of its block, but no terminator}}
  %1 = arith.constant 1 : i32
}
func.func @empty(%c: i1) {
  // expected-error@+1 {{'scf.if' op expects regions to end with 'scf.yield', found 'func.return'}}
  "scf.if"(%c) ({
    // expected-error@+1 {{'func.return' op expects parent op 'func.func'}}
    func.return
  }, {
  }) : (i1) -> ()
  return
}
func.func @entry() {
^a:
  cf.br ^b
^b:
  // expected-error@+1 {{branches to the entry block of its region}}
  "cf.br"()[^a] : () -> ()
}

// -----

func.func @order(%c: i1) -> i32 {
  // expected-error@+1 {{'arith.addi' op operand #0 does not dominate this use}}
  %0 = arith.addi %1, %1 : i32
  // expected-error@-1 {{'arith.addi' op operand #1 does not dominate this use}}
  // expected-note@+1 {{operand defined here}}
  %1 = arith.constant 1 : i32
  cf.cond_br %c, ^a, ^b
^a:
  %2 = arith.constant 2 : i32
  cf.br ^b
^b:
  // expected-error@+1 {{'func.return' op operand #0 does not dominate this use}}
  return %2 : i32
^never:
  // Where nothing leads to there is no order.
  %3 = arith.addi %3, %4 : i32
  %4 = arith.addi %3, %3 : i32
  cf.br ^never
}
func.func @inner(%c: i1) -> i32 {
  %0 = scf.if %c -> i32 {
    %1 = arith.constant 1 : i32
    scf.yield %1 : i32
  } else {
    // expected-error@+1 {{'scf.yield' op operand #0 does not dominate this use}}
    scf.yield %0 : i32
  }
  return %0 : i32
}

// -----

// The values of isolated regions around are out of reach.
func.func @outer() {
  %0 = arith.constant 1 : i32
  builtin.module {
    func.func @isolated() -> i32 {
      // expected-error@+1 {{use of undeclared SSA value name '%0'}}
      return %0 : i32
    }
  }
  return
}

// -----

// expected-note@+1 {{first defined here}}
func.func private @same()
// expected-error@+1 {{redefinition of symbol named 'same'}}
func.func private @same()
// expected-error@+1 {{requires visibility to be public, private or nested}}
"func.func"() <{function_type = () -> (), sym_name = "v", sym_visibility = "secret"}> ({}) : () -> ()
// expected-error@+1 {{requires a 'sym_name' that is a string and not empty}}
"func.func"() <{function_type = () -> (), sym_name = "", sym_visibility = "private"}> ({}) : () -> ()
