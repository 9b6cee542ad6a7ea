;; NaN is not equal to itself, and neither less nor greater.
;; argument: 0
;; expect: 1
(module
  (func (export "run") (param i32) (result i64)
    (local $x f64)
    (local.set $x (f64.div (f64.convert_i32_s (local.get 0)) (f64.const 0)))
    (i64.extend_i32_u (i32.sub (f64.ne (local.get $x) (local.get $x)) (i32.or
      (f64.eq (local.get $x) (local.get $x))
      (i32.or (f64.le (local.get $x) (f64.const 1)) (f64.ge (local.get $x) (f64.const 1))))))))
