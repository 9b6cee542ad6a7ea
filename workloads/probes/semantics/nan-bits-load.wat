;; A signalling NaN keeps its bits through a load, a local, a select, a global and a store.
;; argument: 1
;; expect: 0x7fa00001
(module
  (memory 1)
  (global $g (mut f32) (f32.const 0))
  (func (export "run") (param i32) (result i64)
    (local $x f32)
    (i32.store (i32.const 0) (i32.const 0x7fa00001))
    (local.set $x (f32.load (i32.const 0)))
    (global.set $g (select (local.get $x) (f32.const 1) (local.get 0)))
    (f32.store (i32.const 8) (global.get $g))
    (i64.load32_u (i32.const 8))))
