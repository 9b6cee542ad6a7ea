;; A conversion of too large a number to an integer traps although nothing uses its result.
;; argument: 0
;; V8 has one message for this and for NaN.
;; expect: trap integer_overflow
;; expect: trap invalid_conversion
(module
  (func (export "run") (param i32) (result i64)
    (drop (i32.trunc_f64_s (f64.add (f64.const 2147483649) (f64.convert_i32_s (local.get 0)))))
    (i64.const 7)))
