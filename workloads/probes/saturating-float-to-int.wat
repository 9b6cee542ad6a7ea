;; NaN becomes 0 and a large number the largest integer, without a trap.
(module (func (export "run") (param i32) (result i64)
  (i64.sub (i64.extend_i32_u (i32.trunc_sat_f64_u (f64.const 1e30)))
           (i64.add (i64.trunc_sat_f64_s (f64.const nan)) (i64.const 4294967253)))))
