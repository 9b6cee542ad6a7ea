;; A product is rounded before it is added to: nothing is fused.
;; argument: 0
;; expect: 0
(module
  (func (export "run") (param i32) (result i64)
    (local $x f64)
    (local.set $x (f64.add (f64.const 1) (f64.convert_i32_s (local.get 0))))
    (local.set $x (f64.add (local.get $x) (f64.const 0x1p-30)))
    (i64.reinterpret_f64 (f64.sub (f64.mul (local.get $x) (local.get $x)) (f64.const 0x1.00000008p+0)))))
