;; NaN in a vector converts to 0, and too large a number to the end.
;; argument: 2147483647
;; expect: 2147483647
(module
  (func (export "run") (param i32) (result i64)
    (i64.add
      (i64.extend_i32_s (i32x4.extract_lane 0 (i32x4.trunc_sat_f32x4_s (f32x4.splat (f32.div (f32.const 0) (f32.const 0))))))
      (i64.extend_i32_s (i32x4.extract_lane 1 (i32x4.trunc_sat_f32x4_s (f32x4.splat (f32.convert_i32_s (local.get 0)))))))))
