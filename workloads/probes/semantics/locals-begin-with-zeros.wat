;; Locals begin with zeros, in a frame that was used before as well.
;; expect: 0
(module
  (func $dirty (result i64) (local $a i64) (local $b i64)
    (local.set $a (i64.const -1))
    (local.set $b (i64.sub (local.get $a) (i64.const 1)))
    (i64.mul (local.get $a) (local.get $b)))
  (func $clean (result i64) (local $a i64) (local $b i64) (local $c f64)
    (i64.or (i64.or (local.get $a) (local.get $b)) (i64.reinterpret_f64 (local.get $c))))
  (func (export "run") (param i32) (result i64)
    (drop (call $dirty))
    (call $clean)))
