// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK-LABEL: func.func @loops
func.func @loops(%lb: index, %ub: index, %step: index, %x: f32, %n: i32, %m: memref<?xf32>) -> (f32, i32) {
  // CHECK: scf.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} {
  scf.for %i = %lb to %ub step %step {
    // CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]]]
    memref.store %x, %m[%i] : memref<?xf32>
  }
  // CHECK: %{{.*}}:2 = scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}) -> (f32, i32) {
  %0:2 = scf.for %i = %lb to %ub step %step iter_args(%a = %x, %b = %n) -> (f32, i32) {
    %1 = arith.addf %a, %a : f32
    // CHECK: scf.yield %{{.*}}, %[[B]] : f32, i32
    scf.yield %1, %b : f32, i32
  } {tag = "kept"}
  // CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} : i32 {
  scf.for %i = %n to %n step %n : i32 {
    scf.yield
  }
  return %0#0, %0#1 : f32, i32
}

// CHECK-LABEL: func.func @ifs
func.func @ifs(%c: i1, %a: f32, %m: memref<f32>) -> f32 {
  // CHECK: scf.if %{{.*}} {
  scf.if %c {
    memref.store %a, %m[] : memref<f32>
  }
  // CHECK: scf.if %{{.*}} {
  // CHECK: } else {
  scf.if %c {
    memref.store %a, %m[] : memref<f32>
  } else {
    %0 = arith.negf %a : f32
    memref.store %0, %m[] : memref<f32>
  }
  // CHECK: %{{.*}} = scf.if %{{.*}} -> (f32) {
  %1 = scf.if %c -> (f32) {
    // CHECK: scf.yield %{{.*}} : f32
    scf.yield %a : f32
  } else {
    %2 = arith.negf %a : f32
    scf.yield %2 : f32
  }
  // CHECK: %{{.*}}:2 = scf.if %{{.*}} -> (f32, f32) {
  %3:2 = scf.if %c -> (f32, f32) {
    scf.yield %a, %1 : f32, f32
  } else {
    scf.yield %1, %a : f32, f32
  }
  return %3#1 : f32
}

// CHECK-LABEL: func.func @whiles
func.func @whiles(%a: i32, %b: f32) -> (i64, f32) {
  // CHECK: %{{.*}}:2 = scf.while (%[[X:.*]] = %{{.*}}, %[[Y:.*]] = %{{.*}}) : (i32, f32) -> (i64, f32) {
  %0:2 = scf.while (%x = %a, %y = %b) : (i32, f32) -> (i64, f32) {
    %c = arith.cmpi slt, %x, %a : i32
    %e = arith.extsi %x : i32 to i64
    // CHECK: scf.condition(%{{.*}}) %{{.*}}, %{{.*}} : i64, f32
    scf.condition(%c) %e, %y : i64, f32
  // CHECK: } do {
  } do {
  // CHECK-NEXT: ^bb0(%{{.*}}: i64, %{{.*}}: f32):
  ^bb0(%z: i64, %w: f32):
    %t = arith.trunci %z : i64 to i32
    scf.yield %t, %w : i32, f32
  // CHECK: } attributes {tag = 1 : i64}
  } attributes {tag = 1 : i64}
  // CHECK: scf.while : () -> () {
  scf.while : () -> () {
    %c = arith.constant false
    scf.condition(%c)
  } do {
    scf.yield
  }
  return %0#0, %0#1 : i64, f32
}

// CHECK-LABEL: func.func @regions
func.func @regions(%c: i1, %a: i32, %i: index) -> (i32, i32) {
  // CHECK: scf.execute_region -> i32 {
  %0 = scf.execute_region -> i32 {
    cf.cond_br %c, ^bb1, ^bb2
  ^bb1:
    scf.yield %a : i32
  ^bb2:
    %1 = arith.addi %a, %a : i32
    scf.yield %1 : i32
  }
  // CHECK: scf.execute_region {
  scf.execute_region {
    scf.yield
  }
  // CHECK: scf.index_switch %{{.*}} -> i32
  %2 = scf.index_switch %i -> i32
  // CHECK-NEXT: case 2 {
  case 2 {
    scf.yield %a : i32
  }
  // CHECK: case -5 {
  case -5 {
    %3 = arith.muli %a, %a : i32
    scf.yield %3 : i32
  }
  // CHECK: default {
  default {
    scf.yield %0 : i32
  }
  // CHECK: scf.index_switch %{{.*}}
  // CHECK-NEXT: default {
  scf.index_switch %i
  default {
    scf.yield
  }
  return %0, %2 : i32, i32
}

// CHECK-LABEL: func.func @foralls
func.func @foralls(%n: index, %t: tensor<?xf32>, %s: tensor<4x8xf32>, %m: memref<16x16xf32>, %x: f32) -> (tensor<?xf32>, tensor<4x8xf32>) {
  // CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) in (16, 16) {
  scf.forall (%i, %j) in (16, 16) {
    memref.store %x, %m[%i, %j] : memref<16x16xf32>
  // CHECK: } {mapping = [#gpu.block<x>, #gpu.thread<y>]}
  } {mapping = [#gpu.block<x>, #gpu.thread<y>]}
  // CHECK: %{{.*}}:2 = scf.forall (%{{.*}}) = (2) to (%{{.*}}) step (%{{.*}}) shared_outs(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}) -> (tensor<?xf32>, tensor<4x8xf32>) {
  %0:2 = scf.forall (%i) = (2) to (%n) step (%n) shared_outs(%a = %t, %b = %s) -> (tensor<?xf32>, tensor<4x8xf32>) {
    %one = tensor.extract_slice %b[0, 0] [1, 8] [1, 1] : tensor<4x8xf32> to tensor<1x8xf32>
    %row = tensor.extract_slice %b[0, 0] [1, 8] [1, 1] : tensor<4x8xf32> to tensor<8xf32>
    // CHECK: scf.forall.in_parallel {
    scf.forall.in_parallel {
      // CHECK: tensor.parallel_insert_slice %{{.*}} into %[[B]][%{{.*}}, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<4x8xf32>
      tensor.parallel_insert_slice %one into %b[%i, 0] [1, 8] [1, 1] : tensor<1x8xf32> into tensor<4x8xf32>
      // CHECK: tensor.parallel_insert_slice %{{.*}} into %[[A]][%{{.*}}] [8] [1] : tensor<8xf32> into tensor<?xf32>
      tensor.parallel_insert_slice %row into %a[%i] [8] [1] : tensor<8xf32> into tensor<?xf32>
    }
  }
  // CHECK: scf.forall (%{{.*}}) in (%{{.*}}) {
  scf.forall (%i) in (%n) {
    scf.forall.in_parallel {
    }
  }
  return %0#0, %0#1 : tensor<?xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func.func @parallels
func.func @parallels(%lb: index, %ub: index, %step: index, %x: f32, %m: memref<?x?xf32>) -> (f32, f32) {
  // CHECK: scf.parallel (%{{.*}}, %{{.*}}) = (%{{.*}}, %{{.*}}) to (%{{.*}}, %{{.*}}) step (%{{.*}}, %{{.*}}) {
  scf.parallel (%i, %j) = (%lb, %lb) to (%ub, %ub) step (%step, %step) {
    memref.store %x, %m[%i, %j] : memref<?x?xf32>
    // CHECK: scf.reduce
    scf.reduce
  }
  // CHECK: %{{.*}}:2 = scf.parallel (%{{.*}}) = (%{{.*}}) to (%{{.*}}) step (%{{.*}}) init (%{{.*}}, %{{.*}}) -> (f32, f32) {
  %0:2 = scf.parallel (%i) = (%lb) to (%ub) step (%step) init (%x, %x) -> (f32, f32) {
    %1 = memref.load %m[%i, %i] : memref<?x?xf32>
    // CHECK: scf.reduce(%{{.*}}, %{{.*}} : f32, f32) {
    scf.reduce(%1, %x : f32, f32) {
    // CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32):
    ^bb0(%a: f32, %b: f32):
      %2 = arith.addf %a, %b : f32
      // CHECK: scf.reduce.return %{{.*}} : f32
      scf.reduce.return %2 : f32
    }, {
    ^bb0(%a: f32, %b: f32):
      %3 = arith.maximumf %a, %b : f32
      scf.reduce.return %3 : f32
    }
  }
  return %0#0, %0#1 : f32, f32
}
