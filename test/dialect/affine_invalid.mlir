// RUN: lamella opt --split-input-file --verify-diagnostics %s

func.func @f(%a: index) {
  // expected-error@+1 {{dimension or symbol index mismatch}}
  %0 = affine.apply affine_map<(d0, d1) -> (d0 + d1)>(%a)
  return
}

// -----

func.func @f(%a: index) {
  // expected-error@+1 {{operand count and affine map dimension and symbol count must match}}
  %0 = "affine.apply"(%a) <{map = affine_map<(d0, d1) -> (d0)>}> : (index) -> index
  return
}

// -----

func.func @f(%a: index) {
  // expected-error@+1 {{mapping must produce one value}}
  %0 = affine.apply affine_map<(d0) -> (d0, d0)>(%a)
  return
}

// -----

func.func @f(%a: index) {
  // expected-error@+1 {{expects at least one value}}
  %0 = affine.min affine_map<(d0) -> ()>(%a)
  return
}

// -----

func.func @f(%a: index) {
  // expected-error@+1 {{expected an affine map}}
  %0 = affine.apply 4 (%a)
  return
}
