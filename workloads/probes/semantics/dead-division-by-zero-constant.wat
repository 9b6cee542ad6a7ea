;; A division by the constant zero traps although nothing uses its result.
;; expect: trap divide_by_zero
(module
  (func (export "run") (param i32) (result i64)
    (drop (i64.div_u (i64.const 1) (i64.const 0)))
    (i64.const 7)))
