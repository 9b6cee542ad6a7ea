;; Sums are added in the order that is written.
;; argument: 3
;; expect: 0
(module
  (func (export "run") (param i32) (result i64)
    (local $big f64)
    (local.set $big (f64.convert_i32_s (local.get 0)))
    (local.set $big (f64.mul (local.get $big) (f64.const 1e17)))
    (i64.reinterpret_f64 (f64.sub (f64.add (f64.const 1) (local.get $big)) (local.get $big)))))
