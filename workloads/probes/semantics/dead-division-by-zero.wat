;; A division by zero traps although nothing uses its result.
;; argument: 0
;; expect: trap divide_by_zero
(module
  (func (export "run") (param i32) (result i64)
    (drop (i32.div_s (i32.const 1) (local.get 0)))
    (i64.const 7)))
