;; Exact, so that every allowed way of rounding gives the same.
(module (func (export "run") (param i32) (result i64)
  (i64.trunc_f64_s (f64x2.extract_lane 0 (f64x2.relaxed_madd
    (f64x2.splat (f64.const 8)) (f64x2.splat (f64.const 5)) (f64x2.splat (f64.const 2)))))))
