// RUN: lamella opt %s | mlir-opt-19 | FileCheck %s
// RUN: lamella opt --mlir-print-op-generic %s | mlir-opt-19 | FileCheck %s
// RUN: mlir-opt-19 --canonicalize --cse %s | lamella opt

#matmat = affine_map<(m, n, k) -> (m, k)>
#matvec = affine_map<(m, k) -> (m, k)>

// CHECK-LABEL: func.func @combine
func.func @combine(%a: vector<4x8xf32>, %b: vector<8x16xf32>, %c: vector<4x16xf32>, %v: vector<8xf32>, %w: vector<4xf32>,
                   %f: f32, %i: vector<4xi32>, %s: vector<[4]xf32>, %o: vector<4x[4]xf32>, %p: i32, %z: vector<f32>) {
  // CHECK: vector.contract {indexing_maps = [#{{.*}}, #{{.*}}, #{{.*}}], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %{{.*}}, %{{.*}}, %{{.*}} : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  %0 = vector.contract {indexing_maps = [#matmat, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} %a, %b, %c : vector<4x8xf32>, vector<8x16xf32> into vector<4x16xf32>
  // CHECK: vector.contract {{.*}} kind = #vector.kind<maximumf>} %{{.*}}, %{{.*}}, %{{.*}} {note = "kept"} : vector<4x8xf32>, vector<8xf32> into vector<4xf32>
  %1 = vector.contract {indexing_maps = [#matvec, affine_map<(m, k) -> (k)>, affine_map<(m, k) -> (m)>], iterator_types = ["parallel", "reduction"], kind = #vector.kind<maximumf>} %a, %v, %w {note = "kept"} : vector<4x8xf32>, vector<8xf32> into vector<4xf32>
  // CHECK: vector.contract {{.*}} : vector<8xf32>, vector<8xf32> into f32
  %2 = vector.contract {indexing_maps = [affine_map<(k) -> (k)>, affine_map<(k) -> (k)>, affine_map<(k) -> ()>], iterator_types = ["reduction"], kind = #vector.kind<add>} %v, %v, %f : vector<8xf32>, vector<8xf32> into f32
  // CHECK: vector.reduction <add>, %{{.*}} : vector<8xf32> into f32
  %3 = vector.reduction <add>, %v : vector<8xf32> into f32
  // CHECK: vector.reduction <maxnumf>, %{{.*}}, %{{.*}} fastmath<reassoc> : vector<8xf32> into f32
  %4 = vector.reduction <maxnumf>, %v, %f fastmath<reassoc> : vector<8xf32> into f32
  // CHECK: vector.reduction <xor>, %{{.*}} : vector<4xi32> into i32
  %5 = vector.reduction <xor>, %i : vector<4xi32> into i32
  // CHECK: vector.multi_reduction <mul>, %{{.*}}, %{{.*}} [1] : vector<4x8xf32> to vector<4xf32>
  %6 = vector.multi_reduction <mul>, %a, %w [1] : vector<4x8xf32> to vector<4xf32>
  // CHECK: vector.multi_reduction <add>, %{{.*}}, %{{.*}} [0, 1] : vector<4x8xf32> to f32
  %7 = vector.multi_reduction <add>, %a, %f [0, 1] : vector<4x8xf32> to f32
  // CHECK: vector.outerproduct %{{.*}}, %{{.*}} : vector<4xf32>, vector<8xf32>
  %8 = vector.outerproduct %w, %v : vector<4xf32>, vector<8xf32>
  // CHECK: vector.outerproduct %{{.*}}, %{{.*}}, %{{.*}} {kind = #vector.kind<maxnumf>} : vector<4xf32>, vector<8xf32>
  %9 = vector.outerproduct %w, %v, %a {kind = #vector.kind<maxnumf>} : vector<4xf32>, vector<8xf32>
  // CHECK: vector.outerproduct %{{.*}}, %{{.*}}, %{{.*}} : vector<4xf32>, f32
  %10 = vector.outerproduct %w, %f, %w : vector<4xf32>, f32
  // CHECK: vector.outerproduct %{{.*}}, %{{.*}}, %{{.*}} : vector<4xf32>, vector<[4]xf32>
  %11 = vector.outerproduct %w, %s, %o : vector<4xf32>, vector<[4]xf32>
  // CHECK: vector.scan <add>, %{{.*}}, %{{.*}} {inclusive = true, reduction_dim = 1 : i64} : vector<4x8xf32>, vector<4xf32>
  %12:2 = vector.scan <add>, %a, %w {inclusive = true, reduction_dim = 1 : i64} : vector<4x8xf32>, vector<4xf32>
  // CHECK: vector.fma %{{.*}}, %{{.*}}, %{{.*}} : vector<4x8xf32>
  %13 = vector.fma %a, %a, %a : vector<4x8xf32>
  // CHECK: vector.matrix_multiply %{{.*}}, %{{.*}} {lhs_columns = 2 : i32, lhs_rows = 2 : i32, rhs_columns = 4 : i32} : (vector<4xf32>, vector<8xf32>) -> vector<8xf32>
  %14 = vector.matrix_multiply %w, %v {lhs_rows = 2 : i32, lhs_columns = 2 : i32, rhs_columns = 4 : i32} : (vector<4xf32>, vector<8xf32>) -> vector<8xf32>
  // CHECK: vector.flat_transpose %{{.*}} {columns = 4 : i32, rows = 2 : i32} : vector<8xf32> -> vector<8xf32>
  %15 = vector.flat_transpose %v {rows = 2 : i32, columns = 4 : i32} : vector<8xf32> -> vector<8xf32>
  // CHECK: vector.reduction <add>, %{{.*}} : vector<f32> into f32
  %16 = vector.reduction <add>, %z : vector<f32> into f32
  return
}

// CHECK-LABEL: func.func @pieces
func.func @pieces(%f: f32, %v: vector<4xf32>, %m: vector<2x4xf32>, %i: index, %j: i32, %z: vector<f32>, %s: vector<[8]xi32>, %u: vector<1x4xf32>) {
  // CHECK: vector.broadcast %{{.*}} : f32 to vector<2x4xf32>
  %0 = vector.broadcast %f : f32 to vector<2x4xf32>
  // CHECK: vector.broadcast %{{.*}} : vector<1x4xf32> to vector<3x2x4xf32>
  %1 = vector.broadcast %u : vector<1x4xf32> to vector<3x2x4xf32>
  // CHECK: vector.splat %{{.*}} : vector<[4]xf32>
  %2 = vector.splat %f : vector<[4]xf32>
  // CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
  %3 = vector.shuffle %v, %v [0, 4, 1, 5] : vector<4xf32>, vector<4xf32>
  // CHECK: vector.interleave %{{.*}}, %{{.*}} : vector<2x4xf32> -> vector<2x8xf32>
  %4 = vector.interleave %m, %m : vector<2x4xf32> -> vector<2x8xf32>
  // CHECK: vector.deinterleave %{{.*}} : vector<4xf32> -> vector<2xf32>
  %5, %6 = vector.deinterleave %v : vector<4xf32> -> vector<2xf32>
  // CHECK: vector.extractelement %{{.*}}[%{{.*}} : index] : vector<4xf32>
  %7 = vector.extractelement %v[%i : index] : vector<4xf32>
  // CHECK: vector.extractelement %{{.*}}[] : vector<f32>
  %8 = vector.extractelement %z[] : vector<f32>
  // CHECK: vector.insertelement %{{.*}}, %{{.*}}[%{{.*}} : i32] : vector<4xf32>
  %9 = vector.insertelement %f, %v[%j : i32] : vector<4xf32>
  // CHECK: vector.insertelement %{{.*}}, %{{.*}}[] : vector<f32>
  %10 = vector.insertelement %f, %z[] : vector<f32>
  // CHECK: vector.extract %{{.*}}[1] : vector<4xf32> from vector<2x4xf32>
  %11 = vector.extract %m[1] : vector<4xf32> from vector<2x4xf32>
  // CHECK: vector.extract %{{.*}}[%{{.*}}, 3] : f32 from vector<2x4xf32>
  %12 = vector.extract %m[%i, 3] : f32 from vector<2x4xf32>
  // CHECK: vector.insert %{{.*}}, %{{.*}} [0] : vector<4xf32> into vector<2x4xf32>
  %13 = vector.insert %v, %m[0] : vector<4xf32> into vector<2x4xf32>
  // CHECK: vector.insert %{{.*}}, %{{.*}} [%{{.*}}, 2] : f32 into vector<2x4xf32>
  %14 = vector.insert %f, %m[%i, 2] : f32 into vector<2x4xf32>
  // CHECK: vector.scalable.insert %{{.*}}, %{{.*}}[4] : vector<4xi32> into vector<[8]xi32>
  %15 = vector.scalable.extract %s[0] : vector<4xi32> from vector<[8]xi32>
  %16 = vector.scalable.insert %15, %s[4] : vector<4xi32> into vector<[8]xi32>
  // CHECK: vector.extract_strided_slice %{{.*}} {offsets = [0, 1], sizes = [2, 2], strides = [1, 1]} : vector<2x4xf32> to vector<2x2xf32>
  %17 = vector.extract_strided_slice %m {offsets = [0, 1], sizes = [2, 2], strides = [1, 1]} : vector<2x4xf32> to vector<2x2xf32>
  // CHECK: vector.insert_strided_slice %{{.*}}, %{{.*}} {offsets = [0, 2], strides = [1, 1]} : vector<2x2xf32> into vector<2x4xf32>
  %18 = vector.insert_strided_slice %17, %m {offsets = [0, 2], strides = [1, 1]} : vector<2x2xf32> into vector<2x4xf32>
  // CHECK: vector.from_elements %{{.*}}, %{{.*}} : vector<2xf32>
  %19 = vector.from_elements %f, %f : vector<2xf32>
  // CHECK: vector.shape_cast %{{.*}} : vector<2x4xf32> to vector<8xf32>
  %20 = vector.shape_cast %m : vector<2x4xf32> to vector<8xf32>
  // CHECK: vector.bitcast %{{.*}} : vector<2x4xf32> to vector<2x8xi16>
  %21 = vector.bitcast %m : vector<2x4xf32> to vector<2x8xi16>
  // CHECK: vector.transpose %{{.*}}, [1, 0] : vector<2x4xf32> to vector<4x2xf32>
  %22 = vector.transpose %m, [1, 0] : vector<2x4xf32> to vector<4x2xf32>
  // CHECK: vector.step : vector<4xindex>
  %23 = vector.step : vector<4xindex>
  // CHECK: vector.vscale
  %24 = vector.vscale
  // CHECK: vector.constant_mask [2, 3] : vector<2x4xi1>
  %25 = vector.constant_mask [2, 3] : vector<2x4xi1>
  // CHECK: vector.create_mask %{{.*}}, %{{.*}} : vector<2x[4]xi1>
  %26 = vector.create_mask %i, %i : vector<2x[4]xi1>
  // CHECK: vector.print %{{.*}} : vector<4xf32>
  vector.print %v : vector<4xf32>
  // CHECK: vector.print str "text"
  vector.print str "text"
  // CHECK: vector.print %{{.*}} : f32 punctuation <comma>
  vector.print %f : f32 punctuation <comma>
  // CHECK: vector.print punctuation <no_punctuation>
  vector.print punctuation <no_punctuation>
  // CHECK: vector.print
  vector.print
  return
}

// CHECK-LABEL: func.func @transfers
func.func @transfers(%m: memref<?x?xf32>, %t: tensor<8x16xf32>, %i: index, %f: f32, %mask: vector<4xi1>, %v: vector<4xf32>,
                     %e: memref<?xvector<4xf32>>, %z: memref<f32>, %mask2: vector<8x4xi1>) -> tensor<8x16xf32> {
  // CHECK: vector.transfer_read %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}} : memref<?x?xf32>, vector<4xf32>
  %0 = vector.transfer_read %m[%i, %i], %f : memref<?x?xf32>, vector<4xf32>
  // CHECK: vector.transfer_read %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}}, %{{.*}} {in_bounds = [true]} : tensor<8x16xf32>, vector<4xf32>
  %1 = vector.transfer_read %t[%i, %i], %f, %mask {in_bounds = [true]} : tensor<8x16xf32>, vector<4xf32>
  // CHECK: vector.transfer_read %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}} {in_bounds = [true, false], permutation_map = #{{.*}}} : memref<?x?xf32>, vector<3x4xf32>
  %2 = vector.transfer_read %m[%i, %i], %f {in_bounds = [true, false], permutation_map = affine_map<(d0, d1) -> (0, d0)>} : memref<?x?xf32>, vector<3x4xf32>
  // CHECK: vector.transfer_read %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}}, %{{.*}} {permutation_map = #{{.*}}} : memref<?x?xf32>, vector<4x8xf32>
  %3 = vector.transfer_read %m[%i, %i], %f, %mask2 {permutation_map = affine_map<(d0, d1) -> (d1, d0)>} : memref<?x?xf32>, vector<4x8xf32>
  // CHECK: vector.transfer_read %{{.*}}[%{{.*}}], %{{.*}} : memref<?xvector<4xf32>>, vector<1x4xf32>
  %4 = vector.transfer_read %e[%i], %v : memref<?xvector<4xf32>>, vector<1x4xf32>
  // CHECK: vector.transfer_read %{{.*}}[], %{{.*}} : memref<f32>, vector<f32>
  %5 = vector.transfer_read %z[], %f : memref<f32>, vector<f32>
  // CHECK: vector.transfer_write %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] {in_bounds = [true]} : vector<4xf32>, memref<?x?xf32>
  vector.transfer_write %v, %m[%i, %i] {in_bounds = [true]} : vector<4xf32>, memref<?x?xf32>
  // CHECK: %{{.*}} = vector.transfer_write %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}} : vector<4xf32>, tensor<8x16xf32>
  %6 = vector.transfer_write %v, %t[%i, %i], %mask : vector<4xf32>, tensor<8x16xf32>
  // CHECK: vector.transfer_write %{{.*}}, %{{.*}}[] : vector<f32>, memref<f32>
  vector.transfer_write %5, %z[] : vector<f32>, memref<f32>
  return %6 : tensor<8x16xf32>
}

// CHECK-LABEL: func.func @memory
func.func @memory(%m: memref<?x16xf32>, %i: index, %mask: vector<8xi1>, %v: vector<8xf32>, %ix: vector<8xi32>, %s: memref<4x8xf32>,
                  %t: tensor<?xf32>, %mask2: vector<2x8xi1>, %a: vector<2x8xf32>, %f: f32, %mask3: vector<4x3x8xi1>,
                  %x: vector<4x8xf32>, %y: vector<8x3xf32>, %acc: vector<4x3xf32>) {
  // CHECK: vector.load %{{.*}}[%{{.*}}, %{{.*}}] : memref<?x16xf32>, vector<8xf32>
  %0 = vector.load %m[%i, %i] : memref<?x16xf32>, vector<8xf32>
  // CHECK: vector.load %{{.*}}[%{{.*}}, %{{.*}}] {nontemporal = true} : memref<?x16xf32>, vector<2x8xf32>
  %1 = vector.load %m[%i, %i] {nontemporal = true} : memref<?x16xf32>, vector<2x8xf32>
  // CHECK: vector.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : memref<?x16xf32>, vector<8xf32>
  vector.store %v, %m[%i, %i] : memref<?x16xf32>, vector<8xf32>
  // CHECK: vector.maskedload %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}}, %{{.*}} : memref<?x16xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  %2 = vector.maskedload %m[%i, %i], %mask, %v : memref<?x16xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: vector.maskedstore %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}}, %{{.*}} : memref<?x16xf32>, vector<8xi1>, vector<8xf32>
  vector.maskedstore %m[%i, %i], %mask, %v : memref<?x16xf32>, vector<8xi1>, vector<8xf32>
  // CHECK: vector.gather %{{.*}}[%{{.*}}, %{{.*}}] [%{{.*}}], %{{.*}}, %{{.*}} : memref<?x16xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  %3 = vector.gather %m[%i, %i][%ix], %mask, %v : memref<?x16xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: vector.gather %{{.*}}[%{{.*}}] [%{{.*}}], %{{.*}}, %{{.*}} : tensor<?xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  %4 = vector.gather %t[%i][%ix], %mask, %v : tensor<?xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: vector.scatter %{{.*}}[%{{.*}}, %{{.*}}] [%{{.*}}], %{{.*}}, %{{.*}} : memref<?x16xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32>
  vector.scatter %m[%i, %i][%ix], %mask, %v : memref<?x16xf32>, vector<8xi32>, vector<8xi1>, vector<8xf32>
  // CHECK: vector.expandload %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}}, %{{.*}} : memref<?x16xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  %5 = vector.expandload %m[%i, %i], %mask, %v : memref<?x16xf32>, vector<8xi1>, vector<8xf32> into vector<8xf32>
  // CHECK: vector.compressstore %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}}, %{{.*}} : memref<?x16xf32>, vector<8xi1>, vector<8xf32>
  vector.compressstore %m[%i, %i], %mask, %v : memref<?x16xf32>, vector<8xi1>, vector<8xf32>
  // CHECK: vector.type_cast %{{.*}} : memref<4x8xf32> to memref<vector<4x8xf32>>
  %6 = vector.type_cast %s : memref<4x8xf32> to memref<vector<4x8xf32>>
  // CHECK: vector.type_cast %{{.*}} : memref<vector<4x8xf32>> to memref<4xvector<8xf32>>
  %rows = vector.type_cast %6 : memref<vector<4x8xf32>> to memref<4xvector<8xf32>>
  // CHECK: vector.mask %{{.*}} { vector.multi_reduction <add>, %{{.*}}, %{{.*}} [0, 1] : vector<2x8xf32> to f32 } : vector<2x8xi1> -> f32
  %7 = vector.mask %mask2 { vector.multi_reduction <add>, %a, %f [0, 1] : vector<2x8xf32> to f32 } : vector<2x8xi1> -> f32
  // CHECK: vector.mask %{{.*}}, %{{.*}} { vector.transfer_read %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}} : memref<?x16xf32>, vector<8xf32> } : vector<8xi1> -> vector<8xf32>
  %8 = vector.mask %mask, %v { vector.transfer_read %m[%i, %i], %f : memref<?x16xf32>, vector<8xf32> } : vector<8xi1> -> vector<8xf32>
  // CHECK: vector.mask %{{.*}} { vector.transfer_write %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : vector<8xf32>, memref<?x16xf32> } : vector<8xi1>
  vector.mask %mask { vector.transfer_write %v, %m[%i, %i] : vector<8xf32>, memref<?x16xf32> } : vector<8xi1>
  // CHECK: vector.mask %{{.*}} { vector.contract {{.*}} : vector<4x8xf32>, vector<8x3xf32> into vector<4x3xf32> } : vector<4x3x8xi1> -> vector<4x3xf32>
  %9 = vector.mask %mask3 { vector.contract {indexing_maps = [#matmat, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %x, %y, %acc : vector<4x8xf32>, vector<8x3xf32> into vector<4x3xf32> } : vector<4x3x8xi1> -> vector<4x3xf32>
  return
}
