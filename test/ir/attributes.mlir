// RUN: lamella opt %s | FileCheck %s
// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 %s | lamella opt | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s

// Every kind of attribute, in the spellings that are read and the one that is printed.

// CHECK-DAG: #[[MAP:.*]] = affine_map<(d0, d1)[s0] -> (d0 + s0 * 2, d1 mod 4, d0 floordiv 8)>
// CHECK-DAG: #[[SWAP:.*]] = affine_map<(d0, d1) -> (d1, d0)>
#m = affine_map<(i, j)[n] -> (i + n * 2, j mod 4, i floordiv 8)>
#swap = affine_map<(d0, d1) -> (d1, d0)>
#shared = [1, #swap]

// CHECK: @integers() attributes {
// CHECK-SAME: b = true, h = 255 : i16, i = 1 : i64, idx = 3 : index, j = -5 : i32, k = -1 : i8, minus = true, most = -1 : i64, s = -128 : si8, u = 255 : ui8, u64 = 18446744073709551615 : ui64
func.func private @integers() attributes {
  i = 1, j = -5 : i32, k = 255 : i8, u = 255 : ui8, s = -128 : si8, idx = 3 : index, b = true, h = 0xFF : i16,
  minus = -1 : i1, most = 18446744073709551615, u64 = 0xFFFFFFFFFFFFFFFF : ui64
}

// Six digits when they are enough, else as many as the type needs, else the bits.
// CHECK: @floats() attributes {
// CHECK-SAME: bf = 1.140630e+00 : bf16, big = 0x4B800000 : f32, d = 1.000000e-01 : f64, e = 1.000000e+300 : f64, e2 = 123456789.125 : f64
// CHECK-SAME: e3 = 0x4132D68700000000 : f64, e4 = 0.001234567 : f64, e5 = 1.234567E-4 : f64, e6 = 4.940660e-324 : f64
// CHECK-SAME: f = 1.000000e+00 : f64, f16 = 9.997550e-02 : f16, f8 = 1.000000e+00 : f8E5M2, g = 3.14159274 : f32, inf = 0x7F800000 : f32
// CHECK-SAME: nan = 0x7FC00000 : f32, ninf = 0xFF800000 : f32, tiny = 9.999940e-41 : f32, z = -0.000000e+00 : f32
func.func private @floats() attributes {
  f = 1.0, g = 3.14159274 : f32, nan = 0x7FC00000 : f32, inf = 0x7F800000 : f32, ninf = 0xFF800000 : f32, z = -0.0 : f32,
  bf = 1.140625 : bf16, f16 = 0.1 : f16, big = 16777216.0 : f32, tiny = 1.0e-40 : f32, d = 0.1 : f64, e = 1.0e300 : f64,
  e2 = 123456789.125 : f64, e3 = 1234567.0 : f64, e4 = 0.001234567 : f64, e5 = 0.0001234567 : f64, e6 = 5.0e-324 : f64, f8 = 1.0 : f8E5M2
}

// CHECK: @collections() attributes {
// CHECK-SAME: "a-b" = 2 : i64, arr = [1, 2 : i32, 1.000000e+00, "x", @a, @a::@b, [], f32, {x = 1 : i64, "y z" = 2 : i64}], dict = {}
// CHECK-SAME: "quoted key" = 1 : i64, shared = [1, #[[SWAP]]], str = "a\22b\\c\0A\09\01", un2, unitattr
func.func private @collections() attributes {
  arr = [1, 2 : i32, 1.0, "x", @a, @a::@b, [], f32, {x = 1, "y z" = 2}], dict = {}, "quoted key" = 1, "a-b" = 2,
  str = "a\"b\\c\n\t\01", unitattr, un2 = unit, shared = #shared
}

// CHECK: @arrays() attributes {
// CHECK-SAME: da = array<i64: 1, -2>, db = array<i1: true, false>, dc = array<i32>, dd = array<f32: 1.000000e+00, 0x7F800000>, de = array<i8: 1>
func.func private @arrays() attributes {
  da = array<i64: 1, -2>, db = array<i1: true, false>, dc = array<i32>, dd = array<f32: 1.0, 0x7F800000>, de = array<i8: 1>
}

// CHECK: @dense() attributes {
// CHECK-SAME: c1 = dense<0> : tensor<4xi32>, c10 = dense<5> : tensor<i32>, c11 = dense<[0x7FC00000, 1.000000e+00]> : tensor<2xf32>
// CHECK-SAME: c12 = dense<-1> : tensor<2xindex>, c13 = dense<{{\[\[\[}}1], [2]]]> : tensor<1x2x1xui8>, c14 = dense<> : tensor<0xi32>
// CHECK-SAME: c15 = dense<[true, false, false, true, false, false, false, false, true]> : tensor<9xi1>
// CHECK-SAME: c2 = dense<{{\[\[}}1, 2], [3, 4]]> : tensor<2x2xi64>, c3 = dense<[true, false, true]> : tensor<3xi1>
// CHECK-SAME: c4 = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>, c5 = dense<> : tensor<0xf32>, c6 = dense<1.500000e+00> : vector<4xbf16>
// CHECK-SAME: c7 = dense<1> : tensor<2xi8>, c8 = dense<(1.000000e+00,2.000000e+00)> : tensor<2xcomplex<f32>>
// CHECK-SAME: c9 = dense<[(1.000000e+00,2.000000e+00), (3.000000e+00,-4.000000e+00)]> : tensor<2xcomplex<f32>>
func.func private @dense() attributes {
  c1 = dense<0> : tensor<4xi32>, c2 = dense<[[1, 2], [3, 4]]> : tensor<2x2xi64>, c3 = dense<[true, false, true]> : tensor<3xi1>,
  c4 = dense<"0x0000803F00000040"> : tensor<2xf32>, c5 = dense<> : tensor<0xf32>, c6 = dense<1.5> : vector<4xbf16>,
  c7 = dense<[1, 1]> : tensor<2xi8>, c8 = dense<(1.0, 2.0)> : tensor<2xcomplex<f32>>,
  c9 = dense<[(1.0, 2.0), (3.0, -4.0)]> : tensor<2xcomplex<f32>>, c10 = dense<5> : tensor<i32>,
  c11 = dense<[0x7FC00000, 1.0]> : tensor<2xf32>, c12 = dense<-1> : tensor<2xindex>,
  c13 = dense<[[[1], [2]]]> : tensor<1x2x1xui8>, c14 = dense<[]> : tensor<0xi32>, c15 = dense<"0x0901"> : tensor<9xi1>
}

// More than 100 different elements are a hexadecimal string.
// CHECK: @hex() attributes {
// CHECK-SAME: i1 = dense<"0x01000000000000000000000000"> : tensor<101xi1>
// CHECK-SAME: i8 = dense<"0x01020304{{[0-9A-F]*}}"> : tensor<101xi8>
func.func private @hex() attributes {
  i1 = dense<"0x01000000000000000000000000"> : tensor<101xi1>,
  i8 = dense<"0x0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465"> : tensor<101xi8>
}

// CHECK: @maps() attributes {
// CHECK-SAME: m = #[[MAP]], m2 = #[[SWAP]], m3 = #map{{.*}}, m4 = #map{{.*}}
func.func private @maps() attributes {
  m = #m, m2 = #swap, m3 = affine_map<() -> ()>, m4 = affine_map<(a)[b] -> (-a, a - b, a * -3 + 7)>
}

// CHECK: @dialects() attributes {
// CHECK-SAME: fm = #arith.fastmath<nnan,ninf>, gp = #gpu.block<x>, kd = #vector.kind<add>, st = strided<[4, ?], offset: ?>, st2 = strided<[]>
func.func private @dialects() attributes {
  gp = #gpu.block<x>, fm = #arith.fastmath<nnan, ninf>, kd = #vector.kind<add>, st = strided<[4, ?], offset: ?>, st2 = strided<[]>
}
