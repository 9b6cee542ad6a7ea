;; Subnormal numbers are not flushed to zero.
;; argument: 2
;; expect: 1
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32.reinterpret_f32 (f32.mul (f32.reinterpret_i32 (local.get 0)) (f32.const 0.5))))))
