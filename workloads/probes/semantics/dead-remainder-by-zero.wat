;; A remainder of a division by zero traps although nothing uses it.
;; argument: 0
;; expect: trap divide_by_zero
(module
  (func (export "run") (param i32) (result i64)
    (drop (i64.rem_u (i64.const 1) (i64.extend_i32_s (local.get 0))))
    (i64.const 7)))
