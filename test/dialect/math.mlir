// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

// CHECK-LABEL: func.func @ops
func.func @ops(%f: f32, %v: vector<4xf64>, %t: tensor<?xbf16>, %i: i32, %u: vector<8xi8>) {
  // CHECK: math.absf %{{.*}} : f32
  %0 = math.absf %f : f32
  // CHECK: math.absi %{{.*}} : vector<8xi8>
  %1 = math.absi %u : vector<8xi8>
  // CHECK: math.acosh %{{.*}} : tensor<?xbf16>
  %2 = math.acosh %t : tensor<?xbf16>
  // CHECK: math.asin %{{.*}} : f32
  %3 = math.asin %f : f32
  // CHECK: math.asinh %{{.*}} : vector<4xf64>
  %4 = math.asinh %v : vector<4xf64>
  // CHECK: math.atan %{{.*}} : tensor<?xbf16>
  %5 = math.atan %t : tensor<?xbf16>
  // CHECK: math.atanh %{{.*}} : f32
  %6 = math.atanh %f : f32
  // CHECK: math.atan2 %{{.*}}, %{{.*}} : vector<4xf64>
  %7 = math.atan2 %v, %v : vector<4xf64>
  // CHECK: math.cbrt %{{.*}} : tensor<?xbf16>
  %8 = math.cbrt %t : tensor<?xbf16>
  // CHECK: math.ceil %{{.*}} : f32
  %9 = math.ceil %f : f32
  // CHECK: math.copysign %{{.*}}, %{{.*}} : vector<4xf64>
  %10 = math.copysign %v, %v : vector<4xf64>
  // CHECK: math.cos %{{.*}} : tensor<?xbf16>
  %11 = math.cos %t : tensor<?xbf16>
  // CHECK: math.acos %{{.*}} : f32
  %12 = math.acos %f : f32
  // CHECK: math.cosh %{{.*}} : vector<4xf64>
  %13 = math.cosh %v : vector<4xf64>
  // CHECK: math.sin %{{.*}} : tensor<?xbf16>
  %14 = math.sin %t : tensor<?xbf16>
  // CHECK: math.sinh %{{.*}} : f32
  %15 = math.sinh %f : f32
  // CHECK: math.ctlz %{{.*}} : i32
  %16 = math.ctlz %i : i32
  // CHECK: math.cttz %{{.*}} : vector<8xi8>
  %17 = math.cttz %u : vector<8xi8>
  // CHECK: math.ctpop %{{.*}} : i32
  %18 = math.ctpop %i : i32
  // CHECK: math.erf %{{.*}} : vector<4xf64>
  %19 = math.erf %v : vector<4xf64>
  // CHECK: math.exp %{{.*}} : tensor<?xbf16>
  %20 = math.exp %t : tensor<?xbf16>
  // CHECK: math.exp2 %{{.*}} : f32
  %21 = math.exp2 %f : f32
  // CHECK: math.expm1 %{{.*}} : vector<4xf64>
  %22 = math.expm1 %v : vector<4xf64>
  // CHECK: math.floor %{{.*}} : tensor<?xbf16>
  %23 = math.floor %t : tensor<?xbf16>
  // CHECK: math.fma %{{.*}}, %{{.*}}, %{{.*}} : f32
  %24 = math.fma %f, %f, %f : f32
  // CHECK: math.ipowi %{{.*}}, %{{.*}} : vector<8xi8>
  %25 = math.ipowi %u, %u : vector<8xi8>
  // CHECK: math.log %{{.*}} : tensor<?xbf16>
  %26 = math.log %t : tensor<?xbf16>
  // CHECK: math.log10 %{{.*}} : f32
  %27 = math.log10 %f : f32
  // CHECK: math.log1p %{{.*}} : vector<4xf64>
  %28 = math.log1p %v : vector<4xf64>
  // CHECK: math.log2 %{{.*}} : tensor<?xbf16>
  %29 = math.log2 %t : tensor<?xbf16>
  // CHECK: math.powf %{{.*}}, %{{.*}} : f32
  %30 = math.powf %f, %f : f32
  // CHECK: math.rsqrt %{{.*}} : vector<4xf64>
  %31 = math.rsqrt %v : vector<4xf64>
  // CHECK: math.sqrt %{{.*}} : tensor<?xbf16>
  %32 = math.sqrt %t : tensor<?xbf16>
  // CHECK: math.tan %{{.*}} : f32
  %33 = math.tan %f : f32
  // CHECK: math.tanh %{{.*}} : vector<4xf64>
  %34 = math.tanh %v : vector<4xf64>
  // CHECK: math.roundeven %{{.*}} : tensor<?xbf16>
  %35 = math.roundeven %t : tensor<?xbf16>
  // CHECK: math.round %{{.*}} : f32
  %36 = math.round %f : f32
  // CHECK: math.trunc %{{.*}} : vector<4xf64>
  %37 = math.trunc %v : vector<4xf64>
  // CHECK: math.fpowi %{{.*}}, %{{.*}} : f32, i32
  %a = math.fpowi %f, %i : f32, i32
  // CHECK: math.exp %{{.*}} fastmath<afn> : f32
  %b = math.exp %f fastmath<afn> : f32
  // CHECK: math.fma %{{.*}}, %{{.*}}, %{{.*}} fastmath<contract> : f32
  %c = math.fma %f, %f, %f fastmath<contract> : f32
  return
}
