// Scalars: calls, integer division, flags, masks under pressure, while loops.
// RUN: lamella verify %s

func.func private @gcd(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %r:2 = scf.while (%x = %a, %y = %b) : (i64, i64) -> (i64, i64) {
    %more = arith.cmpi ne, %y, %zero : i64
    scf.condition(%more) %x, %y : i64, i64
  } do {
  ^bb0(%x: i64, %y: i64):
    %m = arith.remsi %x, %y : i64
    scf.yield %y, %m : i64, i64
  }
  return %r#0 : i64
}

func.func @gcd_table(%in: memref<7x2xi64>, %out: memref<7xi64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  scf.for %i = %c0 to %c7 step %c1 {
    %a = memref.load %in[%i, %c0] : memref<7x2xi64>
    %b = memref.load %in[%i, %c1] : memref<7x2xi64>
    %g = func.call @gcd(%a, %b) : (i64, i64) -> i64
    memref.store %g, %out[%i] : memref<7xi64>
  }
  return
}

func.func @divide(%x: memref<16xi32>, %y: memref<16xi32>, %q: memref<16xi32>, %r: memref<16xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %one = arith.constant 1 : i32
  %zero = arith.constant 0 : i32
  scf.for %i = %c0 to %c16 step %c1 {
    %a = memref.load %x[%i] : memref<16xi32>
    %b = memref.load %y[%i] : memref<16xi32>
    %is_zero = arith.cmpi eq, %b, %zero : i32
    %d = arith.select %is_zero, %one, %b : i32
    %s = arith.divsi %a, %d : i32
    %u = arith.remui %a, %d : i32
    memref.store %s, %q[%i] : memref<16xi32>
    memref.store %u, %r[%i] : memref<16xi32>
  }
  return
}

func.func @mask_pressure(%x: memref<16xf32>, %y: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  %v = vector.load %x[%c0] : memref<16xf32>, vector<16xf32>
  %t0 = arith.constant dense<-1.5> : vector<16xf32>
  %t1 = arith.constant dense<-1.0> : vector<16xf32>
  %t2 = arith.constant dense<-0.5> : vector<16xf32>
  %t3 = arith.constant dense<0.0> : vector<16xf32>
  %t4 = arith.constant dense<0.5> : vector<16xf32>
  %t5 = arith.constant dense<1.0> : vector<16xf32>
  %t6 = arith.constant dense<1.25> : vector<16xf32>
  %t7 = arith.constant dense<1.5> : vector<16xf32>
  %t8 = arith.constant dense<1.75> : vector<16xf32>
  %m0 = arith.cmpf olt, %v, %t0 : vector<16xf32>
  %m1 = arith.cmpf ult, %v, %t1 : vector<16xf32>
  %m2 = arith.cmpf oge, %v, %t2 : vector<16xf32>
  %m3 = arith.cmpf une, %v, %t3 : vector<16xf32>
  %m4 = arith.cmpf ole, %v, %t4 : vector<16xf32>
  %m5 = arith.cmpf ogt, %v, %t5 : vector<16xf32>
  %m6 = arith.cmpf uge, %v, %t6 : vector<16xf32>
  %m7 = arith.cmpf ord, %v, %t7 : vector<16xf32>
  %m8 = arith.cmpf uno, %v, %t8 : vector<16xf32>
  %a0 = arith.select %m8, %t0, %t1 : vector<16xi1>, vector<16xf32>
  %a1 = arith.select %m7, %a0, %t2 : vector<16xi1>, vector<16xf32>
  %a2 = arith.select %m6, %a1, %t3 : vector<16xi1>, vector<16xf32>
  %a3 = arith.select %m5, %a2, %t4 : vector<16xi1>, vector<16xf32>
  %a4 = arith.select %m4, %a3, %t5 : vector<16xi1>, vector<16xf32>
  %a5 = arith.select %m3, %a4, %t6 : vector<16xi1>, vector<16xf32>
  %a6 = arith.select %m2, %a5, %t7 : vector<16xi1>, vector<16xf32>
  %a7 = arith.select %m1, %a6, %t8 : vector<16xi1>, vector<16xf32>
  %a8 = arith.select %m0, %a7, %v : vector<16xi1>, vector<16xf32>
  vector.store %a8, %y[%c0] : memref<16xf32>, vector<16xf32>
  return
}
