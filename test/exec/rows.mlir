// Row-wise work: a softmax-like row with a vector maximum and sum, a depthwise 3x3 window, masks,
// reductions of odd length, and a contraction.
// RUN: lamella verify %s

func.func @row_max_sum(%x: memref<5x37xf32>, %out: memref<5x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %c5 step %c1 {
    %v = vector.transfer_read %x[%i, %c0], %zero {in_bounds = [true]} : memref<5x37xf32>, vector<37xf32>
    %m = vector.reduction <maximumf>, %v : vector<37xf32> into f32
    %s = vector.reduction <add>, %v fastmath<reassoc> : vector<37xf32> into f32
    memref.store %m, %out[%i, %c0] : memref<5x2xf32>
    memref.store %s, %out[%i, %c1] : memref<5x2xf32>
  }
  return
}

func.func @depthwise_3x3(%x: memref<6x10x20xf32>, %k: memref<3x3x20xf32>, %y: memref<4x8x20xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %init = arith.constant dense<0.0> : vector<8x20xf32>
  scf.for %i = %c0 to %c4 step %c1 {
    %r = scf.for %p = %c0 to %c3 step %c1 iter_args(%a = %init) -> (vector<8x20xf32>) {
      %row = arith.addi %i, %p : index
      %s = scf.for %q = %c0 to %c3 step %c1 iter_args(%b = %a) -> (vector<8x20xf32>) {
        %in = vector.transfer_read %x[%row, %q, %c0], %zero {in_bounds = [true, true]} : memref<6x10x20xf32>, vector<8x20xf32>
        %w = vector.transfer_read %k[%p, %q, %c0], %zero {permutation_map = affine_map<(d0, d1, d2) -> (0, d2)>, in_bounds = [true, true]} : memref<3x3x20xf32>, vector<8x20xf32>
        %f = vector.fma %in, %w, %b : vector<8x20xf32>
        scf.yield %f : vector<8x20xf32>
      }
      scf.yield %s : vector<8x20xf32>
    }
    vector.transfer_write %r, %y[%i, %c0, %c0] {in_bounds = [true, true]} : vector<8x20xf32>, memref<4x8x20xf32>
  }
  return
}

func.func @relu_tail(%x: memref<?xf32>, %y: memref<100xf32>) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<0.0> : vector<16xf32>
  %n = memref.dim %x, %c0 : memref<?xf32>
  scf.for %i = %c0 to %n step %c16 {
    %v = vector.transfer_read %x[%i], %zero : memref<?xf32>, vector<16xf32>
    %m = arith.cmpf ogt, %v, %zeros : vector<16xf32>
    %r = arith.select %m, %v, %zeros : vector<16xi1>, vector<16xf32>
    vector.transfer_write %r, %y[%i] : vector<16xf32>, memref<100xf32>
  }
  return
}

func.func @contract(%a: memref<4x9xf32>, %b: memref<9x24xf32>, %c: memref<4x24xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %x = vector.transfer_read %a[%c0, %c0], %zero {in_bounds = [true, true]} : memref<4x9xf32>, vector<4x9xf32>
  %y = vector.transfer_read %b[%c0, %c0], %zero {in_bounds = [true, true]} : memref<9x24xf32>, vector<9x24xf32>
  %z = vector.transfer_read %c[%c0, %c0], %zero {in_bounds = [true, true]} : memref<4x24xf32>, vector<4x24xf32>
  %r = vector.contract {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %x, %y, %z : vector<4x9xf32>, vector<9x24xf32> into vector<4x24xf32>
  vector.transfer_write %r, %c[%c0, %c0] {in_bounds = [true, true]} : vector<4x24xf32>, memref<4x24xf32>
  return
}

func.func @multi_reduction(%a: memref<6x40xf32>, %rows: memref<6xf32>, %cols: memref<40xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %zr = arith.constant dense<0.0> : vector<6xf32>
  %zc = arith.constant dense<0.0> : vector<40xf32>
  %x = vector.transfer_read %a[%c0, %c0], %zero {in_bounds = [true, true]} : memref<6x40xf32>, vector<6x40xf32>
  %r = vector.multi_reduction <add>, %x, %zr [1] : vector<6x40xf32> to vector<6xf32>
  %c = vector.multi_reduction <add>, %x, %zc [0] : vector<6x40xf32> to vector<40xf32>
  vector.store %r, %rows[%c0] : memref<6xf32>, vector<6xf32>
  vector.store %c, %cols[%c0] : memref<40xf32>, vector<40xf32>
  return
}

// A carried vector that is one slice, but not of a native size.
func.func @odd_carried(%x: memref<7x10xf32>, %y: memref<10xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %zero = arith.constant 0.0 : f32
  %init = arith.constant dense<0.0> : vector<10xf32>
  %s = scf.for %i = %c0 to %c7 step %c1 iter_args(%a = %init) -> (vector<10xf32>) {
    %v = vector.transfer_read %x[%i, %c0], %zero {in_bounds = [true]} : memref<7x10xf32>, vector<10xf32>
    %b = arith.addf %a, %v : vector<10xf32>
    scf.yield %b : vector<10xf32>
  }
  vector.transfer_write %s, %y[%c0] {in_bounds = [true]} : vector<10xf32>, memref<10xf32>
  return
}
