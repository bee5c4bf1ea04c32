// RUN: lamella opt %s | FileCheck %s
// RUN: mlir-opt-19 %s | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | FileCheck %s --check-prefix=GENERIC
// RUN: mlir-opt-19 --mlir-print-op-generic %s | FileCheck %s --check-prefix=GENERIC

// CHECK-LABEL: func.func @constants
func.func @constants() {
  // CHECK-NEXT: %c0 = arith.constant 0 : index
  // CHECK-NEXT: %c0_0 = arith.constant 0 : index
  // CHECK-NEXT: %c-1_i32 = arith.constant -1 : i32
  // CHECK-NEXT: %true = arith.constant true
  // CHECK-NEXT: %false = arith.constant false
  // CHECK-NEXT: %cst = arith.constant 1.000000e+00 : f32
  // CHECK-NEXT: %cst_1 = arith.constant dense<1> : tensor<2xi32>
  // CHECK-NEXT: %0 = arith.addi %c0, %c0_0 : index
  %a = arith.constant 0 : index
  %b = arith.constant 0 : index
  %c = arith.constant -1 : i32
  %d = arith.constant true
  %e = arith.constant false
  %f = arith.constant 1.0 : f32
  %g = arith.constant dense<1> : tensor<2xi32>
  %h = arith.addi %a, %b : index
  return
}

// CHECK-LABEL: func.func @results(%arg0: i32, %arg1: index) -> i32
func.func @results(%x: i32, %n: index) -> i32 {
  // CHECK: %low, %high = arith.mulsi_extended %arg0, %arg0 : i32
  %low, %high = arith.mulsi_extended %x, %x : i32
  // CHECK: %0:2 = call @two() : () -> (i32, f32)
  // CHECK: %1 = arith.addi %0#0, %high : i32
  %p:2 = call @two() : () -> (i32, f32)
  %s = arith.addi %p#0, %high : i32
  // The inner loop's values are numbered after those of the region around it.
  // CHECK: %2 = scf.for %arg2 = %arg1 to %arg1 step %arg1 iter_args(%arg3 = %1) -> (i32) {
  // CHECK:   %4 = arith.addi %arg3, %1 : i32
  // CHECK: %3 = arith.addi %2, %2 : i32
  %l = scf.for %i = %n to %n step %n iter_args(%acc = %s) -> (i32) {
    %inner = arith.addi %acc, %s : i32
    scf.yield %inner : i32
  }
  %r = arith.addi %l, %l : i32
  return %r : i32
}
func.func private @two() -> (i32, f32)

// A block may come before the one that defines what it uses.
// CHECK-LABEL: func.func @blocks(%arg0: i1) -> i32
func.func @blocks(%c: i1) -> i32 {
  cf.br ^late
^early(%x: i32):  // CHECK: ^bb1(%0: i32):  // pred: ^bb2
  %y = arith.addi %x, %later : i32
  return %y : i32
^late:  // CHECK: ^bb2:  // pred: ^bb0
  %later = arith.constant 7 : i32
  cf.cond_br %c, ^early(%later : i32), ^twice(%later : i32)
^twice(%z: i32):  // CHECK: ^bb3(%{{.*}}: i32):  // 3 preds: ^bb2, ^bb3, ^bb3
  cf.cond_br %c, ^twice(%z : i32), ^twice(%z : i32)
^never:  // CHECK: ^bb4:  // pred: ^bb5
  return %c0 : i32
^below:  // CHECK: ^bb5:  // no predecessors
  %c0 = arith.constant 0 : i32
  cf.br ^never
}

// CHECK-LABEL: module @"a b"
module @"a b" {
  // CHECK: func.func private @"odd name"()
  func.func private @"odd name"()
}

// GENERIC: "func.func"() <{function_type = () -> (), sym_name = "constants"}> ({
// GENERIC-NEXT: %{{.*}} = "arith.constant"() <{value = 0 : index}> : () -> index
