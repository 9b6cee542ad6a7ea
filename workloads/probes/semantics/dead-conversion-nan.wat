;; A conversion of NaN to an integer traps although nothing uses its result.
;; argument: 0
;; expect: trap invalid_conversion
(module
  (func (export "run") (param i32) (result i64)
    (drop (i32.trunc_f32_s (f32.div (f32.convert_i32_s (local.get 0)) (f32.const 0))))
    (i64.const 7)))
