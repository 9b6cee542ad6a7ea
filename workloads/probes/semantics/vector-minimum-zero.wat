;; The minimum of both zeros in a vector is -0.
;; argument: 0
;; expect: 0x80000000
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_u (i32x4.extract_lane 2 (f32x4.min (f32x4.splat (f32.convert_i32_s (local.get 0))) (f32x4.splat (f32.const -0)))))))
