// RUN: lamella opt --pass-pipeline=canonicalize %s | FileCheck %s
// RUN: lamella opt --pass-pipeline=canonicalize %s | mlir-opt-19 | FileCheck %s
// A second run changes nothing.
// RUN: lamella opt --pass-pipeline=canonicalize %s > %t && lamella opt --pass-pipeline=canonicalize %t | diff %t -

// CHECK-LABEL: @sums
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32)
func.func @sums(%x: i32, %y: i32) -> (i32, i32, i32, i32, i32, i32, i32, i32, i32) {
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c0 = arith.constant 0 : i32
  %m1 = arith.constant -1 : i32
  // CHECK-DAG: %[[C3:.*]] = arith.constant 3 : i32
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : i32
  // CHECK-DAG: %[[M1:.*]] = arith.constant -1 : i32
  // CHECK-DAG: %[[M2:.*]] = arith.constant -2 : i32
  // CHECK-DAG: %[[C0:.*]] = arith.constant 0 : i32
  // CHECK: %[[R0:.*]] = arith.addi %[[X]], %[[C3]]
  %a0 = arith.addi %c1, %x : i32
  %r0 = arith.addi %a0, %c2 : i32
  // CHECK: %[[R1:.*]] = arith.subi %[[C3]], %[[X]]
  %a1 = arith.subi %c1, %x : i32
  %r1 = arith.addi %a1, %c2 : i32
  // CHECK: %[[R2:.*]] = arith.addi %[[X]], %[[M2]]
  %r2 = arith.subi %x, %c2 : i32
  // CHECK: %[[R3:.*]] = arith.subi %[[M1]], %[[X]]
  %a3 = arith.addi %x, %c2 : i32
  %r3 = arith.subi %c1, %a3 : i32
  // CHECK: %[[R4:.*]] = arith.addi %[[X]], %[[C1]]
  %a4 = arith.subi %c1, %x : i32
  %r4 = arith.subi %c2, %a4 : i32
  // CHECK: %[[R5:.*]] = arith.subi %[[C0]], %[[Y]]
  %a5 = arith.subi %x, %y : i32
  %r5 = arith.subi %a5, %x : i32
  // CHECK: %[[R6:.*]] = arith.subi %[[X]], %[[Y]]
  %a6 = arith.subi %c0, %y : i32
  %r6 = arith.addi %x, %a6 : i32
  // CHECK: %[[R7:.*]] = arith.subi %[[X]], %[[Y]]
  %a7 = arith.muli %y, %m1 : i32
  %r7 = arith.addi %a7, %x : i32
  // CHECK: %[[R8:.*]] = arith.addi %[[X]], %[[Y]]
  %a8 = arith.subi %c0, %y : i32
  %r8 = arith.subi %x, %a8 : i32
  // CHECK: return %[[R0]], %[[R1]], %[[R2]], %[[R3]], %[[R4]], %[[R5]], %[[R6]], %[[R7]], %[[R8]]
  return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8 : i32, i32, i32, i32, i32, i32, i32, i32, i32
}

// CHECK-LABEL: @bits
// CHECK-SAME: (%[[X:.*]]: i32, %[[A:.*]]: i8, %[[B:.*]]: i8)
func.func @bits(%x: i32, %a: i8, %b: i8) -> (i32, i32, i32, i32, i32, i64, index, index, index) {
  %c6 = arith.constant 6 : i32
  %c3 = arith.constant 3 : i32
  // CHECK-DAG: %[[C18:.*]] = arith.constant 18 : i32
  // CHECK-DAG: %[[C2:.*]] = arith.constant 2 : i32
  // CHECK-DAG: %[[C7:.*]] = arith.constant 7 : i32
  // CHECK: arith.muli %[[X]], %[[C18]]
  %m = arith.muli %x, %c6 : i32
  %r0 = arith.muli %m, %c3 : i32
  // CHECK: arith.andi %[[X]], %[[C2]]
  %n = arith.andi %x, %c6 : i32
  %r1 = arith.andi %n, %c3 : i32
  // CHECK: arith.ori %[[X]], %[[C7]]
  %o = arith.ori %x, %c6 : i32
  %r2 = arith.ori %o, %c3 : i32
  // CHECK: %[[XO:.*]] = arith.xori %[[A]], %[[B]] : i8
  // CHECK: arith.extui %[[XO]]
  %ea = arith.extui %a : i8 to i32
  %eb = arith.extui %b : i8 to i32
  %r3 = arith.xori %ea, %eb : i32
  // CHECK: %[[AN:.*]] = arith.andi %[[A]], %[[B]] : i8
  // CHECK: arith.extsi %[[AN]]
  %sa = arith.extsi %a : i8 to i32
  %sb = arith.extsi %b : i8 to i32
  %r4 = arith.andi %sa, %sb : i32
  // CHECK: arith.extui %[[A]] : i8 to i64
  %e1 = arith.extui %a : i8 to i32
  %r5 = arith.extsi %e1 : i32 to i64
  // CHECK: arith.index_cast %[[A]] : i8 to index
  %e2 = arith.extsi %a : i8 to i32
  %r6 = arith.index_cast %e2 : i32 to index
  // CHECK: arith.index_castui %[[A]] : i8 to index
  %e3 = arith.extui %a : i8 to i32
  %r7 = arith.index_castui %e3 : i32 to index
  // CHECK: arith.index_castui %[[B]] : i8 to index
  %e4 = arith.extui %b : i8 to i32
  %r8 = arith.index_cast %e4 : i32 to index
  return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8 : i32, i32, i32, i32, i32, i64, index, index, index
}

// CHECK-LABEL: @compare
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32, %[[F:.*]]: f32, %[[A:.*]]: i8, %[[B:.*]]: i8)
func.func @compare(%x: i32, %y: i32, %f: f32, %a: i8, %b: i8) -> (i1, i1, i1, i1, i1) {
  %c1 = arith.constant 1 : i32
  %true = arith.constant true
  // CHECK: arith.cmpi sgt, %[[X]], %c1_i32
  %r0 = arith.cmpi slt, %c1, %x : i32
  // CHECK: arith.cmpi uge, %[[X]], %[[Y]]
  %l = arith.cmpi ult, %x, %y : i32
  %r1 = arith.xori %l, %true : i1
  // CHECK: arith.cmpf uge, %[[F]], %[[F]]
  %o = arith.cmpf olt, %f, %f : f32
  %r2 = arith.xori %o, %true : i1
  // CHECK: arith.cmpi eq, %[[A]], %[[B]] : i8
  %ea = arith.extui %a : i8 to i32
  %eb = arith.extui %b : i8 to i32
  %r3 = arith.cmpi eq, %ea, %eb : i32
  // CHECK: arith.cmpi ne, %[[A]], %[[B]] : i8
  %sa = arith.extsi %a : i8 to i32
  %sb = arith.extsi %b : i8 to i32
  %r4 = arith.cmpi ne, %sa, %sb : i32
  return %r0, %r1, %r2, %r3, %r4 : i1, i1, i1, i1, i1
}

// CHECK-LABEL: @select
// CHECK-SAME: (%[[C:.*]]: i1, %[[X:.*]]: f32, %[[Y:.*]]: f32, %[[Z:.*]]: f32)
func.func @select(%c: i1, %x: f32, %y: f32, %z: f32) -> (f32, f32, f32, i32, i32, i1) {
  %true = arith.constant true
  %false = arith.constant false
  %c1 = arith.constant 1 : i32
  %c0 = arith.constant 0 : i32
  %m1 = arith.constant -1 : i32
  // CHECK: arith.select %[[C]], %[[Y]], %[[X]]
  %n = arith.xori %c, %true : i1
  %r0 = arith.select %n, %x, %y : f32
  // CHECK: arith.select %[[C]], %[[X]], %[[Z]]
  %s = arith.select %c, %x, %y : f32
  %r1 = arith.select %c, %s, %z : f32
  // CHECK: arith.select %[[C]], %[[Z]], %[[Y]]
  %r2 = arith.select %c, %z, %s : f32
  // CHECK: arith.extui %[[C]] : i1 to i32
  %r3 = arith.select %c, %c1, %c0 : i32
  // CHECK: arith.extsi %[[C]] : i1 to i32
  %r4 = arith.select %c, %m1, %c0 : i32
  // CHECK: arith.xori %[[C]], %true
  %r5 = arith.select %c, %false, %true : i1
  return %r0, %r1, %r2, %r3, %r4, %r5 : f32, f32, f32, i32, i32, i1
}

// CHECK-LABEL: @floats
// CHECK-SAME: (%[[X:.*]]: f32, %[[Y:.*]]: f32)
func.func @floats(%x: f32, %y: f32) -> (f32, f32, f32, f32) {
  // CHECK-DAG: %[[E:.*]] = arith.constant 1.250000e-01 : f32
  // CHECK-DAG: %[[T:.*]] = arith.constant 3.000000e+00 : f32
  %nx = arith.negf %x : f32
  %ny = arith.negf %y : f32
  // CHECK: arith.mulf %[[X]], %[[Y]]
  %r0 = arith.mulf %nx, %ny : f32
  // CHECK: arith.divf %[[X]], %[[Y]]
  %r1 = arith.divf %nx, %ny : f32
  // CHECK: arith.mulf %[[X]], %[[E]]
  %c8 = arith.constant 8.0 : f32
  %r2 = arith.divf %x, %c8 : f32
  // CHECK: arith.divf %[[X]], %[[T]]
  %c3 = arith.constant 3.0 : f32
  %r3 = arith.divf %x, %c3 : f32
  return %r0, %r1, %r2, %r3 : f32, f32, f32, f32
}

// Discardable attributes go to what replaces an op.
// CHECK-LABEL: @attributes
func.func @attributes(%x: i32) -> i32 {
  %c2 = arith.constant 2 : i32
  // CHECK: arith.addi {{.*}} {lam.node = "sub"} : i32
  %r = arith.subi %x, %c2 {lam.node = "sub"} : i32
  return %r : i32
}

// CHECK-LABEL: @vectors
// CHECK-SAME: (%[[X:.*]]: f32, %[[V:.*]]: vector<2x3x4xf32>, %[[M:.*]]: memref<8xf32>, %[[P:.*]]: vector<8xf32>)
func.func @vectors(%x: f32, %v: vector<2x3x4xf32>, %m: memref<8xf32>, %p: vector<8xf32>)
    -> (vector<4xf32>, vector<4x2xf32>, vector<2xf32>, vector<24xf32>, f32, f32, vector<8xf32>, vector<8xf32>, vector<8xi1>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  // CHECK: vector.broadcast %[[X]] : f32 to vector<4xf32>
  %s = vector.splat %x : vector<2x2xf32>
  %r0 = vector.shape_cast %s : vector<2x2xf32> to vector<4xf32>
  // CHECK: vector.broadcast %[[X]] : f32 to vector<4x2xf32>
  %b = vector.broadcast %x : f32 to vector<2x4xf32>
  %r1 = vector.transpose %b, [1, 0] : vector<2x4xf32> to vector<4x2xf32>
  // CHECK: vector.broadcast %[[X]] : f32 to vector<2xf32>
  %l = vector.broadcast %x : f32 to vector<8xf32>
  %r2 = vector.extract_strided_slice %l {offsets = [2], sizes = [2], strides = [1]} : vector<8xf32> to vector<2xf32>
  // CHECK: vector.shape_cast %[[V]] : vector<2x3x4xf32> to vector<24xf32>
  %sc = vector.shape_cast %v : vector<2x3x4xf32> to vector<6x4xf32>
  %r3 = vector.shape_cast %sc : vector<6x4xf32> to vector<24xf32>
  // CHECK: vector.extract %[[V]][1, 2, 3]
  %e0 = vector.extract %v[1] : vector<3x4xf32> from vector<2x3x4xf32>
  %e1 = vector.extract %e0[2] : vector<4xf32> from vector<3x4xf32>
  %i3 = arith.constant 3 : index
  %r4 = vector.extractelement %e1[%i3 : index] : vector<4xf32>
  // CHECK: vector.extract %[[P]][1]
  %ins = vector.insert %x, %p[5] : f32 into vector<8xf32>
  %r5 = vector.extract %ins[%c1] : f32 from vector<8xf32>
  // CHECK: vector.load %[[M]][%c0]
  %full = vector.constant_mask [8] : vector<8xi1>
  %r6 = vector.maskedload %m[%c0], %full, %p : memref<8xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  %none = arith.constant dense<false> : vector<8xi1>
  %r7 = vector.maskedload %m[%c0], %none, %p : memref<8xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: vector.constant_mask [5] : vector<8xi1>
  %r8 = vector.create_mask %c5 : vector<8xi1>
  // CHECK: return {{.*}}, %[[P]], %
  return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8 : vector<4xf32>, vector<4x2xf32>, vector<2xf32>, vector<24xf32>, f32, f32, vector<8xf32>, vector<8xf32>, vector<8xi1>
}

// CHECK-LABEL: @loops
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32, %[[N:.*]]: index)
func.func @loops(%x: i32, %y: i32, %n: index) -> (i32, i32, i32, i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: %[[R0:.*]] = arith.addi %[[X]], %[[Y]]
  %r0 = scf.for %i = %c0 to %c1 step %c1 iter_args(%a = %x) -> (i32) {
    %z = arith.addi %a, %y : i32
    scf.yield %z : i32
  }
  // CHECK: %[[R1:.*]] = scf.for %{{.*}} = %{{.*}} to %[[N]] step %{{.*}} iter_args(%[[A:.*]] = %[[X]]) -> (i32) {
  // CHECK-NEXT: %[[Z:.*]] = arith.addi %[[A]], %[[Y]]
  // CHECK-NEXT: scf.yield %[[Z]] : i32
  %r1:3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y, %c = %x) -> (i32, i32, i32) {
    %z = arith.addi %a, %b : i32
    %w = arith.muli %b, %b : i32
    scf.yield %z, %b, %w : i32, i32, i32
  }
  %r2 = scf.for %i = %n to %n step %c1 iter_args(%a = %y) -> (i32) {
    %z = arith.addi %a, %y : i32
    scf.yield %z : i32
  }
  // CHECK: return %[[R0]], %[[R1]], %[[Y]], %[[Y]]
  return %r0, %r1#0, %r1#1, %r2 : i32, i32, i32, i32
}

// CHECK-LABEL: @branches
// CHECK-SAME: (%[[C:.*]]: i1, %[[D:.*]]: i1, %[[X:.*]]: i32, %[[Y:.*]]: i32, %[[M:.*]]: memref<i32>)
func.func @branches(%c: i1, %d: i1, %x: i32, %y: i32, %m: memref<i32>) -> (i32, i32, i32, i32) {
  %true = arith.constant true
  // CHECK: %[[R0:.*]] = arith.addi %[[X]], %[[Y]]
  %r0 = scf.if %true -> (i32) {
    %z = arith.addi %x, %y : i32
    scf.yield %z : i32
  } else {
    scf.yield %x : i32
  }
  // CHECK: %[[R1:.*]] = arith.select %[[C]], %[[X]], %[[Y]]
  %r1 = scf.if %c -> (i32) {
    scf.yield %x : i32
  } else {
    scf.yield %y : i32
  }
  // CHECK: %[[R2:.*]] = scf.if %[[C]] -> (i32) {
  // CHECK-NEXT: %[[T:.*]] = arith.addi %[[Y]], %c1_i32
  // CHECK-NEXT: scf.yield %[[T]]
  // CHECK-NEXT: } else {
  // CHECK-NEXT: scf.yield %[[Y]]
  %r2:2 = scf.if %c -> (i32, i32) {
    %e = arith.extui %c : i1 to i32
    %z = arith.addi %e, %y : i32
    scf.yield %z, %x : i32, i32
  } else {
    scf.yield %y, %y : i32, i32
  }
  // CHECK: %[[B:.*]] = arith.andi %[[C]], %[[D]]
  // CHECK-NEXT: scf.if %[[B]] {
  // CHECK-NEXT: memref.store %[[X]], %[[M]]
  // CHECK-NEXT: }
  scf.if %c {
    scf.if %d {
      memref.store %x, %m[] : memref<i32>
    } else {
    }
  }
  // CHECK-NEXT: %[[R3:.*]] = arith.muli %[[X]], %[[Y]]
  %r3 = scf.execute_region -> i32 {
    %z = arith.muli %x, %y : i32
    scf.yield %z : i32
  }
  // CHECK: return %[[R0]], %[[R1]], %[[R2]], %[[R3]]
  return %r0, %r1, %r2#0, %r3 : i32, i32, i32, i32
}

// CHECK-LABEL: @switch
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32)
// CHECK-NEXT: return %[[Y]]
func.func @switch(%x: i32, %y: i32) -> i32 {
  %c2 = arith.constant 2 : index
  %r = scf.index_switch %c2 -> i32
  case 1 {
    scf.yield %x : i32
  }
  case 2 {
    scf.yield %y : i32
  }
  default {
    scf.yield %x : i32
  }
  return %r : i32
}

// CHECK-LABEL: @blocks
// CHECK-SAME: (%[[X:.*]]: i32)
// CHECK-NEXT: return %[[X]]
// CHECK-NEXT: }
func.func @blocks(%x: i32) -> i32 {
  %true = arith.constant true
  cf.cond_br %true, ^next(%x : i32), ^other
^next(%a: i32):
  return %a : i32
^other:
  %z = arith.addi %x, %x : i32
  return %z : i32
}

// CHECK-LABEL: @slices
// CHECK-SAME: (%[[M:.*]]: memref<8x8xf32>, %[[T:.*]]: tensor<8x8xf32>, %[[F:.*]]: f32)
func.func @slices(%m: memref<8x8xf32>, %t: tensor<8x8xf32>, %f: f32)
    -> (memref<?x8xf32, strided<[8, 1], offset: ?>>, tensor<?x8xf32>, tensor<?xf32>, tensor<16xf32>, f32) {
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  // CHECK: memref.subview %[[M]][2, 0] [4, 8] [1, 1] : memref<8x8xf32> to memref<4x8xf32, strided<[8, 1], offset: 16>>
  %r0 = memref.subview %m[%c2, 0] [%c4, 8] [1, 1] : memref<8x8xf32> to memref<?x8xf32, strided<[8, 1], offset: ?>>
  // CHECK: tensor.extract_slice %[[T]][2, 0] [4, 8] [1, 1] : tensor<8x8xf32> to tensor<4x8xf32>
  %r1 = tensor.extract_slice %t[%c2, 0] [%c4, 8] [1, 1] : tensor<8x8xf32> to tensor<?x8xf32>
  // CHECK: tensor.empty() : tensor<4xf32>
  %r2 = tensor.empty(%c4) : tensor<?xf32>
  // CHECK: tensor.collapse_shape %{{.*}} {{\[}}[0, 1, 2]] : tensor<2x2x4xf32> into tensor<16xf32>
  %e = tensor.empty() : tensor<2x2x4xf32>
  %col = tensor.collapse_shape %e [[0, 1], [2]] : tensor<2x2x4xf32> into tensor<4x4xf32>
  %r3 = tensor.collapse_shape %col [[0, 1]] : tensor<4x4xf32> into tensor<16xf32>
  // Nobody reads it.
  // CHECK-NOT: memref.alloc
  %a = memref.alloc() : memref<4xf32>
  memref.store %f, %a[%c2] : memref<4xf32>
  memref.dealloc %a : memref<4xf32>
  // CHECK: memref.load %[[M]]
  %cast = memref.cast %m : memref<8x8xf32> to memref<?x?xf32>
  %r4 = memref.load %cast[%c2, %c4] : memref<?x?xf32>
  // CHECK-NOT: memref.copy
  memref.copy %m, %m : memref<8x8xf32> to memref<8x8xf32>
  return %r0, %r1, %r2, %r3, %r4 : memref<?x8xf32, strided<[8, 1], offset: ?>>, tensor<?x8xf32>, tensor<?xf32>, tensor<16xf32>, f32
}
