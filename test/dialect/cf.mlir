// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK-LABEL: func.func @branches
func.func @branches(%c: i1, %a: i32, %b: f32) -> i32 {
  // CHECK: cf.assert %{{.*}}, "must \22hold\22"
  cf.assert %c, "must \"hold\""
  // CHECK: cf.cond_br %{{.*}}, ^bb1(%{{.*}} : i32), ^bb2
  cf.cond_br %c, ^bb1(%a : i32), ^bb2
^bb1(%x: i32):
  // CHECK: cf.br ^bb3(%{{.*}}, %{{.*}} : i32, f32)
  cf.br ^bb3(%x, %b : i32, f32)
^bb2:
  // CHECK: cf.cond_br %{{.*}}, ^bb1(%{{.*}} : i32), ^bb3(%{{.*}}, %{{.*}} : i32, f32)
  cf.cond_br %c, ^bb1(%a : i32), ^bb3(%a, %b : i32, f32)
^bb3(%y: i32, %z: f32):
  // CHECK: cf.br ^bb4
  cf.br ^bb4
^bb4:
  return %y : i32
}

// CHECK-LABEL: func.func @switches
func.func @switches(%flag: i32, %a: i32, %b: i32) -> i32 {
  // CHECK: cf.switch %{{.*}} : i32, [
  // CHECK-NEXT: default: ^bb1(%{{.*}} : i32),
  // CHECK-NEXT: 42: ^bb1(%{{.*}} : i32),
  // CHECK-NEXT: 4294967289: ^bb2(%{{.*}}, %{{.*}} : i32, i32),
  // CHECK-NEXT: 43: ^bb3
  // CHECK-NEXT: ]
  cf.switch %flag : i32, [
    default: ^bb1(%a : i32),
    42: ^bb1(%b : i32),
    -7: ^bb2(%a, %b : i32, i32),
    43: ^bb3
  ]
^bb1(%x: i32):
  // CHECK: cf.switch %{{.*}} : i32, [
  // CHECK-NEXT: default: ^bb3]
  cf.switch %flag : i32, [
    default: ^bb3
  ]
^bb2(%y: i32, %z: i32):
  cf.br ^bb3
^bb3:
  return %a : i32
}
