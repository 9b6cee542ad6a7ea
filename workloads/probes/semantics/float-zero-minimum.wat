;; The minimum of both zeros is -0, their maximum +0.
;; argument: 0
;; expect: 0x80000000
(module
  (func (export "run") (param i32) (result i64)
    (local $x f32)
    (local.set $x (f32.convert_i32_s (local.get 0)))
    (i64.or
      (i64.extend_i32_u (i32.reinterpret_f32 (f32.min (local.get $x) (f32.const -0))))
      (i64.extend_i32_u (i32.reinterpret_f32 (f32.max (f32.neg (local.get $x)) (local.get $x)))))))
