// RUN: lamella opt %s | FileCheck %s
// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt %s | lamella opt | FileCheck %s
// RUN: lamella opt --mlir-elide-elementsattrs-if-larger=2 %s | FileCheck %s --check-prefix=ELIDED

// CHECK: %cst = arith.constant dense_resource<weights> : tensor<2xf32>
// CHECK: %cst_0 = arith.constant dense_resource<with_space> : tensor<3xi8>
// ELIDED: dense_resource<weights>
// ELIDED: %cst_1 = arith.constant dense_resource<__elided__> : tensor<3xi8>
// ELIDED: %cst_2 = arith.constant dense<1> : tensor<3xi8>
func.func @f() {
  %0 = arith.constant dense_resource<weights> : tensor<2xf32>
  %1 = arith.constant dense_resource<"with space"> : tensor<3xi8>
  %2 = arith.constant dense<[1, 2, 3]> : tensor<3xi8>
  %3 = arith.constant dense<1> : tensor<3xi8>
  return
}

{-#
  dialect_resources: {
    builtin: {
      weights: "0x040000000000803F00000040",
      "with space": "0x01000000010203"
    }
  },
  external_resources: {
    tool: { note: "kept by nobody", flag: true }
  }
#-}
// CHECK: dialect_resources: {
// CHECK: builtin: {
// CHECK-DAG: weights: "0x040000000000803F00000040"
// CHECK-DAG: with_space: "0x01000000010203"
