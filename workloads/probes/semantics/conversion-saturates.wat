;; Saturating conversions: NaN is 0, too large and too small are the ends.
;; argument: 1
;; expect: -1
(module
  (func (export "run") (param i32) (result i64)
    (i64.or (i64.or
      (i64.trunc_sat_f32_s (f32.const nan))
      (i64.trunc_sat_f64_u (f64.const -1e300)))
      (i64.trunc_sat_f64_u (f64.promote_f32 (f32.div (f32.convert_i32_s (local.get 0)) (f32.const 0)))))))
