// RUN: lamella opt --mlir-print-debuginfo %s | FileCheck %s
// RUN: lamella opt --mlir-print-debuginfo %s | mlir-opt-19 --mlir-print-debuginfo | FileCheck %s --check-prefix=BACK
// RUN: lamella opt --mlir-print-debuginfo %s | lamella opt --mlir-print-debuginfo | FileCheck %s

// Aliases of locations stand behind the ops that use them; those of attributes before.
// CHECK: #[[ATTR:.*]] = loc("in":1:1)
// CHECK: module {
// CHECK: func.func @f
func.func @f(%a: i32 loc("arg":3:4)) -> i32 attributes {at = loc("in":1:1)} {
  // CHECK: %0 = arith.addi %arg0, %arg0 : i32 loc(#[[FILE:.*]])
  %0 = arith.addi %a, %a : i32 loc("x.py":10:2)
  // CHECK: %1 = arith.addi %0, %0 : i32 loc(#[[CALL:.*]])
  %1 = arith.addi %0, %0 : i32 loc(callsite("callee" at "x.py":10:2))
  // CHECK: %2 = arith.addi %1, %0 : i32 loc(#[[FUSED:.*]])
  %2 = arith.addi %1, %0 : i32 loc(fused<"meta">[#late, "b"("c"), "r":1:2 to :9, "r":1:3 to 4:5])
  // CHECK: return %2 : i32 loc(#[[UNKNOWN:.*]])
  return %2 : i32 loc(unknown)
} loc("named"("x.py":1:1))
// CHECK-DAG: #[[FILE]] = loc("x.py":10:2)
// CHECK-DAG: #[[UNKNOWN]] = loc(unknown)
// CHECK-DAG: #[[CALL]] = loc(callsite(#{{.*}} at #[[FILE]]))
// CHECK-DAG: #[[LATE:.*]] = loc("late":7:8)
// CHECK-DAG: #[[FUSED]] = loc(fused[#[[LATE]], #{{.*}}])
#late = loc("late":7:8)

// BACK-DAG: loc("x.py":10:2)
// BACK-DAG: loc("late":7:8)
