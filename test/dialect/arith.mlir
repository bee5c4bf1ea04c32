// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK-LABEL: func.func @constants
func.func @constants() -> (i32, index, f32, f16, i1, vector<4xf32>, tensor<2x2xi8>, vector<2xi1>, f64) {
  // CHECK: arith.constant -5 : i32
  %0 = arith.constant -5 : i32
  // CHECK: arith.constant 7 : index
  %1 = arith.constant 7 : index
  // CHECK: arith.constant 1.500000e+00 : f32
  %2 = arith.constant 1.5 : f32
  // CHECK: arith.constant 0x7C00 : f16
  %3 = arith.constant 0x7C00 : f16
  // CHECK: arith.constant true
  %4 = arith.constant true
  // CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00, -0.000000e+00, 0x7F800000]> : vector<4xf32>
  %5 = arith.constant dense<[1.0, 2.0, -0.0, 0x7F800000]> : vector<4xf32>
  // CHECK: arith.constant dense<{{\[\[}}1, 2], [3, -4]]> : tensor<2x2xi8>
  %6 = arith.constant dense<[[1, 2], [3, -4]]> : tensor<2x2xi8>
  // CHECK: arith.constant dense<[true, false]> : vector<2xi1>
  %7 = arith.constant dense<[true, false]> : vector<2xi1>
  // CHECK: arith.constant 1.000000e-01 : f64
  %8 = arith.constant 0.1 : f64
  return %0, %1, %2, %3, %4, %5, %6, %7, %8 : i32, index, f32, f16, i1, vector<4xf32>, tensor<2x2xi8>, vector<2xi1>, f64
}

// CHECK-LABEL: func.func @integers
func.func @integers(%a: i32, %b: i32, %v: vector<8xi16>, %i: index) {
  // CHECK: arith.addi %{{.*}}, %{{.*}} : i32
  %0 = arith.addi %a, %b : i32
  // CHECK: arith.addi %{{.*}}, %{{.*}} overflow<nsw> : i32
  %1 = arith.addi %a, %b overflow<nsw> : i32
  // CHECK: arith.subi %{{.*}}, %{{.*}} overflow<nsw, nuw> : i32
  %2 = arith.subi %a, %b overflow<nsw, nuw> : i32
  // CHECK: arith.muli %{{.*}}, %{{.*}} : vector<8xi16>
  %3 = arith.muli %v, %v : vector<8xi16>
  // CHECK: arith.divui %{{.*}}, %{{.*}} : i32
  %4 = arith.divui %a, %b : i32
  // CHECK: arith.divsi %{{.*}}, %{{.*}} : i32
  %5 = arith.divsi %a, %b : i32
  // CHECK: arith.ceildivui %{{.*}}, %{{.*}} : i32
  %6 = arith.ceildivui %a, %b : i32
  // CHECK: arith.ceildivsi %{{.*}}, %{{.*}} : i32
  %7 = arith.ceildivsi %a, %b : i32
  // CHECK: arith.floordivsi %{{.*}}, %{{.*}} : i32
  %8 = arith.floordivsi %a, %b : i32
  // CHECK: arith.remui %{{.*}}, %{{.*}} : index
  %9 = arith.remui %i, %i : index
  // CHECK: arith.remsi %{{.*}}, %{{.*}} : i32
  %10 = arith.remsi %a, %b : i32
  // CHECK: arith.andi %{{.*}}, %{{.*}} : i32
  %11 = arith.andi %a, %b : i32
  // CHECK: arith.ori %{{.*}}, %{{.*}} : i32
  %12 = arith.ori %a, %b : i32
  // CHECK: arith.xori %{{.*}}, %{{.*}} : i32
  %13 = arith.xori %a, %b : i32
  // CHECK: arith.shli %{{.*}}, %{{.*}} : i32
  %14 = arith.shli %a, %b : i32
  // CHECK: arith.shrui %{{.*}}, %{{.*}} : i32
  %15 = arith.shrui %a, %b : i32
  // CHECK: arith.shrsi %{{.*}}, %{{.*}} : i32
  %16 = arith.shrsi %a, %b : i32
  // CHECK: arith.maxsi %{{.*}}, %{{.*}} : i32
  %17 = arith.maxsi %a, %b : i32
  // CHECK: arith.maxui %{{.*}}, %{{.*}} : i32
  %18 = arith.maxui %a, %b : i32
  // CHECK: arith.minsi %{{.*}}, %{{.*}} : i32
  %19 = arith.minsi %a, %b : i32
  // CHECK: arith.minui %{{.*}}, %{{.*}} : i32
  %20 = arith.minui %a, %b : i32
  // CHECK: arith.addui_extended %{{.*}}, %{{.*}} : i32, i1
  %21, %22 = arith.addui_extended %a, %b : i32, i1
  // CHECK: arith.mulsi_extended %{{.*}}, %{{.*}} : i32
  %23, %24 = arith.mulsi_extended %a, %b : i32
  // CHECK: arith.mului_extended %{{.*}}, %{{.*}} : vector<8xi16>
  %25, %26 = arith.mului_extended %v, %v : vector<8xi16>
  // CHECK: arith.addi %{{.*}}, %{{.*}} {tag = "kept"} : i32
  %27 = arith.addi %a, %b {tag = "kept"} : i32
  return
}

// CHECK-LABEL: func.func @floats
func.func @floats(%a: f32, %b: f32, %v: vector<2x[4]xf64>, %t: tensor<?x3xbf16>) {
  // CHECK: arith.negf %{{.*}} : f32
  %0 = arith.negf %a : f32
  // CHECK: arith.addf %{{.*}}, %{{.*}} : f32
  %1 = arith.addf %a, %b : f32
  // CHECK: arith.subf %{{.*}}, %{{.*}} fastmath<fast> : f32
  %2 = arith.subf %a, %b fastmath<fast> : f32
  // CHECK: arith.mulf %{{.*}}, %{{.*}} fastmath<nnan,nsz> : f32
  %3 = arith.mulf %a, %b fastmath<nnan,nsz> : f32
  // CHECK: arith.divf %{{.*}}, %{{.*}} : vector<2x[4]xf64>
  %4 = arith.divf %v, %v : vector<2x[4]xf64>
  // CHECK: arith.remf %{{.*}}, %{{.*}} : tensor<?x3xbf16>
  %5 = arith.remf %t, %t : tensor<?x3xbf16>
  // CHECK: arith.maximumf %{{.*}}, %{{.*}} : f32
  %6 = arith.maximumf %a, %b : f32
  // CHECK: arith.maxnumf %{{.*}}, %{{.*}} : f32
  %7 = arith.maxnumf %a, %b : f32
  // CHECK: arith.minimumf %{{.*}}, %{{.*}} : f32
  %8 = arith.minimumf %a, %b : f32
  // CHECK: arith.minnumf %{{.*}}, %{{.*}} : f32
  %9 = arith.minnumf %a, %b : f32
  return
}

// CHECK-LABEL: func.func @casts
func.func @casts(%i: i16, %f: f32, %n: index, %v: vector<4xi8>, %m: memref<?xi32>) {
  // CHECK: arith.extui %{{.*}} : i16 to i32
  %0 = arith.extui %i : i16 to i32
  // CHECK: arith.extsi %{{.*}} : vector<4xi8> to vector<4xi64>
  %1 = arith.extsi %v : vector<4xi8> to vector<4xi64>
  // CHECK: arith.extf %{{.*}} : f32 to f64
  %2 = arith.extf %f : f32 to f64
  // CHECK: arith.trunci %{{.*}} : i16 to i1
  %3 = arith.trunci %i : i16 to i1
  // CHECK: arith.truncf %{{.*}} : f32 to bf16
  %4 = arith.truncf %f : f32 to bf16
  // CHECK: arith.truncf %{{.*}} to_nearest_even : f32 to f16
  %5 = arith.truncf %f to_nearest_even : f32 to f16
  // CHECK: arith.truncf %{{.*}} toward_zero fastmath<contract> : f32 to f16
  %6 = arith.truncf %f toward_zero fastmath<contract> : f32 to f16
  // CHECK: arith.uitofp %{{.*}} : i16 to f32
  %7 = arith.uitofp %i : i16 to f32
  // CHECK: arith.sitofp %{{.*}} : i16 to f32
  %8 = arith.sitofp %i : i16 to f32
  // CHECK: arith.fptoui %{{.*}} : f32 to i8
  %9 = arith.fptoui %f : f32 to i8
  // CHECK: arith.fptosi %{{.*}} : f32 to i64
  %10 = arith.fptosi %f : f32 to i64
  // CHECK: arith.index_cast %{{.*}} : index to i32
  %11 = arith.index_cast %n : index to i32
  // CHECK: arith.index_cast %{{.*}} : memref<?xi32> to memref<?xindex>
  %12 = arith.index_cast %m : memref<?xi32> to memref<?xindex>
  // CHECK: arith.index_castui %{{.*}} : i16 to index
  %13 = arith.index_castui %i : i16 to index
  // CHECK: arith.bitcast %{{.*}} : f32 to i32
  %14 = arith.bitcast %f : f32 to i32
  // CHECK: arith.extf %{{.*}} fastmath<ninf> : f32 to f64
  %15 = arith.extf %f fastmath<ninf> : f32 to f64
  return
}

// CHECK-LABEL: func.func @comparisons
func.func @comparisons(%a: i32, %b: i32, %f: vector<4xf32>, %c: i1, %m: vector<4xi1>, %t: tensor<?xi64>) {
  // CHECK: arith.cmpi slt, %{{.*}}, %{{.*}} : i32
  %0 = arith.cmpi slt, %a, %b : i32
  // CHECK: arith.cmpi uge, %{{.*}}, %{{.*}} : tensor<?xi64>
  %1 = arith.cmpi uge, %t, %t : tensor<?xi64>
  // CHECK: arith.cmpf olt, %{{.*}}, %{{.*}} : vector<4xf32>
  %2 = arith.cmpf olt, %f, %f : vector<4xf32>
  // CHECK: arith.cmpf true, %{{.*}}, %{{.*}} fastmath<nnan> : vector<4xf32>
  %3 = arith.cmpf true, %f, %f fastmath<nnan> : vector<4xf32>
  // CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : i32
  %4 = arith.select %c, %a, %b : i32
  // CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : vector<4xi1>, vector<4xf32>
  %5 = arith.select %m, %f, %f : vector<4xi1>, vector<4xf32>
  // CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : vector<4xf32>
  %6 = arith.select %c, %f, %f : vector<4xf32>
  return
}
