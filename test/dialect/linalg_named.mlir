// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt
// The bodies and maps that the names stand for are MLIR's own:
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 --linalg-generalize-named-ops > %t.ours
// RUN: mlir-opt-19 --linalg-generalize-named-ops %s | diff - %t.ours

// CHECK-LABEL: func.func @copy(
func.func @copy(%a: tensor<4x8xf16>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.copy ins(%{{.*}} : tensor<4x8xf16>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.copy ins(%a : tensor<4x8xf16>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @elemwise_unary(
func.func @elemwise_unary(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.elemwise_unary {cast = #linalg.type_fn<cast_signed>, fun = #linalg.unary_fn<tanh>} ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.elemwise_unary {cast = #linalg.type_fn<cast_signed>, fun = #linalg.unary_fn<tanh>} ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @exp(
func.func @exp(%a: tensor<?x8xf32>, %o: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: linalg.exp ins(%{{.*}} : tensor<?x8xf32>) outs(%{{.*}} : tensor<?x8xf32>) -> tensor<?x8xf32>
  %0 = linalg.exp ins(%a : tensor<?x8xf32>) outs(%o : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @log(
func.func @log(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.log ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.log ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @abs(
func.func @abs(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.abs ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.abs ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @ceil(
func.func @ceil(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.ceil ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.ceil ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @floor(
func.func @floor(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.floor ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.floor ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @negf(
func.func @negf(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.negf ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.negf ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @reciprocal(
func.func @reciprocal(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.reciprocal ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.reciprocal ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @round(
func.func @round(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.round ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.round ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @sqrt(
func.func @sqrt(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.sqrt ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.sqrt ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @rsqrt(
func.func @rsqrt(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.rsqrt ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.rsqrt ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @square(
func.func @square(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.square ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.square ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @tanh(
func.func @tanh(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.tanh ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.tanh ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @erf(
func.func @erf(%a: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.erf ins(%{{.*}} : tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.erf ins(%a : tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @elemwise_binary(
func.func @elemwise_binary(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.elemwise_binary {cast = #linalg.type_fn<cast_signed>, fun = #linalg.binary_fn<max_signed>} ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.elemwise_binary {cast = #linalg.type_fn<cast_signed>, fun = #linalg.binary_fn<max_signed>} ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @add(
func.func @add(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>, %o: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: linalg.add ins(%{{.*}}, %{{.*}} : tensor<?x8xf32>, tensor<?x8xf32>) outs(%{{.*}} : tensor<?x8xf32>) -> tensor<?x8xf32>
  %0 = linalg.add ins(%a, %b : tensor<?x8xf32>, tensor<?x8xf32>) outs(%o : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @sub(
func.func @sub(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.sub ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.sub ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @mul(
func.func @mul(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.mul ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.mul ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @div(
func.func @div(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.div ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.div ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @div_unsigned(
func.func @div_unsigned(%a: tensor<4x8xi32>, %b: tensor<4x8xi32>, %o: tensor<4x8xi32>) -> tensor<4x8xi32> {
  // CHECK: linalg.div_unsigned ins(%{{.*}}, %{{.*}} : tensor<4x8xi32>, tensor<4x8xi32>) outs(%{{.*}} : tensor<4x8xi32>) -> tensor<4x8xi32>
  %0 = linalg.div_unsigned ins(%a, %b : tensor<4x8xi32>, tensor<4x8xi32>) outs(%o : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}

// CHECK-LABEL: func.func @max(
func.func @max(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.max ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.max ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @min(
func.func @min(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.min ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.min ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @powf(
func.func @powf(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.powf ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.powf ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @select(
func.func @select(%a: tensor<4x8xi1>, %b: tensor<4x8xf32>, %c: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.select ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4x8xi1>, tensor<4x8xf32>, tensor<4x8xf32>) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.select ins(%a, %b, %c : tensor<4x8xi1>, tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @matmul(
func.func @matmul(%a: tensor<4x5xf16>, %b: tensor<5x3xf16>, %o: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // CHECK: linalg.matmul ins(%{{.*}}, %{{.*}} : tensor<4x5xf16>, tensor<5x3xf16>) outs(%{{.*}} : tensor<4x3xf32>) -> tensor<4x3xf32>
  %0 = linalg.matmul ins(%a, %b : tensor<4x5xf16>, tensor<5x3xf16>) outs(%o : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// CHECK-LABEL: func.func @quantized_matmul(
func.func @quantized_matmul(%a: tensor<4x5xi8>, %b: tensor<5x3xi8>, %c: i32, %d: i32, %o: tensor<4x3xi32>) -> tensor<4x3xi32> {
  // CHECK: linalg.quantized_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x5xi8>, tensor<5x3xi8>, i32, i32) outs(%{{.*}} : tensor<4x3xi32>) -> tensor<4x3xi32>
  %0 = linalg.quantized_matmul ins(%a, %b, %c, %d : tensor<4x5xi8>, tensor<5x3xi8>, i32, i32) outs(%o : tensor<4x3xi32>) -> tensor<4x3xi32>
  return %0 : tensor<4x3xi32>
}

// CHECK-LABEL: func.func @matmul_transpose_a(
func.func @matmul_transpose_a(%a: tensor<5x4xf16>, %b: tensor<5x3xf16>, %o: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // CHECK: linalg.matmul_transpose_a ins(%{{.*}}, %{{.*}} : tensor<5x4xf16>, tensor<5x3xf16>) outs(%{{.*}} : tensor<4x3xf32>) -> tensor<4x3xf32>
  %0 = linalg.matmul_transpose_a ins(%a, %b : tensor<5x4xf16>, tensor<5x3xf16>) outs(%o : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// CHECK-LABEL: func.func @matmul_transpose_b(
func.func @matmul_transpose_b(%a: tensor<4x5xf16>, %b: tensor<3x5xf16>, %o: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // CHECK: linalg.matmul_transpose_b ins(%{{.*}}, %{{.*}} : tensor<4x5xf16>, tensor<3x5xf16>) outs(%{{.*}} : tensor<4x3xf32>) -> tensor<4x3xf32>
  %0 = linalg.matmul_transpose_b ins(%a, %b : tensor<4x5xf16>, tensor<3x5xf16>) outs(%o : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// CHECK-LABEL: func.func @mmt4d(
func.func @mmt4d(%a: tensor<2x2x4x5xf32>, %b: tensor<3x2x3x5xf32>, %o: tensor<2x3x4x3xf32>) -> tensor<2x3x4x3xf32> {
  // CHECK: linalg.mmt4d ins(%{{.*}}, %{{.*}} : tensor<2x2x4x5xf32>, tensor<3x2x3x5xf32>) outs(%{{.*}} : tensor<2x3x4x3xf32>) -> tensor<2x3x4x3xf32>
  %0 = linalg.mmt4d ins(%a, %b : tensor<2x2x4x5xf32>, tensor<3x2x3x5xf32>) outs(%o : tensor<2x3x4x3xf32>) -> tensor<2x3x4x3xf32>
  return %0 : tensor<2x3x4x3xf32>
}

// CHECK-LABEL: func.func @batch_mmt4d(
func.func @batch_mmt4d(%a: tensor<2x2x2x4x5xf32>, %b: tensor<2x3x2x3x5xf32>, %o: tensor<2x2x3x4x3xf32>) -> tensor<2x2x3x4x3xf32> {
  // CHECK: linalg.batch_mmt4d ins(%{{.*}}, %{{.*}} : tensor<2x2x2x4x5xf32>, tensor<2x3x2x3x5xf32>) outs(%{{.*}} : tensor<2x2x3x4x3xf32>) -> tensor<2x2x3x4x3xf32>
  %0 = linalg.batch_mmt4d ins(%a, %b : tensor<2x2x2x4x5xf32>, tensor<2x3x2x3x5xf32>) outs(%o : tensor<2x2x3x4x3xf32>) -> tensor<2x2x3x4x3xf32>
  return %0 : tensor<2x2x3x4x3xf32>
}

// CHECK-LABEL: func.func @batch_matmul(
func.func @batch_matmul(%a: tensor<2x4x5xf32>, %b: tensor<2x5x3xf32>, %o: tensor<2x4x3xf32>) -> tensor<2x4x3xf32> {
  // CHECK: linalg.batch_matmul ins(%{{.*}}, %{{.*}} : tensor<2x4x5xf32>, tensor<2x5x3xf32>) outs(%{{.*}} : tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  %0 = linalg.batch_matmul ins(%a, %b : tensor<2x4x5xf32>, tensor<2x5x3xf32>) outs(%o : tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  return %0 : tensor<2x4x3xf32>
}

// CHECK-LABEL: func.func @batch_matmul_transpose_a(
func.func @batch_matmul_transpose_a(%a: tensor<2x5x4xf32>, %b: tensor<2x5x3xf32>, %o: tensor<2x4x3xf32>) -> tensor<2x4x3xf32> {
  // CHECK: linalg.batch_matmul_transpose_a ins(%{{.*}}, %{{.*}} : tensor<2x5x4xf32>, tensor<2x5x3xf32>) outs(%{{.*}} : tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  %0 = linalg.batch_matmul_transpose_a ins(%a, %b : tensor<2x5x4xf32>, tensor<2x5x3xf32>) outs(%o : tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  return %0 : tensor<2x4x3xf32>
}

// CHECK-LABEL: func.func @batch_matmul_transpose_b(
func.func @batch_matmul_transpose_b(%a: tensor<2x4x5xf32>, %b: tensor<2x3x5xf32>, %o: tensor<2x4x3xf32>) -> tensor<2x4x3xf32> {
  // CHECK: linalg.batch_matmul_transpose_b ins(%{{.*}}, %{{.*}} : tensor<2x4x5xf32>, tensor<2x3x5xf32>) outs(%{{.*}} : tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  %0 = linalg.batch_matmul_transpose_b ins(%a, %b : tensor<2x4x5xf32>, tensor<2x3x5xf32>) outs(%o : tensor<2x4x3xf32>) -> tensor<2x4x3xf32>
  return %0 : tensor<2x4x3xf32>
}

// CHECK-LABEL: func.func @quantized_batch_matmul(
func.func @quantized_batch_matmul(%a: tensor<2x4x5xi8>, %b: tensor<2x5x3xi8>, %c: i32, %d: i32, %o: tensor<2x4x3xi32>) -> tensor<2x4x3xi32> {
  // CHECK: linalg.quantized_batch_matmul ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x4x5xi8>, tensor<2x5x3xi8>, i32, i32) outs(%{{.*}} : tensor<2x4x3xi32>) -> tensor<2x4x3xi32>
  %0 = linalg.quantized_batch_matmul ins(%a, %b, %c, %d : tensor<2x4x5xi8>, tensor<2x5x3xi8>, i32, i32) outs(%o : tensor<2x4x3xi32>) -> tensor<2x4x3xi32>
  return %0 : tensor<2x4x3xi32>
}

// CHECK-LABEL: func.func @batch_reduce_matmul(
func.func @batch_reduce_matmul(%a: tensor<2x4x5xf32>, %b: tensor<2x5x3xf32>, %o: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // CHECK: linalg.batch_reduce_matmul ins(%{{.*}}, %{{.*}} : tensor<2x4x5xf32>, tensor<2x5x3xf32>) outs(%{{.*}} : tensor<4x3xf32>) -> tensor<4x3xf32>
  %0 = linalg.batch_reduce_matmul ins(%a, %b : tensor<2x4x5xf32>, tensor<2x5x3xf32>) outs(%o : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// CHECK-LABEL: func.func @matvec(
func.func @matvec(%a: tensor<4x5xf32>, %b: tensor<5xf32>, %o: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: linalg.matvec ins(%{{.*}}, %{{.*}} : tensor<4x5xf32>, tensor<5xf32>) outs(%{{.*}} : tensor<4xf32>) -> tensor<4xf32>
  %0 = linalg.matvec ins(%a, %b : tensor<4x5xf32>, tensor<5xf32>) outs(%o : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func.func @vecmat(
func.func @vecmat(%a: tensor<5xf32>, %b: tensor<5x3xf32>, %o: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: linalg.vecmat ins(%{{.*}}, %{{.*}} : tensor<5xf32>, tensor<5x3xf32>) outs(%{{.*}} : tensor<3xf32>) -> tensor<3xf32>
  %0 = linalg.vecmat ins(%a, %b : tensor<5xf32>, tensor<5x3xf32>) outs(%o : tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @batch_matvec(
func.func @batch_matvec(%a: tensor<2x4x5xf32>, %b: tensor<2x5xf32>, %o: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // CHECK: linalg.batch_matvec ins(%{{.*}}, %{{.*}} : tensor<2x4x5xf32>, tensor<2x5xf32>) outs(%{{.*}} : tensor<2x4xf32>) -> tensor<2x4xf32>
  %0 = linalg.batch_matvec ins(%a, %b : tensor<2x4x5xf32>, tensor<2x5xf32>) outs(%o : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func.func @batch_vecmat(
func.func @batch_vecmat(%a: tensor<2x5xf32>, %b: tensor<2x5x3xf32>, %o: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // CHECK: linalg.batch_vecmat ins(%{{.*}}, %{{.*}} : tensor<2x5xf32>, tensor<2x5x3xf32>) outs(%{{.*}} : tensor<2x3xf32>) -> tensor<2x3xf32>
  %0 = linalg.batch_vecmat ins(%a, %b : tensor<2x5xf32>, tensor<2x5x3xf32>) outs(%o : tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @dot(
func.func @dot(%a: tensor<5xf32>, %b: tensor<5xf32>, %o: tensor<f32>) -> tensor<f32> {
  // CHECK: linalg.dot ins(%{{.*}}, %{{.*}} : tensor<5xf32>, tensor<5xf32>) outs(%{{.*}} : tensor<f32>) -> tensor<f32>
  %0 = linalg.dot ins(%a, %b : tensor<5xf32>, tensor<5xf32>) outs(%o : tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func.func @conv_1d(
func.func @conv_1d(%a: tensor<8xf32>, %b: tensor<2xf32>, %o: tensor<7xf32>) -> tensor<7xf32> {
  // CHECK: linalg.conv_1d ins(%{{.*}}, %{{.*}} : tensor<8xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<7xf32>) -> tensor<7xf32>
  %0 = linalg.conv_1d ins(%a, %b : tensor<8xf32>, tensor<2xf32>) outs(%o : tensor<7xf32>) -> tensor<7xf32>
  return %0 : tensor<7xf32>
}

// CHECK-LABEL: func.func @conv_2d(
func.func @conv_2d(%a: tensor<8x8xf32>, %b: tensor<3x2xf32>, %o: tensor<6x7xf32>) -> tensor<6x7xf32> {
  // CHECK: linalg.conv_2d ins(%{{.*}}, %{{.*}} : tensor<8x8xf32>, tensor<3x2xf32>) outs(%{{.*}} : tensor<6x7xf32>) -> tensor<6x7xf32>
  %0 = linalg.conv_2d ins(%a, %b : tensor<8x8xf32>, tensor<3x2xf32>) outs(%o : tensor<6x7xf32>) -> tensor<6x7xf32>
  return %0 : tensor<6x7xf32>
}

// CHECK-LABEL: func.func @conv_3d(
func.func @conv_3d(%a: tensor<6x8x8xf32>, %b: tensor<2x3x2xf32>, %o: tensor<5x6x7xf32>) -> tensor<5x6x7xf32> {
  // CHECK: linalg.conv_3d ins(%{{.*}}, %{{.*}} : tensor<6x8x8xf32>, tensor<2x3x2xf32>) outs(%{{.*}} : tensor<5x6x7xf32>) -> tensor<5x6x7xf32>
  %0 = linalg.conv_3d ins(%a, %b : tensor<6x8x8xf32>, tensor<2x3x2xf32>) outs(%o : tensor<5x6x7xf32>) -> tensor<5x6x7xf32>
  return %0 : tensor<5x6x7xf32>
}

// CHECK-LABEL: func.func @conv_1d_nwc_wcf(
func.func @conv_1d_nwc_wcf(%a: tensor<1x14x4xf32>, %b: tensor<2x4x6xf32>, %o: tensor<1x7x6xf32>) -> tensor<1x7x6xf32> {
  // CHECK: linalg.conv_1d_nwc_wcf {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xf32>, tensor<2x4x6xf32>) outs(%{{.*}} : tensor<1x7x6xf32>) -> tensor<1x7x6xf32>
  %0 = linalg.conv_1d_nwc_wcf {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xf32>, tensor<2x4x6xf32>) outs(%o : tensor<1x7x6xf32>) -> tensor<1x7x6xf32>
  return %0 : tensor<1x7x6xf32>
}

// CHECK-LABEL: func.func @conv_1d_ncw_fcw(
func.func @conv_1d_ncw_fcw(%a: tensor<1x4x14xf32>, %b: tensor<6x4x2xf32>, %o: tensor<1x6x7xf32>) -> tensor<1x6x7xf32> {
  // CHECK: linalg.conv_1d_ncw_fcw {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x14xf32>, tensor<6x4x2xf32>) outs(%{{.*}} : tensor<1x6x7xf32>) -> tensor<1x6x7xf32>
  %0 = linalg.conv_1d_ncw_fcw {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x4x14xf32>, tensor<6x4x2xf32>) outs(%o : tensor<1x6x7xf32>) -> tensor<1x6x7xf32>
  return %0 : tensor<1x6x7xf32>
}

// CHECK-LABEL: func.func @conv_2d_nhwc_hwcf(
func.func @conv_2d_nhwc_hwcf(%a: tensor<1x13x9x4xf32>, %b: tensor<3x2x4x6xf32>, %o: tensor<1x6x7x6xf32>) -> tensor<1x6x7x6xf32> {
  // CHECK: linalg.conv_2d_nhwc_hwcf {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xf32>, tensor<3x2x4x6xf32>) outs(%{{.*}} : tensor<1x6x7x6xf32>) -> tensor<1x6x7x6xf32>
  %0 = linalg.conv_2d_nhwc_hwcf {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xf32>, tensor<3x2x4x6xf32>) outs(%o : tensor<1x6x7x6xf32>) -> tensor<1x6x7x6xf32>
  return %0 : tensor<1x6x7x6xf32>
}

// CHECK-LABEL: func.func @conv_2d_nhwc_fhwc(
func.func @conv_2d_nhwc_fhwc(%a: tensor<1x13x9x4xf32>, %b: tensor<6x3x2x4xf32>, %o: tensor<1x6x7x6xf32>) -> tensor<1x6x7x6xf32> {
  // CHECK: linalg.conv_2d_nhwc_fhwc {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xf32>, tensor<6x3x2x4xf32>) outs(%{{.*}} : tensor<1x6x7x6xf32>) -> tensor<1x6x7x6xf32>
  %0 = linalg.conv_2d_nhwc_fhwc {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xf32>, tensor<6x3x2x4xf32>) outs(%o : tensor<1x6x7x6xf32>) -> tensor<1x6x7x6xf32>
  return %0 : tensor<1x6x7x6xf32>
}

// CHECK-LABEL: func.func @conv_2d_nhwc_hwcf_q(
func.func @conv_2d_nhwc_hwcf_q(%a: tensor<1x13x9x4xi8>, %b: tensor<3x2x4x6xi8>, %c: i32, %d: i32, %o: tensor<1x6x7x6xi32>) -> tensor<1x6x7x6xi32> {
  // CHECK: linalg.conv_2d_nhwc_hwcf_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x13x9x4xi8>, tensor<3x2x4x6xi8>, i32, i32) outs(%{{.*}} : tensor<1x6x7x6xi32>) -> tensor<1x6x7x6xi32>
  %0 = linalg.conv_2d_nhwc_hwcf_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b, %c, %d : tensor<1x13x9x4xi8>, tensor<3x2x4x6xi8>, i32, i32) outs(%o : tensor<1x6x7x6xi32>) -> tensor<1x6x7x6xi32>
  return %0 : tensor<1x6x7x6xi32>
}

// CHECK-LABEL: func.func @conv_2d_nhwc_fhwc_q(
func.func @conv_2d_nhwc_fhwc_q(%a: tensor<1x13x9x4xi8>, %b: tensor<6x3x2x4xi8>, %c: i32, %d: i32, %o: tensor<1x6x7x6xi32>) -> tensor<1x6x7x6xi32> {
  // CHECK: linalg.conv_2d_nhwc_fhwc_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x13x9x4xi8>, tensor<6x3x2x4xi8>, i32, i32) outs(%{{.*}} : tensor<1x6x7x6xi32>) -> tensor<1x6x7x6xi32>
  %0 = linalg.conv_2d_nhwc_fhwc_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b, %c, %d : tensor<1x13x9x4xi8>, tensor<6x3x2x4xi8>, i32, i32) outs(%o : tensor<1x6x7x6xi32>) -> tensor<1x6x7x6xi32>
  return %0 : tensor<1x6x7x6xi32>
}

// CHECK-LABEL: func.func @conv_2d_nchw_fchw(
func.func @conv_2d_nchw_fchw(%a: tensor<1x4x13x9xf32>, %b: tensor<6x4x3x2xf32>, %o: tensor<1x6x6x7xf32>) -> tensor<1x6x6x7xf32> {
  // CHECK: linalg.conv_2d_nchw_fchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x13x9xf32>, tensor<6x4x3x2xf32>) outs(%{{.*}} : tensor<1x6x6x7xf32>) -> tensor<1x6x6x7xf32>
  %0 = linalg.conv_2d_nchw_fchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x4x13x9xf32>, tensor<6x4x3x2xf32>) outs(%o : tensor<1x6x6x7xf32>) -> tensor<1x6x6x7xf32>
  return %0 : tensor<1x6x6x7xf32>
}

// CHECK-LABEL: func.func @conv_2d_ngchw_fgchw(
func.func @conv_2d_ngchw_fgchw(%a: tensor<1x2x4x13x9xf32>, %b: tensor<6x2x4x3x2xf32>, %o: tensor<1x2x6x6x7xf32>) -> tensor<1x2x6x6x7xf32> {
  // CHECK: linalg.conv_2d_ngchw_fgchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x2x4x13x9xf32>, tensor<6x2x4x3x2xf32>) outs(%{{.*}} : tensor<1x2x6x6x7xf32>) -> tensor<1x2x6x6x7xf32>
  %0 = linalg.conv_2d_ngchw_fgchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x2x4x13x9xf32>, tensor<6x2x4x3x2xf32>) outs(%o : tensor<1x2x6x6x7xf32>) -> tensor<1x2x6x6x7xf32>
  return %0 : tensor<1x2x6x6x7xf32>
}

// CHECK-LABEL: func.func @conv_2d_ngchw_gfchw(
func.func @conv_2d_ngchw_gfchw(%a: tensor<1x2x4x13x9xf32>, %b: tensor<2x6x4x3x2xf32>, %o: tensor<1x2x6x6x7xf32>) -> tensor<1x2x6x6x7xf32> {
  // CHECK: linalg.conv_2d_ngchw_gfchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x2x4x13x9xf32>, tensor<2x6x4x3x2xf32>) outs(%{{.*}} : tensor<1x2x6x6x7xf32>) -> tensor<1x2x6x6x7xf32>
  %0 = linalg.conv_2d_ngchw_gfchw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x2x4x13x9xf32>, tensor<2x6x4x3x2xf32>) outs(%o : tensor<1x2x6x6x7xf32>) -> tensor<1x2x6x6x7xf32>
  return %0 : tensor<1x2x6x6x7xf32>
}

// CHECK-LABEL: func.func @conv_2d_ngchw_gfchw_q(
func.func @conv_2d_ngchw_gfchw_q(%a: tensor<1x2x4x13x9xi8>, %b: tensor<2x6x4x3x2xi8>, %c: i32, %d: i32, %o: tensor<1x2x6x6x7xi32>) -> tensor<1x2x6x6x7xi32> {
  // CHECK: linalg.conv_2d_ngchw_gfchw_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x2x4x13x9xi8>, tensor<2x6x4x3x2xi8>, i32, i32) outs(%{{.*}} : tensor<1x2x6x6x7xi32>) -> tensor<1x2x6x6x7xi32>
  %0 = linalg.conv_2d_ngchw_gfchw_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b, %c, %d : tensor<1x2x4x13x9xi8>, tensor<2x6x4x3x2xi8>, i32, i32) outs(%o : tensor<1x2x6x6x7xi32>) -> tensor<1x2x6x6x7xi32>
  return %0 : tensor<1x2x6x6x7xi32>
}

// CHECK-LABEL: func.func @conv_3d_ndhwc_dhwcf(
func.func @conv_3d_ndhwc_dhwcf(%a: tensor<1x10x10x8x4xf32>, %b: tensor<2x3x2x4x6xf32>, %o: tensor<1x5x6x7x6xf32>) -> tensor<1x5x6x7x6xf32> {
  // CHECK: linalg.conv_3d_ndhwc_dhwcf {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x8x4xf32>, tensor<2x3x2x4x6xf32>) outs(%{{.*}} : tensor<1x5x6x7x6xf32>) -> tensor<1x5x6x7x6xf32>
  %0 = linalg.conv_3d_ndhwc_dhwcf {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x10x10x8x4xf32>, tensor<2x3x2x4x6xf32>) outs(%o : tensor<1x5x6x7x6xf32>) -> tensor<1x5x6x7x6xf32>
  return %0 : tensor<1x5x6x7x6xf32>
}

// CHECK-LABEL: func.func @conv_3d_ndhwc_dhwcf_q(
func.func @conv_3d_ndhwc_dhwcf_q(%a: tensor<1x10x10x8x4xi8>, %b: tensor<2x3x2x4x6xi8>, %c: i32, %d: i32, %o: tensor<1x5x6x7x6xi32>) -> tensor<1x5x6x7x6xi32> {
  // CHECK: linalg.conv_3d_ndhwc_dhwcf_q {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x10x10x8x4xi8>, tensor<2x3x2x4x6xi8>, i32, i32) outs(%{{.*}} : tensor<1x5x6x7x6xi32>) -> tensor<1x5x6x7x6xi32>
  %0 = linalg.conv_3d_ndhwc_dhwcf_q {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b, %c, %d : tensor<1x10x10x8x4xi8>, tensor<2x3x2x4x6xi8>, i32, i32) outs(%o : tensor<1x5x6x7x6xi32>) -> tensor<1x5x6x7x6xi32>
  return %0 : tensor<1x5x6x7x6xi32>
}

// CHECK-LABEL: func.func @conv_3d_ncdhw_fcdhw(
func.func @conv_3d_ncdhw_fcdhw(%a: tensor<1x4x10x10x8xf32>, %b: tensor<6x4x2x3x2xf32>, %o: tensor<1x6x5x6x7xf32>) -> tensor<1x6x5x6x7xf32> {
  // CHECK: linalg.conv_3d_ncdhw_fcdhw {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x10x10x8xf32>, tensor<6x4x2x3x2xf32>) outs(%{{.*}} : tensor<1x6x5x6x7xf32>) -> tensor<1x6x5x6x7xf32>
  %0 = linalg.conv_3d_ncdhw_fcdhw {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x4x10x10x8xf32>, tensor<6x4x2x3x2xf32>) outs(%o : tensor<1x6x5x6x7xf32>) -> tensor<1x6x5x6x7xf32>
  return %0 : tensor<1x6x5x6x7xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_1d_nwc_wc(
func.func @depthwise_conv_1d_nwc_wc(%a: tensor<1x14x4xf32>, %b: tensor<2x4xf32>, %o: tensor<1x7x4xf32>) -> tensor<1x7x4xf32> {
  // CHECK: linalg.depthwise_conv_1d_nwc_wc {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xf32>, tensor<2x4xf32>) outs(%{{.*}} : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  %0 = linalg.depthwise_conv_1d_nwc_wc {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xf32>, tensor<2x4xf32>) outs(%o : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  return %0 : tensor<1x7x4xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_1d_ncw_cw(
func.func @depthwise_conv_1d_ncw_cw(%a: tensor<1x4x14xf32>, %b: tensor<4x2xf32>, %o: tensor<1x4x7xf32>) -> tensor<1x4x7xf32> {
  // CHECK: linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x14xf32>, tensor<4x2xf32>) outs(%{{.*}} : tensor<1x4x7xf32>) -> tensor<1x4x7xf32>
  %0 = linalg.depthwise_conv_1d_ncw_cw {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x4x14xf32>, tensor<4x2xf32>) outs(%o : tensor<1x4x7xf32>) -> tensor<1x4x7xf32>
  return %0 : tensor<1x4x7xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_1d_nwc_wcm(
func.func @depthwise_conv_1d_nwc_wcm(%a: tensor<1x14x4xf32>, %b: tensor<2x4x2xf32>, %o: tensor<1x7x4x2xf32>) -> tensor<1x7x4x2xf32> {
  // CHECK: linalg.depthwise_conv_1d_nwc_wcm {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xf32>, tensor<2x4x2xf32>) outs(%{{.*}} : tensor<1x7x4x2xf32>) -> tensor<1x7x4x2xf32>
  %0 = linalg.depthwise_conv_1d_nwc_wcm {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xf32>, tensor<2x4x2xf32>) outs(%o : tensor<1x7x4x2xf32>) -> tensor<1x7x4x2xf32>
  return %0 : tensor<1x7x4x2xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_2d_nhwc_hwc(
func.func @depthwise_conv_2d_nhwc_hwc(%a: tensor<1x13x9x4xf32>, %b: tensor<3x2x4xf32>, %o: tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32> {
  // CHECK: linalg.depthwise_conv_2d_nhwc_hwc {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xf32>, tensor<3x2x4xf32>) outs(%{{.*}} : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  %0 = linalg.depthwise_conv_2d_nhwc_hwc {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xf32>, tensor<3x2x4xf32>) outs(%o : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  return %0 : tensor<1x6x7x4xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_2d_nchw_chw(
func.func @depthwise_conv_2d_nchw_chw(%a: tensor<1x4x13x9xf32>, %b: tensor<4x3x2xf32>, %o: tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32> {
  // CHECK: linalg.depthwise_conv_2d_nchw_chw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x13x9xf32>, tensor<4x3x2xf32>) outs(%{{.*}} : tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32>
  %0 = linalg.depthwise_conv_2d_nchw_chw {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x4x13x9xf32>, tensor<4x3x2xf32>) outs(%o : tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32>
  return %0 : tensor<1x4x6x7xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_2d_nhwc_hwc_q(
func.func @depthwise_conv_2d_nhwc_hwc_q(%a: tensor<1x13x9x4xi8>, %b: tensor<3x2x4xi8>, %c: i32, %d: i32, %o: tensor<1x6x7x4xi32>) -> tensor<1x6x7x4xi32> {
  // CHECK: linalg.depthwise_conv_2d_nhwc_hwc_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x13x9x4xi8>, tensor<3x2x4xi8>, i32, i32) outs(%{{.*}} : tensor<1x6x7x4xi32>) -> tensor<1x6x7x4xi32>
  %0 = linalg.depthwise_conv_2d_nhwc_hwc_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b, %c, %d : tensor<1x13x9x4xi8>, tensor<3x2x4xi8>, i32, i32) outs(%o : tensor<1x6x7x4xi32>) -> tensor<1x6x7x4xi32>
  return %0 : tensor<1x6x7x4xi32>
}

// CHECK-LABEL: func.func @depthwise_conv_2d_nhwc_hwcm(
func.func @depthwise_conv_2d_nhwc_hwcm(%a: tensor<1x13x9x4xf32>, %b: tensor<3x2x4x2xf32>, %o: tensor<1x6x7x4x2xf32>) -> tensor<1x6x7x4x2xf32> {
  // CHECK: linalg.depthwise_conv_2d_nhwc_hwcm {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xf32>, tensor<3x2x4x2xf32>) outs(%{{.*}} : tensor<1x6x7x4x2xf32>) -> tensor<1x6x7x4x2xf32>
  %0 = linalg.depthwise_conv_2d_nhwc_hwcm {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xf32>, tensor<3x2x4x2xf32>) outs(%o : tensor<1x6x7x4x2xf32>) -> tensor<1x6x7x4x2xf32>
  return %0 : tensor<1x6x7x4x2xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_2d_nhwc_hwcm_q(
func.func @depthwise_conv_2d_nhwc_hwcm_q(%a: tensor<1x13x9x4xi8>, %b: tensor<3x2x4x2xi8>, %c: i32, %d: i32, %o: tensor<1x6x7x4x2xi32>) -> tensor<1x6x7x4x2xi32> {
  // CHECK: linalg.depthwise_conv_2d_nhwc_hwcm_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<1x13x9x4xi8>, tensor<3x2x4x2xi8>, i32, i32) outs(%{{.*}} : tensor<1x6x7x4x2xi32>) -> tensor<1x6x7x4x2xi32>
  %0 = linalg.depthwise_conv_2d_nhwc_hwcm_q {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b, %c, %d : tensor<1x13x9x4xi8>, tensor<3x2x4x2xi8>, i32, i32) outs(%o : tensor<1x6x7x4x2xi32>) -> tensor<1x6x7x4x2xi32>
  return %0 : tensor<1x6x7x4x2xi32>
}

// CHECK-LABEL: func.func @depthwise_conv_3d_ndhwc_dhwc(
func.func @depthwise_conv_3d_ndhwc_dhwc(%a: tensor<1x10x10x8x4xf32>, %b: tensor<2x3x2x4xf32>, %o: tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32> {
  // CHECK: linalg.depthwise_conv_3d_ndhwc_dhwc {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x8x4xf32>, tensor<2x3x2x4xf32>) outs(%{{.*}} : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  %0 = linalg.depthwise_conv_3d_ndhwc_dhwc {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x10x10x8x4xf32>, tensor<2x3x2x4xf32>) outs(%o : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  return %0 : tensor<1x5x6x7x4xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_3d_ncdhw_cdhw(
func.func @depthwise_conv_3d_ncdhw_cdhw(%a: tensor<1x4x10x10x8xf32>, %b: tensor<4x2x3x2xf32>, %o: tensor<1x4x5x6x7xf32>) -> tensor<1x4x5x6x7xf32> {
  // CHECK: linalg.depthwise_conv_3d_ncdhw_cdhw {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x10x10x8xf32>, tensor<4x2x3x2xf32>) outs(%{{.*}} : tensor<1x4x5x6x7xf32>) -> tensor<1x4x5x6x7xf32>
  %0 = linalg.depthwise_conv_3d_ncdhw_cdhw {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x4x10x10x8xf32>, tensor<4x2x3x2xf32>) outs(%o : tensor<1x4x5x6x7xf32>) -> tensor<1x4x5x6x7xf32>
  return %0 : tensor<1x4x5x6x7xf32>
}

// CHECK-LABEL: func.func @depthwise_conv_3d_ndhwc_dhwcm(
func.func @depthwise_conv_3d_ndhwc_dhwcm(%a: tensor<1x10x10x8x4xf32>, %b: tensor<2x3x2x4x2xf32>, %o: tensor<1x5x6x7x4x2xf32>) -> tensor<1x5x6x7x4x2xf32> {
  // CHECK: linalg.depthwise_conv_3d_ndhwc_dhwcm {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x8x4xf32>, tensor<2x3x2x4x2xf32>) outs(%{{.*}} : tensor<1x5x6x7x4x2xf32>) -> tensor<1x5x6x7x4x2xf32>
  %0 = linalg.depthwise_conv_3d_ndhwc_dhwcm {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x10x10x8x4xf32>, tensor<2x3x2x4x2xf32>) outs(%o : tensor<1x5x6x7x4x2xf32>) -> tensor<1x5x6x7x4x2xf32>
  return %0 : tensor<1x5x6x7x4x2xf32>
}

// CHECK-LABEL: func.func @pooling_nhwc_sum(
func.func @pooling_nhwc_sum(%a: tensor<1x13x9x4xf32>, %b: tensor<3x2xf32>, %o: tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32> {
  // CHECK: linalg.pooling_nhwc_sum {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xf32>, tensor<3x2xf32>) outs(%{{.*}} : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  %0 = linalg.pooling_nhwc_sum {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xf32>, tensor<3x2xf32>) outs(%o : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  return %0 : tensor<1x6x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_nchw_sum(
func.func @pooling_nchw_sum(%a: tensor<1x4x13x9xf32>, %b: tensor<3x2xf32>, %o: tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32> {
  // CHECK: linalg.pooling_nchw_sum {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x13x9xf32>, tensor<3x2xf32>) outs(%{{.*}} : tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32>
  %0 = linalg.pooling_nchw_sum {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x4x13x9xf32>, tensor<3x2xf32>) outs(%o : tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32>
  return %0 : tensor<1x4x6x7xf32>
}

// CHECK-LABEL: func.func @pooling_nhwc_max(
func.func @pooling_nhwc_max(%a: tensor<1x13x9x4xf32>, %b: tensor<3x2xf32>, %o: tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32> {
  // CHECK: linalg.pooling_nhwc_max {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xf32>, tensor<3x2xf32>) outs(%{{.*}} : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  %0 = linalg.pooling_nhwc_max {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xf32>, tensor<3x2xf32>) outs(%o : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  return %0 : tensor<1x6x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_nhwc_max_unsigned(
func.func @pooling_nhwc_max_unsigned(%a: tensor<1x13x9x4xi16>, %b: tensor<3x2xi16>, %o: tensor<1x6x7x4xi16>) -> tensor<1x6x7x4xi16> {
  // CHECK: linalg.pooling_nhwc_max_unsigned {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xi16>, tensor<3x2xi16>) outs(%{{.*}} : tensor<1x6x7x4xi16>) -> tensor<1x6x7x4xi16>
  %0 = linalg.pooling_nhwc_max_unsigned {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xi16>, tensor<3x2xi16>) outs(%o : tensor<1x6x7x4xi16>) -> tensor<1x6x7x4xi16>
  return %0 : tensor<1x6x7x4xi16>
}

// CHECK-LABEL: func.func @pooling_nchw_max(
func.func @pooling_nchw_max(%a: tensor<1x4x13x9xf32>, %b: tensor<3x2xf32>, %o: tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32> {
  // CHECK: linalg.pooling_nchw_max {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x13x9xf32>, tensor<3x2xf32>) outs(%{{.*}} : tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32>
  %0 = linalg.pooling_nchw_max {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x4x13x9xf32>, tensor<3x2xf32>) outs(%o : tensor<1x4x6x7xf32>) -> tensor<1x4x6x7xf32>
  return %0 : tensor<1x4x6x7xf32>
}

// CHECK-LABEL: func.func @pooling_nhwc_min(
func.func @pooling_nhwc_min(%a: tensor<1x13x9x4xf32>, %b: tensor<3x2xf32>, %o: tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32> {
  // CHECK: linalg.pooling_nhwc_min {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xf32>, tensor<3x2xf32>) outs(%{{.*}} : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  %0 = linalg.pooling_nhwc_min {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xf32>, tensor<3x2xf32>) outs(%o : tensor<1x6x7x4xf32>) -> tensor<1x6x7x4xf32>
  return %0 : tensor<1x6x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_nhwc_min_unsigned(
func.func @pooling_nhwc_min_unsigned(%a: tensor<1x13x9x4xi16>, %b: tensor<3x2xi16>, %o: tensor<1x6x7x4xi16>) -> tensor<1x6x7x4xi16> {
  // CHECK: linalg.pooling_nhwc_min_unsigned {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x13x9x4xi16>, tensor<3x2xi16>) outs(%{{.*}} : tensor<1x6x7x4xi16>) -> tensor<1x6x7x4xi16>
  %0 = linalg.pooling_nhwc_min_unsigned {dilations = dense<[1, 2]> : tensor<2xi64>, strides = dense<[2, 1]> : tensor<2xi64>} ins(%a, %b : tensor<1x13x9x4xi16>, tensor<3x2xi16>) outs(%o : tensor<1x6x7x4xi16>) -> tensor<1x6x7x4xi16>
  return %0 : tensor<1x6x7x4xi16>
}

// CHECK-LABEL: func.func @pooling_nwc_sum(
func.func @pooling_nwc_sum(%a: tensor<1x14x4xf32>, %b: tensor<2xf32>, %o: tensor<1x7x4xf32>) -> tensor<1x7x4xf32> {
  // CHECK: linalg.pooling_nwc_sum {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  %0 = linalg.pooling_nwc_sum {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xf32>, tensor<2xf32>) outs(%o : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  return %0 : tensor<1x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_ncw_sum(
func.func @pooling_ncw_sum(%a: tensor<1x4x14xf32>, %b: tensor<2xf32>, %o: tensor<1x4x7xf32>) -> tensor<1x4x7xf32> {
  // CHECK: linalg.pooling_ncw_sum {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x14xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<1x4x7xf32>) -> tensor<1x4x7xf32>
  %0 = linalg.pooling_ncw_sum {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x4x14xf32>, tensor<2xf32>) outs(%o : tensor<1x4x7xf32>) -> tensor<1x4x7xf32>
  return %0 : tensor<1x4x7xf32>
}

// CHECK-LABEL: func.func @pooling_nwc_max(
func.func @pooling_nwc_max(%a: tensor<1x14x4xf32>, %b: tensor<2xf32>, %o: tensor<1x7x4xf32>) -> tensor<1x7x4xf32> {
  // CHECK: linalg.pooling_nwc_max {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  %0 = linalg.pooling_nwc_max {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xf32>, tensor<2xf32>) outs(%o : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  return %0 : tensor<1x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_nwc_max_unsigned(
func.func @pooling_nwc_max_unsigned(%a: tensor<1x14x4xi16>, %b: tensor<2xi16>, %o: tensor<1x7x4xi16>) -> tensor<1x7x4xi16> {
  // CHECK: linalg.pooling_nwc_max_unsigned {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xi16>, tensor<2xi16>) outs(%{{.*}} : tensor<1x7x4xi16>) -> tensor<1x7x4xi16>
  %0 = linalg.pooling_nwc_max_unsigned {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xi16>, tensor<2xi16>) outs(%o : tensor<1x7x4xi16>) -> tensor<1x7x4xi16>
  return %0 : tensor<1x7x4xi16>
}

// CHECK-LABEL: func.func @pooling_ncw_max(
func.func @pooling_ncw_max(%a: tensor<1x4x14xf32>, %b: tensor<2xf32>, %o: tensor<1x4x7xf32>) -> tensor<1x4x7xf32> {
  // CHECK: linalg.pooling_ncw_max {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x4x14xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<1x4x7xf32>) -> tensor<1x4x7xf32>
  %0 = linalg.pooling_ncw_max {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x4x14xf32>, tensor<2xf32>) outs(%o : tensor<1x4x7xf32>) -> tensor<1x4x7xf32>
  return %0 : tensor<1x4x7xf32>
}

// CHECK-LABEL: func.func @pooling_nwc_min(
func.func @pooling_nwc_min(%a: tensor<1x14x4xf32>, %b: tensor<2xf32>, %o: tensor<1x7x4xf32>) -> tensor<1x7x4xf32> {
  // CHECK: linalg.pooling_nwc_min {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xf32>, tensor<2xf32>) outs(%{{.*}} : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  %0 = linalg.pooling_nwc_min {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xf32>, tensor<2xf32>) outs(%o : tensor<1x7x4xf32>) -> tensor<1x7x4xf32>
  return %0 : tensor<1x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_nwc_min_unsigned(
func.func @pooling_nwc_min_unsigned(%a: tensor<1x14x4xi16>, %b: tensor<2xi16>, %o: tensor<1x7x4xi16>) -> tensor<1x7x4xi16> {
  // CHECK: linalg.pooling_nwc_min_unsigned {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x14x4xi16>, tensor<2xi16>) outs(%{{.*}} : tensor<1x7x4xi16>) -> tensor<1x7x4xi16>
  %0 = linalg.pooling_nwc_min_unsigned {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>} ins(%a, %b : tensor<1x14x4xi16>, tensor<2xi16>) outs(%o : tensor<1x7x4xi16>) -> tensor<1x7x4xi16>
  return %0 : tensor<1x7x4xi16>
}

// CHECK-LABEL: func.func @pooling_ndhwc_sum(
func.func @pooling_ndhwc_sum(%a: tensor<1x10x10x8x4xf32>, %b: tensor<2x3x2xf32>, %o: tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32> {
  // CHECK: linalg.pooling_ndhwc_sum {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x8x4xf32>, tensor<2x3x2xf32>) outs(%{{.*}} : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  %0 = linalg.pooling_ndhwc_sum {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x10x10x8x4xf32>, tensor<2x3x2xf32>) outs(%o : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  return %0 : tensor<1x5x6x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_ndhwc_max(
func.func @pooling_ndhwc_max(%a: tensor<1x10x10x8x4xf32>, %b: tensor<2x3x2xf32>, %o: tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32> {
  // CHECK: linalg.pooling_ndhwc_max {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x8x4xf32>, tensor<2x3x2xf32>) outs(%{{.*}} : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  %0 = linalg.pooling_ndhwc_max {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x10x10x8x4xf32>, tensor<2x3x2xf32>) outs(%o : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  return %0 : tensor<1x5x6x7x4xf32>
}

// CHECK-LABEL: func.func @pooling_ndhwc_min(
func.func @pooling_ndhwc_min(%a: tensor<1x10x10x8x4xf32>, %b: tensor<2x3x2xf32>, %o: tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32> {
  // CHECK: linalg.pooling_ndhwc_min {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%{{.*}}, %{{.*}} : tensor<1x10x10x8x4xf32>, tensor<2x3x2xf32>) outs(%{{.*}} : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  %0 = linalg.pooling_ndhwc_min {dilations = dense<[1, 2, 1]> : tensor<3xi64>, strides = dense<[2, 1, 1]> : tensor<3xi64>} ins(%a, %b : tensor<1x10x10x8x4xf32>, tensor<2x3x2xf32>) outs(%o : tensor<1x5x6x7x4xf32>) -> tensor<1x5x6x7x4xf32>
  return %0 : tensor<1x5x6x7x4xf32>
}

// CHECK-LABEL: func.func @fill(
func.func @fill(%a: f32, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<4x8xf32>) -> tensor<4x8xf32>
  %0 = linalg.fill ins(%a : f32) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

