// RUN: lamella opt %s | FileCheck %s
// RUN: lamella opt %s | lamella opt | FileCheck %s

// Types and attributes of dialects are balanced text; aliases inside are spelled out.
#n = 4
// CHECK: @types(!stablehlo.token, !quant.uniform<i8:f32, 1.0:2>, !d<x y>, !d.a.b<(1, [2], {x}, "a>b", (i32) -> i32)>, !d.e<tensor<4xi32>, 4 : i64>)
!t = tensor<4xi32>
func.func private @types(!stablehlo.token, !quant.uniform<i8:f32, 1.0:2>, !d<x y>, !d.a.b<(1, [2], {x}, "a>b", (i32) -> i32)>, !d.e< !t,
   #n >)
// CHECK: @attributes() attributes {a = #d.x, b = #d.x<y>, c = #d<x y>, d = #d.list<bounds = [4, 5], other = @s::@t>, e = #sdy.sharding<@mesh, [{"x"}, {}]>}
func.func private @attributes() attributes {a = #d.x, b = #d.x<y>, c = #d<x y>, d = #d.list<bounds = [4, 5], other = @s::@t>, e = #sdy.sharding<@mesh, [{"x"}, {}]>}
