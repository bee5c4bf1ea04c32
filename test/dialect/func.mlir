// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK-LABEL: module @program attributes {a.answer = 42 : i64}
module @program attributes {a.answer = 42 : i64} {
  // CHECK: func.func private @declared(i32, f32) -> (i32, f32)
  func.func private @declared(i32, f32) -> (i32, f32)
  // CHECK: func.func private @with_attrs(memref<4xf32> {llvm.noalias}) -> (f32 {a.b = 1 : i64}) attributes {a.inline}
  func.func private @with_attrs(memref<4xf32> {llvm.noalias}) -> (f32 {a.b = 1 : i64}) attributes {a.inline}

  // CHECK: func.func @caller(%arg0: i32, %arg1: f32 {a.name = "x"}) -> (i32, f32)
  func.func @caller(%a: i32, %b: f32 {a.name = "x"}) -> (i32, f32) {
    // CHECK: call @declared(%arg0, %arg1) : (i32, f32) -> (i32, f32)
    %0:2 = func.call @declared(%a, %b) : (i32, f32) -> (i32, f32)
    // CHECK: constant @declared : (i32, f32) -> (i32, f32)
    %f = func.constant @declared : (i32, f32) -> (i32, f32)
    // CHECK: call_indirect %{{.*}}(%{{.*}}#0, %{{.*}}#1) : (i32, f32) -> (i32, f32)
    %1:2 = func.call_indirect %f(%0#0, %0#1) : (i32, f32) -> (i32, f32)
    // CHECK: return %{{.*}}#0, %{{.*}}#1 : i32, f32
    return %1#0, %1#1 : i32, f32
  }

  // CHECK: func.func nested @nothing()
  func.func nested @nothing() {
    // CHECK: return
    return
  }

  // CHECK: module @inner
  builtin.module @inner {
    // CHECK: func.func @casts
    func.func @casts(%a: index) -> i64 {
      // CHECK: builtin.unrealized_conversion_cast %{{.*}} : index to i64
      %0 = builtin.unrealized_conversion_cast %a : index to i64
      // CHECK: builtin.unrealized_conversion_cast to tensor<4xf32>
      %1 = builtin.unrealized_conversion_cast to tensor<4xf32>
      // CHECK: builtin.unrealized_conversion_cast %{{.*}}, %{{.*}} : index, i64 to f32, i1 {why = "test"}
      %2:2 = builtin.unrealized_conversion_cast %a, %0 : index, i64 to f32, i1 {why = "test"}
      return %0 : i64
    }
  }
}
