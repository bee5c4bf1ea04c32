// RUN: lamella opt --pass-pipeline='builtin.module(canonicalize)' %s | FileCheck %s

// CHECK-LABEL: func.func @integer_identities
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32)
func.func @integer_identities(%x: i32, %y: i32) -> (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %ones = arith.constant -1 : i32
  %0 = arith.addi %x, %c0 : i32
  %1 = arith.subi %0, %c0 : i32
  %2 = arith.muli %1, %c1 : i32
  %3 = arith.divsi %2, %c1 : i32
  %4 = arith.shli %3, %c0 : i32
  %5 = arith.andi %4, %ones : i32
  %6 = arith.ori %5, %c0 : i32
  %7 = arith.xori %6, %c0 : i32
  %8 = arith.maxsi %7, %7 : i32
  %9 = arith.subi %x, %x : i32
  %10 = arith.xori %y, %y : i32
  %11 = arith.muli %y, %c0 : i32
  %12 = arith.ori %y, %ones : i32
  %13 = arith.remsi %y, %c1 : i32
  %s = arith.subi %x, %y : i32
  %14 = arith.addi %s, %y : i32
  %15 = arith.addi %y, %s : i32
  %a = arith.addi %x, %y : i32
  %16 = arith.subi %a, %y : i32
  %17 = arith.subi %a, %x : i32
  %e = arith.xori %x, %y : i32
  %18 = arith.xori %e, %y : i32
  %19 = arith.xori %e, %x : i32
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i32
  // CHECK-DAG: %[[ONES:.*]] = arith.constant -1 : i32
  // CHECK: return %[[X]], %[[ZERO]], %[[ZERO]], %[[ZERO]], %[[ONES]], %[[ZERO]], %[[X]], %[[X]], %[[X]], %[[Y]], %[[X]], %[[Y]]
  return %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19 : i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32
}

// CHECK-LABEL: func.func @extremes
// CHECK-SAME: (%[[X:.*]]: i8)
func.func @extremes(%x: i8) -> (i8, i8, i8, i8, i8, i8) {
  %min = arith.constant -128 : i8
  %max = arith.constant 127 : i8
  %zero = arith.constant 0 : i8
  %ones = arith.constant -1 : i8
  %0 = arith.maxsi %x, %min : i8
  %1 = arith.maxsi %x, %max : i8
  %2 = arith.minui %x, %ones : i8
  %3 = arith.minui %x, %zero : i8
  %4 = arith.minsi %x, %max : i8
  %5 = arith.maxui %x, %ones : i8
  // CHECK-DAG: %[[MAX:.*]] = arith.constant 127 : i8
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i8
  // CHECK-DAG: %[[ONES:.*]] = arith.constant -1 : i8
  // CHECK: return %[[X]], %[[MAX]], %[[X]], %[[ZERO]], %[[X]], %[[ONES]]
  return %0, %1, %2, %3, %4, %5 : i8, i8, i8, i8, i8, i8
}

// Signed zeros, infinities and NaN are respected: what must stay stays.
// CHECK-LABEL: func.func @float_identities
// CHECK-SAME: (%[[X:.*]]: f32)
func.func @float_identities(%x: f32) -> (f32, f32, f32, f32, f32, f32) {
  %zero = arith.constant 0.0 : f32
  %negative_zero = arith.constant -0.0 : f32
  %one = arith.constant 1.0 : f32
  %infinity = arith.constant 0x7F800000 : f32
  %0 = arith.addf %x, %negative_zero : f32
  %1 = arith.subf %0, %zero : f32
  %2 = arith.mulf %1, %one : f32
  %3 = arith.divf %2, %one : f32
  %n = arith.negf %3 : f32
  %4 = arith.negf %n : f32
  %5 = arith.minimumf %4, %infinity : f32
  // CHECK: %[[A:.*]] = arith.addf %[[X]], %{{.*}} : f32
  %6 = arith.addf %x, %zero : f32
  // CHECK: %[[M:.*]] = arith.mulf %[[X]], %{{.*}} : f32
  %7 = arith.mulf %x, %zero : f32
  // CHECK: %[[N:.*]] = arith.minnumf %[[X]], %{{.*}} : f32
  %8 = arith.minnumf %x, %infinity : f32
  %9 = arith.mulf %x, %zero fastmath<nnan,nsz> : f32
  %10 = arith.addf %x, %zero fastmath<nsz> : f32
  // CHECK: return %[[X]], %[[A]], %[[M]], %[[N]], %{{.*}}, %[[X]]
  return %5, %6, %7, %8, %9, %10 : f32, f32, f32, f32, f32, f32
}

// CHECK-LABEL: func.func @casts
// CHECK-SAME: (%[[X:.*]]: i16, %[[F:.*]]: f16)
func.func @casts(%x: i16, %f: f16) -> (i16, i64, f16, i16, i16, f16, i8) {
  %0 = arith.extsi %x : i16 to i32
  %1 = arith.trunci %0 : i32 to i16
  // CHECK: %[[WIDE:.*]] = arith.extsi %[[X]] : i16 to i64
  %2 = arith.extsi %0 : i32 to i64
  %3 = arith.extf %f : f16 to f32
  %4 = arith.truncf %3 : f32 to f16
  %5 = arith.index_cast %x : i16 to index
  %6 = arith.index_cast %5 : index to i16
  %7 = arith.bitcast %f : f16 to i16
  %8 = arith.bitcast %7 : i16 to bf16
  %9 = arith.bitcast %8 : bf16 to i16
  %10 = arith.bitcast %9 : i16 to f16
  // CHECK: %[[NARROW:.*]] = arith.trunci %[[X]] : i16 to i8
  %11 = arith.trunci %2 : i64 to i8
  // CHECK: return %[[X]], %[[WIDE]], %[[F]], %[[X]], %{{.*}}, %[[F]], %[[NARROW]]
  return %1, %2, %4, %6, %9, %10, %11 : i16, i64, f16, i16, i16, f16, i8
}

// CHECK-LABEL: func.func @choices
// CHECK-SAME: (%[[X:.*]]: i32, %[[Y:.*]]: i32, %[[C:.*]]: i1)
func.func @choices(%x: i32, %y: i32, %c: i1) -> (i1, i1, i32, i32, i32, i1, i32, i32, i1) {
  %true = arith.constant true
  %false = arith.constant false
  %0 = arith.cmpi ule, %x, %x : i32
  %1 = arith.cmpi ne, %x, %x : i32
  %2 = arith.select %true, %x, %y : i32
  %3 = arith.select %false, %x, %y : i32
  %4 = arith.select %c, %x, %x : i32
  %5 = arith.select %c, %true, %false : i1
  %eq = arith.cmpi eq, %x, %y : i32
  %6 = arith.select %eq, %x, %y : i32
  %ne = arith.cmpi ne, %x, %y : i32
  %7 = arith.select %ne, %x, %y : i32
  %8 = arith.cmpi ne, %c, %false : i1
  // CHECK-DAG: %[[TRUE:.*]] = arith.constant true
  // CHECK-DAG: %[[FALSE:.*]] = arith.constant false
  // CHECK: return %[[TRUE]], %[[FALSE]], %[[X]], %[[Y]], %[[X]], %[[C]], %[[Y]], %[[X]], %[[C]]
  return %0, %1, %2, %3, %4, %5, %6, %7, %8 : i1, i1, i32, i32, i32, i1, i32, i32, i1
}

// CHECK-LABEL: func.func @lanes
func.func @lanes() -> (vector<4xi8>, vector<4xf32>, vector<4xi1>, tensor<2x2xf16>, vector<4xi16>, i32, i1, vector<2xi32>) {
  %a = arith.constant dense<[1, -2, 127, -128]> : vector<4xi8>
  %b = arith.constant dense<3> : vector<4xi8>
  // CHECK-DAG: %[[SUM:.*]] = arith.constant dense<[4, 1, -126, -125]> : vector<4xi8>
  %0 = arith.addi %a, %b : vector<4xi8>
  %f = arith.constant dense<[1.0, 0x7F800000, -0.0, 3.0]> : vector<4xf32>
  %g = arith.constant dense<0.1> : vector<4xf32>
  // CHECK-DAG: %[[PRODUCT:.*]] = arith.constant dense<[1.000000e-01, 0x7F800000, -0.000000e+00, 3.000000e-01]> : vector<4xf32>
  %1 = arith.mulf %f, %g : vector<4xf32>
  // CHECK-DAG: %[[LESS:.*]] = arith.constant dense<[true, true, false, true]> : vector<4xi1>
  %limits = arith.constant dense<[2, 0, -1, 127]> : vector<4xi8>
  %2 = arith.cmpi slt, %a, %limits : vector<4xi8>
  // CHECK-DAG: %[[ROUNDED:.*]] = arith.constant dense<9.997550e-02> : tensor<2x2xf16>
  %t = arith.constant dense<0.1> : tensor<2x2xf32>
  %3 = arith.truncf %t : tensor<2x2xf32> to tensor<2x2xf16>
  // CHECK-DAG: %[[BITS:.*]] = arith.constant dense<[31744, -32768, 15360, 1]> : vector<4xi16>
  %h = arith.constant dense<[0x7C00, -0.0, 1.0, 0x0001]> : vector<4xf16>
  %4 = arith.bitcast %h : vector<4xf16> to vector<4xi16>
  // CHECK-DAG: %[[HIGH:.*]] = arith.constant -1 : i32
  %big = arith.constant 2000000000 : i32
  %minus = arith.constant -2 : i32
  %low, %high = arith.mulsi_extended %big, %minus : i32
  // CHECK-DAG: %[[WRAPPED:.*]] = arith.constant true
  %sum, %overflow = arith.addui_extended %minus, %big : i32, i1
  // CHECK-DAG: %[[COUNTS:.*]] = arith.constant dense<[31, 0]> : vector<2xi32>
  %n = arith.constant dense<[1, -1]> : vector<2xi32>
  %5 = math.ctlz %n : vector<2xi32>
  // CHECK: return %[[SUM]], %[[PRODUCT]], %[[LESS]], %[[ROUNDED]], %[[BITS]], %[[HIGH]], %[[WRAPPED]], %[[COUNTS]]
  return %0, %1, %2, %3, %4, %high, %overflow, %5 : vector<4xi8>, vector<4xf32>, vector<4xi1>, tensor<2x2xf16>, vector<4xi16>, i32, i1, vector<2xi32>
}

// Undefined results stay: divisions by zero, shifts too far, conversions out of range.
// CHECK-LABEL: func.func @undefined
func.func @undefined() -> (i32, i32, i32, i8) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 7 : i32
  %min = arith.constant -2147483648 : i32
  %minus = arith.constant -1 : i32
  %width = arith.constant 32 : i32
  %f = arith.constant 1.0e9 : f32
  // CHECK: arith.divsi
  %0 = arith.divsi %c1, %c0 : i32
  // CHECK: arith.divsi
  %1 = arith.divsi %min, %minus : i32
  // CHECK: arith.shli
  %2 = arith.shli %c1, %width : i32
  // CHECK: arith.fptosi
  %3 = arith.fptosi %f : f32 to i8
  return %0, %1, %2, %3 : i32, i32, i32, i8
}

// CHECK-LABEL: func.func @rounding
func.func @rounding() -> (f32, f32, f32, f32, f64, i32, i32) {
  %h = arith.constant 2.5 : f32
  %g = arith.constant -2.5 : f32
  // CHECK-DAG: %[[A:.*]] = arith.constant 3.000000e+00 : f32
  %0 = math.round %h : f32
  // CHECK-DAG: %[[B:.*]] = arith.constant 2.000000e+00 : f32
  %1 = math.roundeven %h : f32
  // CHECK-DAG: %[[C:.*]] = arith.constant -3.000000e+00 : f32
  %2 = math.floor %g : f32
  // CHECK-DAG: %[[D:.*]] = arith.constant -2.000000e+00 : f32
  %3 = math.ceil %g : f32
  // CHECK-DAG: %[[E:.*]] = arith.constant 1.4142135623730951 : f64
  %two = arith.constant 2.0 : f64
  %4 = math.sqrt %two : f64
  // CHECK-DAG: %[[F:.*]] = arith.constant 81 : i32
  %three = arith.constant 3 : i32
  %four = arith.constant 4 : i32
  %5 = math.ipowi %three, %four : i32
  // CHECK-DAG: %[[G:.*]] = arith.constant 0 : i32
  %minus = arith.constant -1 : i32
  %6 = math.ipowi %three, %minus : i32
  // CHECK: return %[[A]], %[[B]], %[[C]], %[[D]], %[[E]], %[[F]], %[[G]]
  return %0, %1, %2, %3, %4, %5, %6 : f32, f32, f32, f32, f64, i32, i32
}
